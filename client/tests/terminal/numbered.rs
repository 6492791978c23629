//! A room that numbers what it tells: what was missed comes once, and the
//! person sees what has become of their own lines.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::kit::numbered::{EPOCH, Numbered, START, TOKEN};
use crate::kit::pty::{Setup, Terminal, client};
use crate::kit::server::{GREETING, Server};

/// bob on a terminal, in a room that numbers, and the file of his place.
struct Scene {
    terminal: Terminal,
    room: Numbered,
    server: Server,
    file: PathBuf,
}

fn setup(server: &Server) -> (Setup, PathBuf) {
    let setup = client(&[&server.address, "--name", "bob"]);
    let file = setup.state().join("threadroom/places");
    let file = file.join(&server.address).join("bob");
    (setup, file)
}

fn bob() -> Scene {
    let server = Server::start();
    let (setup, file) = setup(&server);
    let terminal = setup.start();
    let room = Numbered::lets_in(&server, "bob");
    terminal.shows_part("* bob joined");
    terminal.edits("bob>", 5);
    Scene {
        terminal,
        room,
        server,
        file,
    }
}

/// What stands in a file of somebody who has heard so much.
fn place(last: u64) -> String {
    format!("/numbered 1 {EPOCH} {last} {TOKEN}\n")
}

/// bob, who was here before and left this file.
fn bob_again(text: &str) -> (Terminal, Server, PathBuf) {
    let server = Server::start();
    let (setup, file) = setup(&server);
    let folder = file.parent().expect("a folder");
    fs::create_dir_all(folder).expect("a folder");
    fs::write(&file, text).expect("a file");
    (setup.start(), server, file)
}

#[test]
fn own_lines_are_faint_until_the_room_has_numbered_them() {
    let Scene {
        terminal, mut room, ..
    } = bob();
    terminal.types("hello\rhalf");
    assert_eq!(room.peer.hears(), "2 hello");
    room.tells("ada: before it");
    terminal.shows("[14:03:09] ada: before it");
    terminal.waits("hello, faint, below what was said", |screen| {
        let rows = &screen.rows;
        let row = rows.iter().position(|row| row == "bob> hello");
        row.is_some_and(|row| {
            rows[row - 1] == "[14:03:09] ada: before it"
                && rows[row + 1] == "bob> half"
        })
    });
    let is_faint = |screen: &vt100::Screen| {
        let (row, _) = screen.cursor_position();
        screen.cell(row - 1, 7).is_some_and(vt100::Cell::dim)
    };
    assert!(terminal.look(is_faint));
    room.confirms(2);
    terminal.shows("[14:03:09] bob> hello");
    terminal.edits("bob> half", 9);
    assert!(!terminal.has("\nbob> hello"));
    let rows = terminal.transcript();
    let own = rows.iter().filter(|row| row.ends_with("bob> hello"));
    assert_eq!(own.count(), 1, "{rows:#?}");
}

#[test]
fn many_lines_on_their_way_take_three_rows_and_come_in_order() {
    let Scene {
        terminal, mut room, ..
    } = bob();
    let lines: Vec<_> = (0..100).map(|nth| format!("line {nth}")).collect();
    terminal.types(&(lines.join("\r") + "\rhalf"));
    terminal.shows("-- 98 lines before are on their way");
    terminal.shows("bob> line 99");
    terminal.edits("bob> half", 9);
    room.tells("ada: meanwhile");
    terminal.shows("[14:03:09] ada: meanwhile");
    terminal.resizes(40);
    terminal.resizes(100);
    for (nth, line) in lines.iter().enumerate() {
        let k = 2 + nth as u64;
        assert_eq!(room.peer.hears(), format!("{k} {line}"));
        room.confirms(k);
    }
    terminal.shows("[14:03:09] bob> line 99");
    terminal.edits("bob> half", 9);
    let rows = terminal.transcript();
    let own = rows.iter().filter(|row| row.contains("line"));
    let expected = lines.iter().map(|line| format!("[14:03:09] bob> {line}"));
    assert!(own.map(String::to_owned).eq(expected), "{rows:#?}");
}

#[test]
fn what_was_missed_comes_once_and_what_was_not_taken_is_said_again() {
    let Scene {
        terminal,
        mut room,
        server,
        ..
    } = bob();
    room.tells("ada: seen");
    terminal.shows("[14:03:09] ada: seen");
    terminal.types("one\rtwo\r");
    assert_eq!(room.peer.hears(), "2 one");
    assert_eq!(room.peer.hears(), "3 two");
    room.peer.closes();
    terminal.shows_part("it closed the connection; your last 2");
    terminal.types("three\r");
    terminal.shows_part("kept until then: three");
    let mut room = Numbered::meets_again(&server, START + 1, START + 4);
    room.peer.says(
        "[14:03:09] (earlier) ada: seen\n[14:03:08] (earlier) ada: Bob?\n",
    );
    room.resumes(2, &["zoe: missed, ada", "ada: Bob?"]);
    room.grants(3, "bob");
    assert_eq!(room.peer.hears(), "4 two");
    assert_eq!(room.peer.hears(), "5 three");
    room.confirms(4);
    room.confirms(5);
    terminal.shows("[14:03:09] bob> three");
    terminal.shows("-- back in the room as bob");
    let rows = terminal.transcript();
    let told: Vec<_> = rows
        .iter()
        .filter(|row| row.contains("ada") || row.contains("-- you missed"))
        .collect();
    assert_eq!(
        told,
        [
            "[14:03:09] ada: seen",
            "-- you missed 2 lines (1 names you)",
            "[14:03:08] zoe: missed, ada",
            "[14:03:08] ada: Bob?",
        ]
    );
    // Who spoke while one was away may have left since.
    terminal.types("z\tx");
    terminal.edits("bob> zx", 7);
    for own in ["bob> one", "bob> two", "bob> three"] {
        let own = rows.iter().filter(|row| row.ends_with(own));
        assert_eq!(own.count(), 1, "{rows:#?}");
    }
}

#[test]
fn a_client_that_is_started_again_hears_what_it_missed() {
    let Scene {
        mut terminal,
        mut room,
        file,
        ..
    } = bob();
    room.tells("ada: seen");
    terminal.shows("[14:03:09] ada: seen");
    terminal.types("/quit\r");
    assert_eq!(room.peer.hears(), "2 /quit");
    room.peer.closes();
    assert_eq!(terminal.ends(), 0);
    let text = fs::read_to_string(&file).expect("a file");
    assert_eq!(text, place(START + 1));
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(terminal);

    let (terminal, server, file) = bob_again(&text);
    let mut room = Numbered::meets_again(&server, START + 1, START + 2);
    room.resumes(2, &["ada: missed"]);
    terminal.shows("-- you missed 1 line");
    terminal.shows("[14:03:08] ada: missed");
    room.grants(3, "bob");
    room.tells("ada: live");
    terminal.shows("[14:03:09] ada: live");
    terminal.types("hi\r");
    assert_eq!(room.peer.hears(), "4 hi");
    drop(server);
    room.peer.closes();
    terminal.shows_part("is gone");
    let kept = fs::read_to_string(&file).expect("a file");
    assert_eq!(kept, place(START + 3));
}

#[test]
fn two_clients_at_once_do_not_take_each_others_place() {
    let (first, server, file) = bob_again(&place(START));
    let mut room = Numbered::meets_again(&server, START, START);
    room.resumes(1, &[]);
    room.grants(2, "bob");
    first.edits("bob>", 5);
    let state = file.ancestors().nth(4).expect("a folder");
    let state = state.to_string_lossy().into_owned();
    let args = [server.address.as_str(), "--name", "bob"];
    let second = client(&args).with("XDG_STATE_HOME", &state).start();
    let mut peer = server.accepts();
    assert_eq!(peer.hears(), "/numbered 1");
    peer.says(GREETING);
    peer.says("= epoch e1 40\n= token t2\n");
    assert_eq!(peer.hears(), "1 /name bob");
    peer.says("- * /name: \"bob\" is taken\n= taken 1 -\n");
    second.edits("name:", 6);
    second.types("eve\r");
    assert_eq!(peer.hears(), "2 /name eve");
    peer.says("- [14:03:07] * guest-3 is now eve\n= taken 2 -\n");
    peer.says("# 41 [14:03:08] ada: hi\n");
    second.shows("[14:03:08] ada: hi");
    peer.closes();
    second.shows_part("is gone");
    let eve = fs::read_to_string(file.with_file_name("eve"));
    assert_eq!(eve.expect("a file"), "/numbered 1 e1 41 t2\n");
    let bob = fs::read_to_string(&file).expect("a file");
    assert_eq!(bob, place(START));
}

#[test]
fn a_damaged_place_is_told_and_left_out() {
    let (terminal, server, _) = bob_again("/numbered 1 e1 forty t1\n");
    terminal.shows_part("damaged, and is written anew");
    let mut room = Numbered::lets_in(&server, "bob");
    room.tells("ada: hi");
    terminal.shows("[14:03:09] ada: hi");
}

#[test]
fn a_room_that_does_not_answer_is_seen_at_the_prompt() {
    let Scene {
        terminal, mut room, ..
    } = bob();
    terminal.types("hello\rhalf");
    assert_eq!(room.peer.hears(), "2 hello");
    assert_eq!(room.peer.hears(), "? 1");
    terminal.edits("(no answer for 5 s) bob> half", 29);
    room.peer.says("= pong 1\n");
    terminal.edits("bob> half", 9);
    room.confirms(2);
    terminal.shows("[14:03:09] bob> hello");
}

#[test]
fn who_leaves_is_told_what_was_never_confirmed() {
    let Scene {
        mut terminal,
        mut room,
        ..
    } = bob();
    terminal.types("hello\r/quit\r");
    assert_eq!(room.peer.hears(), "2 hello");
    assert_eq!(room.peer.hears(), "3 /quit");
    room.peer.closes();
    assert_eq!(terminal.ends(), 0);
    terminal.shows_part("has not confirmed this line");
    terminal.shows("-- not confirmed: hello");
}

#[test]
fn a_plain_terminal_shows_own_lines_as_they_were_typed() {
    let server = Server::start();
    let args = [server.address.as_str(), "--name", "bob", "--plain"];
    let terminal = client(&args).start();
    let mut room = Numbered::lets_in(&server, "bob");
    terminal.shows_part("* bob joined");
    terminal.types("hello\n");
    assert_eq!(room.peer.hears(), "2 hello");
    room.confirms(2);
    room.tells("ada: hi");
    terminal.shows("[14:03:09] ada: hi");
    let rows = terminal.transcript();
    let own = rows.iter().filter(|row| row.contains("hello"));
    assert_eq!(own.count(), 1, "{rows:#?}");
    assert!(!rows.iter().any(|row| row.starts_with('#')), "{rows:#?}");
}

#[test]
fn nothing_a_room_sends_ends_the_client() {
    let Scene {
        terminal, mut room, ..
    } = bob();
    room.peer
        .says(&format!("= missed {}\n", u64::MAX).repeat(1000));
    room.peer
        .says(&"= end\n= \u{1b}[2J\n= taken x\n".repeat(100));
    room.tells("ada: first");
    room.peer.says("# 7 [14:03:09] ada: went back\n");
    room.peer.says("# 50 [14:03:09] ada: jumped\n");
    room.peer.says("# 50 [14:03:09] ada: twice\n");
    room.peer.says("# 51 [14:03:09] ada: on\n");
    terminal.shows("[14:03:09] ada: on");
    let rows = terminal.transcript();
    let count = |part| rows.iter().filter(|row| row.contains(part)).count();
    assert_eq!(count("does not understand"), 1, "{rows:#?}");
    assert_eq!(count("again; lines with numbers"), 1, "{rows:#?}");
    assert_eq!(count("went back") + count("twice"), 0, "{rows:#?}");
    assert_eq!(count("jumped"), 1, "{rows:#?}");
}
