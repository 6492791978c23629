//! The server goes and comes back: nothing of the person's is lost.

use super::{Visit, bob, enter};
use crate::kit::pty::client;
use crate::kit::server::{GREETING, Server};

const TAKEN: &str = "* /name: \"bob\" is taken\n";

#[test]
fn a_server_that_comes_back_finds_the_draft_and_what_was_said() {
    let Visit {
        terminal,
        peer,
        server,
    } = bob();
    terminal.types("early\rhalf");
    terminal.edits("bob> half", 9);
    let address = server.address.clone();
    drop(server);
    peer.closes();
    terminal.shows_part("is gone");
    terminal.shows_part("may be missing");
    terminal.edits("(away) bob> half", 16);
    terminal.types("\x15said meanwhile\rnew dra");
    terminal.shows("-- kept until then: said meanwhile");
    let server = Server::start_at(&address);
    let mut peer = server.accepts();
    peer.is_asked_for("bob");
    peer.says(GREETING);
    terminal.types("ft");
    terminal.edits("(away) bob> new draft", 21);
    assert!(peer.has_heard_nothing());
    peer.confirms("bob");
    assert_eq!(peer.hears(), "said meanwhile");
    terminal.shows("-- back in the room as bob");
    terminal.shows("bob> said meanwhile");
    terminal.edits("bob> new draft", 14);
    terminal.types("\x1b[A\x1b[A\r");
    assert_eq!(peer.hears(), "early");
}

#[test]
fn a_name_held_by_a_ghost_is_asked_for_again() {
    let Visit {
        terminal,
        peer,
        server,
    } = bob();
    peer.closes();
    let mut peer = server.accepts();
    peer.is_asked_for("bob");
    peer.says(GREETING);
    peer.says(TAKEN);
    terminal.shows_part("refuses the name");
    terminal.types("patience\r");
    assert_eq!(peer.hears(), "/name bob");
    peer.says(TAKEN);
    assert_eq!(peer.hears(), "/name bob");
    peer.confirms("bob");
    assert_eq!(peer.hears(), "patience");
    terminal.edits("bob>", 5);
    let told = terminal.transcript();
    let told = told.iter().filter(|row| row.contains("is taken"));
    assert_eq!(told.count(), 1);
}

#[test]
fn leaving_while_the_server_is_away_tells_what_was_not_sent() {
    for keys in ["/quit\r", "\x04", "\x03"] {
        let Visit {
            mut terminal,
            peer,
            server,
        } = bob();
        drop(server);
        peer.closes();
        terminal.shows_part("is gone");
        terminal.types("too late\r");
        terminal.shows("-- kept until then: too late");
        terminal.types(keys);
        assert_eq!(terminal.ends(), 0);
        terminal.shows_part("not sent: too late");
    }
}

#[test]
fn a_name_taken_in_the_meantime_is_the_one_that_is_claimed_again() {
    let Visit {
        terminal,
        mut peer,
        server,
    } = bob();
    terminal.types("/name lovelace\r");
    assert_eq!(peer.hears(), "/name lovelace");
    peer.says("[14:03:09] * bob is now lovelace\n");
    terminal.edits("lovelace>", 10);
    peer.closes();
    let peer = server.lets_in("lovelace");
    terminal.edits("lovelace>", 10);
    drop(peer);
}

#[test]
fn the_half_typed_line_survives_the_question_for_a_name() {
    let server = Server::start();
    let terminal = client(&[&server.address]).start();
    terminal.edits("name:", 6);
    terminal.types("a b\r");
    terminal.shows_part("\"a b\" is not allowed");
    terminal.types("ada\r");
    let mut peer = server.accepts();
    peer.is_asked_for("ada");
    terminal.types("half");
    terminal.edits("ada> half", 9);
    peer.says(GREETING);
    peer.says("* /name: \"ada\" is taken\n");
    terminal.edits("name:", 6);
    terminal.types("bob\r");
    assert_eq!(peer.hears(), "/name bob");
    peer.confirms("bob");
    terminal.edits("bob> half", 9);
}

#[test]
fn lines_on_a_plain_terminal_reconnect_too_and_pipes_never() {
    let server = Server::start();
    let args = [server.address.as_str(), "--name", "bob", "--plain"];
    let terminal = client(&args).start();
    let peer = server.lets_in("bob");
    terminal.shows_part("* bob joined");
    peer.closes();
    let mut peer = server.lets_in("bob");
    terminal.shows_part("back in the room as bob");
    terminal.types("hello again\n");
    assert_eq!(peer.hears(), "hello again");
}

#[test]
fn history_outlives_the_visit_but_not_when_it_is_turned_off() {
    for (args, kept) in [(&[][..], true), (&["--no-history"], false)] {
        let server = Server::start();
        let all = [&[server.address.as_str(), "--name", "bob"], args].concat();
        let first = client(&all);
        let state = first.state().to_owned();
        let mut visit = enter(first.start(), server);
        visit.terminal.types("remember\r");
        assert_eq!(visit.peer.hears(), "remember");
        visit.terminal.types("\x1b[A");
        visit.terminal.edits("bob> remember", 13);
        let file = state.join("threadroom/history");
        let text = std::fs::read_to_string(file).unwrap_or_default();
        assert_eq!(text, if kept { "remember\n" } else { "" });
    }
}
