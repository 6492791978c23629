//! Who is shown out is told so and asked; nobody comes back on their own.

use super::{Visit, bob, bob_with};
use crate::kit::pty::client;
use crate::kit::server::{GREETING, Server};

const IDLE: &str = "* you are shown out: you were silent too long\n";
const FULL: &str = "* the room is full: 2 people are here; try again later\n";

#[test]
fn who_is_shown_out_is_called_back_by_enter_alone() {
    let Visit {
        terminal,
        mut peer,
        server,
    } = bob();
    terminal.types("half");
    peer.says(IDLE);
    peer.closes();
    terminal.shows("-- press Enter to come back; /quit leaves");
    terminal.edits("(away) bob> half", 16);
    assert!(server.is_not_called());
    terminal.types("\x15\r");
    let mut peer = server.accepts();
    assert_eq!(peer.hears(), "/numbered 1");
    peer.says(FULL);
    peer.closes();
    terminal.waits("the question again", |screen| {
        screen.count("-- press Enter to come back") == 2
    });
    assert!(server.is_not_called());
    terminal.types("hello again\r");
    let mut peer = server.accepts();
    peer.says(GREETING);
    peer.is_asked_for("bob");
    peer.confirms("bob");
    assert_eq!(peer.hears(), "hello again");
    terminal.shows("-- back in the room as bob");
    terminal.edits("bob>", 5);
}

#[test]
fn who_is_shown_out_may_leave() {
    for keys in ["/quit\r", "\x04", "\x03"] {
        let Visit {
            mut terminal,
            mut peer,
            ..
        } = bob();
        peer.says(IDLE);
        peer.closes();
        terminal.shows("-- press Enter to come back; /quit leaves");
        terminal.types(keys);
        assert_eq!(terminal.ends(), 0, "{keys:?}");
    }
}

#[test]
fn who_does_not_want_to_come_back_ends_with_the_reason() {
    let visit = bob_with(&["--no-reconnect"]);
    let (mut terminal, mut peer) = (visit.terminal, visit.peer);
    peer.says(IDLE);
    peer.closes();
    assert_eq!(terminal.ends(), 1);
    terminal.shows_part("does not let us stay: you are shown out");
}

#[test]
fn a_plain_terminal_is_asked_too() {
    let server = Server::start();
    let args = [server.address.as_str(), "--name", "bob", "--plain"];
    let terminal = client(&args).start();
    let mut peer = server.lets_in("bob");
    terminal.shows_part("* bob joined");
    peer.says(IDLE);
    peer.closes();
    terminal.shows_part("press Enter to come back");
    terminal.types("\n");
    server.lets_in("bob");
    terminal.shows_part("back in the room as bob");
}
