//! Whatever ends the visit or interrupts it, the terminal is as it was.

use std::process::Command;

use super::{Visit, bob, bob_with};
use crate::kit::program::DEADLINE;
use crate::kit::pty::{Terminal, program};
use crate::kit::server::Server;

fn kill(signal: &str, id: u32) {
    let mut kill = Command::new("kill");
    let status = kill.args([signal, &id.to_string()]).status();
    assert!(status.expect("kill").success());
}

#[test]
fn a_server_that_closes_is_told_below_its_last_words() {
    for reset in [false, true] {
        let visit = bob_with(&["--no-reconnect"]);
        let (mut terminal, mut peer) = (visit.terminal, visit.peer);
        terminal.types("half a line");
        terminal.edits("bob> half a line", 16);
        peer.says("[14:03:09] ada: last\n[14:03:09] * the server is closing\n");
        if reset {
            terminal.shows_part("the server is closing");
            peer.resets();
        } else {
            peer.closes();
        }
        assert_eq!(terminal.ends(), 1);
        let rows = terminal.transcript().join("\n");
        let at = |part| rows.find(part).unwrap_or_else(|| panic!("{rows}"));
        assert!(at("ada: last") < at("is closing"));
        assert!(at("is closing") < at("is gone"));
        assert!(at("is gone") < at("not sent: half a line"));
    }
}

#[test]
fn nobody_there_is_told_with_what_to_do() {
    let server = Server::start();
    let address = server.address.clone();
    drop(server);
    let args = [address.as_str(), "--name", "bob"];
    let mut terminal = crate::kit::pty::client(&args).start();
    assert_eq!(terminal.ends(), 1);
    let rows = terminal.transcript().join(" ");
    assert!(rows.contains("no server is running"), "{rows}");
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let Visit {
            mut terminal,
            mut peer,
            ..
        } = bob();
        terminal.types("draft");
        terminal.edits("bob> draft", 10);
        assert!(!terminal.is_restored());
        kill(signal, terminal.id());
        assert_eq!(peer.hears_the_rest(), "", "{signal}");
        peer.closes();
        assert_eq!(terminal.ends(), 0, "{signal}");
    }
}

/// Not a test: what the test below runs on a terminal of its own.
#[test]
#[ignore = "panics"]
fn a_thread_that_panics() {
    let _raw_mode =
        chat_client::ui::terminal::raw_mode::enter().expect("a terminal");
    let thread = std::thread::spawn(|| panic!("as it was told to"));
    std::thread::sleep(DEADLINE);
    drop(thread);
}

#[test]
fn a_panic_in_any_thread_gives_the_terminal_back_and_ends() {
    let tests = std::env::current_exe().expect("this program");
    let name = "terminal::leaving::a_thread_that_panics";
    let args = ["--ignored", "--exact", name, "--nocapture"];
    let tests = tests.to_str().expect("a path");
    let mut terminal = program(tests, &args).start();
    assert_eq!(terminal.ends(), 101);
    terminal.shows_part("as it was told to");
}

/// A shell that can stop and continue what it starts, with bob in a room.
fn bob_in_a_shell(server: &Server) -> Terminal {
    let shell = program("sh", &["-i"]).with("PS1", "sh: ").start();
    let client = env!("CARGO_BIN_EXE_chat-client");
    shell.shows("sh:");
    shell.types(&format!("{client} {} --name bob\n", server.address));
    shell
}

/// The processes this one has started.
pub fn children(id: u32) -> Vec<u32> {
    let path = format!("/proc/{id}/task/{id}/children");
    let text = std::fs::read_to_string(path).expect("a process");
    text.split_whitespace().flat_map(str::parse).collect()
}

#[test]
fn a_stop_from_outside_is_over_with_fg() {
    for signal in ["-STOP", "-TSTP"] {
        let server = Server::start();
        let shell = bob_in_a_shell(&server);
        let mut peer = server.lets_in("bob");
        shell.shows_part("* bob joined");
        shell.types("half a lie");
        shell.edits("bob> half a lie", 15);
        kill(signal, children(shell.id())[0]);
        shell.waits("the shell", |screen| screen.row().ends_with("sh:"));
        peer.says("[14:03:09] ada: while you were away\n");
        // The shell's terminal is its own now, whatever it was before.
        shell.types("stty sane; echo x$((6 * 7))x\n");
        shell.shows_part("x42x");
        shell.types("fg\n");
        shell.shows("[14:03:09] ada: while you were away");
        shell.edits("bob> half a lie", 15);
        shell.types("\x1b[Dn");
        shell.edits("bob> half a line", 15);
        shell.types("\r");
        assert_eq!(peer.hears(), "half a line");
        shell.types("\x04");
        assert_eq!(peer.hears(), "/quit");
        peer.closes();
        shell.waits("the shell", |screen| screen.row() == "sh:");
    }
}

#[test]
fn a_flood_holds_nobody_who_wants_to_leave() {
    for keys in ["/quit\r", "\x03", "\x04"] {
        let Visit {
            mut terminal,
            mut peer,
            ..
        } = bob();
        std::thread::spawn(move || peer.floods());
        terminal.shows_part("more and more");
        terminal.types(keys);
        assert_eq!(terminal.ends(), 0, "{keys:?}");
    }
}

#[test]
fn ctrl_z_hands_the_terminal_to_the_shell_and_fg_takes_it_back() {
    let server = Server::start();
    let shell = bob_in_a_shell(&server);
    let mut peer = server.lets_in("bob");
    shell.shows_part("* bob joined");
    shell.types("half a line");
    shell.edits("bob> half a line", 16);
    shell.types("\x1a");
    shell.waits("the shell", |screen| screen.row() == "sh:");
    peer.says("[14:03:09] ada: while you were away\n");
    shell.types("echo $((6 * 7))\n");
    shell.shows("42");
    shell.types("fg\n");
    shell.shows("[14:03:09] ada: while you were away");
    shell.edits("bob> half a line", 16);
    shell.types(" more\r");
    assert_eq!(peer.hears(), "half a line more");
    shell.types("\x04");
    assert_eq!(peer.hears(), "/quit");
    peer.closes();
    shell.waits("the shell", |screen| screen.row() == "sh:");
}
