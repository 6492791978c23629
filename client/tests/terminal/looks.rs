//! Colors and bells, and doing without them.

use std::time::Instant;

use super::{Visit, bob, bob_with, enter};
use crate::kit::pty::client;
use crate::kit::server::Server;

const TALK: &str = "[14:03:09] (earlier) ada: bob was here\n\
    [14:03:09] ada: hello\n\
    [14:03:09] eve: so, bob?\n\
    [14:03:09] ada -> you: a secret\n\
    [14:03:09] ~ ada waves\n";

fn talk(visit: &mut Visit) {
    visit.terminal.types("draft\x1b[D");
    visit.peer.says(TALK);
    visit.terminal.shows("[14:03:09] ~ ada waves");
    visit.terminal.edits("bob> draft", 9);
}

/// The color of the first cell of this text, and whether it is reversed.
fn color(visit: &Visit, row: &str, text: &str) -> (vt100::Color, bool) {
    visit.terminal.look(|screen| {
        let columns = screen.size().1.get();
        let mut rows = screen.rows(0, columns);
        let at = rows.position(|it| it.trim_end() == row).expect(row);
        let column = row.find(text).expect(text);
        let number = |at: usize| u16::try_from(at).expect("a screen");
        let cell = screen.cell(number(at), number(column)).expect("a cell");
        (cell.fgcolor(), cell.inverse())
    })
}

#[test]
fn names_have_colors_of_their_own_and_mentions_stand_out() {
    let mut visit = bob();
    talk(&mut visit);
    let at = |row, text| color(&visit, row, text);
    let ada = at("[14:03:09] ada: hello", "ada");
    assert_ne!(ada.0, vt100::Color::Default);
    assert_eq!(at("[14:03:09] ~ ada waves", "ada"), ada);
    let mention = "[14:03:09] eve: so, bob?";
    assert_ne!(at(mention, "eve"), ada);
    assert!(at(mention, "bob").1 && !at(mention, "so").1);
    let private = at("[14:03:09] ada -> you: a secret", "ada");
    assert_ne!(private, ada);
    assert_ne!(private, at("[14:03:07] * bob joined", "* bob"));
}

#[test]
fn no_color_means_no_attribute_at_all() {
    let server = Server::start();
    let args = [server.address.as_str(), "--name", "bob"];
    let terminal = client(&args).with("NO_COLOR", "1").start();
    let mut visit = enter(terminal, server);
    talk(&mut visit);
    let bytes = visit.terminal.bytes();
    let text = String::from_utf8_lossy(&bytes);
    for sequence in text.split("\x1b[").skip(1) {
        let end = sequence.find(|c: char| c.is_ascii_alphabetic());
        let end = end.expect("an end of the sequence");
        assert_ne!(&sequence[end..=end], "m", "{text:?}");
    }
}

#[test]
fn the_bell_rings_as_the_person_likes_it() {
    for (bell, mention, word) in
        [("off", 0, 0), ("mention", 1, 0), ("all", 1, 1)]
    {
        let Visit {
            terminal, mut peer, ..
        } = bob_with(&["--bell", bell]);
        let bells = || terminal.effects(|effects| effects.bells);
        peer.says("[14:03:09] (earlier) ada: bob!\n[14:03:09] * ada left\n");
        terminal.shows_part("ada left");
        assert_eq!(bells(), 0, "{bell}");
        peer.says("[14:03:09] ada: well, bob?\n");
        terminal.shows_part("well, bob");
        assert_eq!(bells(), mention, "{bell}");
        let Visit {
            terminal, mut peer, ..
        } = bob_with(&["--bell", bell]);
        peer.says("[14:03:09] ada: no bobs\n");
        terminal.shows_part("no bobs");
        let bells = terminal.effects(|effects| effects.bells);
        assert_eq!(bells, word, "{bell}");
    }
}

#[test]
fn a_crowd_rings_once_a_second() {
    for plain in [None, Some("--plain")] {
        let server = Server::start();
        let args = [server.address.as_str(), "--name", "bob"];
        let args: Vec<_> = args.into_iter().chain(plain).collect();
        let start = Instant::now();
        let terminal = client(&args).start();
        let mut peer = server.lets_in("bob");
        for nth in 0..300 {
            peer.says(&format!("[14:03:09] ada: bob! {nth}\n"));
            terminal.shows_part(&format!("bob! {nth}"));
        }
        let bells = terminal.effects(|effects| effects.bells);
        let seconds = start.elapsed().as_secs() as usize;
        assert!((1..=seconds + 1).contains(&bells), "{bells}: {plain:?}");
    }
}

#[test]
fn the_bell_rings_on_a_plain_terminal_too() {
    let server = Server::start();
    let args = [server.address.as_str(), "--name", "bob", "--plain"];
    let terminal = client(&args).start();
    let mut peer = server.lets_in("bob");
    peer.says("[14:03:09] ada: no bobs\n[14:03:09] ada -> you: psst\n");
    terminal.shows_part("psst");
    peer.says("[14:03:09] * ada left\n");
    terminal.shows_part("ada left");
    assert_eq!(terminal.effects(|effects| effects.bells), 1);
}

#[test]
fn own_lines_are_shown_as_they_went_out() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("hello\r/msg ada psst\r/me waves\r");
    assert_eq!(peer.hears(), "hello");
    assert_eq!(peer.hears(), "/msg ada psst");
    assert_eq!(peer.hears(), "/me waves");
    terminal.shows("bob> hello");
    terminal.shows("bob> /msg ada psst");
    terminal.shows("bob> /me waves");
}

#[test]
fn what_is_said_to_nobody_does_not_look_as_if_it_was_said() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("/msg eve psst\r");
    assert_eq!(peer.hears(), "/msg eve psst");
    peer.says("* /msg: nobody here is called \"eve\"\n");
    terminal.shows_part("nobody here is called");
    assert!(!terminal.has("->"));
    terminal.shows("bob> /msg eve psst");
}

#[test]
fn a_terminal_that_cannot_be_drawn_on_gets_lines_and_no_escape() {
    for (term, plain) in
        [("dumb", None), ("", None), ("xterm", Some("--plain"))]
    {
        let server = Server::start();
        let args = [server.address.as_str(), "--name", "bob"];
        let args: Vec<_> = args.into_iter().chain(plain).collect();
        let mut terminal = client(&args).with("TERM", term).start();
        let mut peer = server.lets_in("bob");
        terminal.shows_part("* bob joined");
        terminal.types("hi\n");
        assert_eq!(peer.hears(), "hi");
        terminal.types("\x04");
        assert_eq!(peer.hears(), "/quit");
        peer.closes();
        assert_eq!(terminal.ends(), 0);
        assert!(!terminal.bytes().contains(&0x1b), "{term}");
    }
}
