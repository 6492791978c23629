//! The file of the lines one has entered: of use whatever has become of it,
//! and never more than a file.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Visit, enter};
use crate::kit::pty::{Setup, client};
use crate::kit::server::Server;

/// A client that is about to start, its room, and where it keeps its lines.
fn about_to_start(make: impl FnOnce(&Path)) -> (Setup, Server, PathBuf) {
    let server = Server::start();
    let setup = client(&[&server.address, "--name", "bob"]);
    let folder = setup.state().join("threadroom");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("history");
    make(&file);
    (setup, server, file)
}

fn make_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo").success());
}

#[test]
fn what_is_no_file_is_told_and_stops_nobody() {
    let makes: [fn(&Path); 4] = [
        make_fifo,
        |path| fs::create_dir(path).expect("a directory"),
        |path| symlink("/dev/zero", path).expect("a link"),
        |path| symlink("/dev/full", path).expect("a link"),
    ];
    for make in makes {
        let (setup, server, _) = about_to_start(make);
        let mut visit = enter(setup.start(), server);
        visit.terminal.shows_part("-- your lines are not kept in");
        visit.terminal.types("one\r");
        assert_eq!(visit.peer.hears(), "one");
        visit.terminal.types("\x1b[A");
        visit.terminal.edits("bob> one", 8);
    }
}

#[test]
fn a_file_that_others_could_read_is_made_private() {
    let (setup, server, file) = about_to_start(|path| {
        fs::write(path, "old\n").expect("a file");
        let open = Permissions::from_mode(0o666);
        fs::set_permissions(path, open).expect("a mode");
    });
    let visit = enter(setup.start(), server);
    let mode = fs::metadata(file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    visit.terminal.types("\x1b[A");
    visit.terminal.edits("bob> old", 8);
}

#[test]
fn no_way_leads_a_control_character_to_the_terminal() {
    let title = "\x1b]0;owned\x07";
    let (setup, server, file) = about_to_start(|path| {
        let long = "x".repeat(5000);
        fs::write(path, format!("{long}\n{title}edited\n")).expect("a file");
    });
    let Visit {
        terminal, mut peer, ..
    } = enter(setup.start(), server);
    terminal.types("\x1b[A");
    terminal.edits("bob> ␛]0;owned␇edited", 21);
    // A line that is too long to be entered is passed over.
    terminal.types("\x1b[A\x1b[A\x15");
    terminal.edits("bob>", 5);
    terminal.types(&format!("\x1b[200~{title}one\r{title}two\x1b[201~"));
    terminal.shows_part("send these 2 lines");
    terminal.types("\r");
    assert_eq!(peer.hears(), "␛]0;owned␇one");
    assert_eq!(peer.hears(), "␛]0;owned␇two");
    for line in ["two", "one"] {
        terminal.types("\x1b[A");
        terminal.edits(&format!("bob> ␛]0;owned␇{line}"), 18);
    }
    terminal.types("\x15\u{85}31m\u{202e}\r");
    assert_eq!(peer.hears(), "<U+0085>31m<U+202E>");
    let text = fs::read_to_string(file).expect("text");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    assert_eq!(terminal.effects(|it| (it.titles, it.bells)), (0, 0));
}
