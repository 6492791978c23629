//! Promise: everyone but the sender hears each line once and whole, and all
//! hear all lines in the same order.

use std::thread;

use chat_kit::guest::Guest;
use chat_kit::server::Server;

const SENDERS: usize = 8;
const LINES_EACH: usize = 50;

#[test]
fn a_line_said_reaches_everyone_but_the_sender() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    let mut cy = Guest::named(&server, "cy");
    ada.hears("[t] * cy joined");
    ada.say("hello");
    bob.hears("[t] * cy joined");
    bob.hears_next("[t] ada: hello");
    cy.hears_next("[t] ada: hello");
    assert_eq!(ada.catch_up(), [""; 0]);
    assert_eq!(bob.catch_up(), [""; 0], "once is enough");
}

/// The text of a line: long enough to be cut, different for every line.
fn text(sender: usize, nth: usize) -> String {
    let filler = "x".repeat(nth * 37 % 600);
    format!("{sender} says {nth} {filler}.")
}

/// Says all lines of one sender while the others do, and returns what this
/// sender hears of the others.
fn talk(mut guest: Guest, sender: usize) -> Vec<String> {
    for nth in 0..LINES_EACH {
        guest.say(&text(sender, nth));
    }
    said(&mut guest, (SENDERS - 1) * LINES_EACH)
}

/// The next lines that somebody said, so many.
fn said(guest: &mut Guest, count: usize) -> Vec<String> {
    let mut said = Vec::new();
    while said.len() < count {
        let line = guest.next_line("a line somebody says");
        if !line.starts_with("[t] * ") && line.contains(" says ") {
            said.push(line);
        }
    }
    said
}

#[test]
fn lines_said_at_once_are_heard_by_all_in_the_same_order() {
    // Newcomers from one address share one burst, and here are eight.
    let server = Server::start(&["--rate", "off"]);
    let mut listeners = [Guest::enter(&server), Guest::enter(&server)];
    // Everybody is here before anybody talks.
    let senders: Vec<Guest> = (0..SENDERS)
        .map(|sender| Guest::named(&server, &format!("sender{sender}")))
        .collect();
    let talking: Vec<_> = senders
        .into_iter()
        .enumerate()
        .map(|(nth, guest)| thread::spawn(move || talk(guest, nth)))
        .collect();
    let all = said(&mut listeners[0], SENDERS * LINES_EACH);
    assert_eq!(said(&mut listeners[1], SENDERS * LINES_EACH), all);
    for (sender, talking) in talking.into_iter().enumerate() {
        let heard = talking.join().expect("the sender hears the others");
        let own = format!("[t] sender{sender}: ");
        let (mine, others): (Vec<_>, Vec<_>) =
            all.iter().cloned().partition(|line| line.starts_with(&own));
        assert_eq!(heard, others, "sender{sender}");
        let expected: Vec<String> = (0..LINES_EACH)
            .map(|nth| format!("{own}{}", text(sender, nth)))
            .collect();
        assert_eq!(mine, expected);
    }
    for listener in &mut listeners {
        let more = listener.catch_up();
        assert!(!more.iter().any(|l| l.contains(" says ")), "{more:?}");
    }
}

#[test]
fn lines_cut_anywhere_are_heard_whole() {
    let server = Server::start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    let message = "first é\r\n🎉 second\nthird\r\n".as_bytes();
    for cut in 0..=message.len() {
        // The server answers what comes before the cut, so it has read so
        // far when the rest is sent.
        let mut before = format!("/cut-{cut}\n").into_bytes();
        before.extend(&message[..cut]);
        ada.send(&before);
        ada.hears_some(&format!("* /cut-{cut}:"));
        ada.send(&message[cut..]);
        bob.hears_next("[t] ada: first é");
        bob.hears_next("[t] ada: 🎉 second");
        bob.hears_next("[t] ada: third");
    }
}

#[test]
fn bytes_sent_one_by_one_are_heard_as_a_line() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    for byte in "né ✓ end\r\n".bytes() {
        ada.send(&[byte]);
    }
    bob.hears_next("[t] ada: né ✓ end");
}

#[test]
fn lines_joined_in_one_piece_are_heard_apart() {
    let server = Server::start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    let lines: String = (0..1000).map(|nth| format!("line {nth}\n")).collect();
    ada.send(lines.as_bytes());
    for nth in 0..1000 {
        bob.hears_next(&format!("[t] ada: line {nth}"));
    }
}

#[test]
fn a_last_line_without_newline_counts_when_sending_ends() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let mut pipe = Guest::connect(server.address);
    pipe.send(b"hi");
    pipe.stop_sending();
    bob.hears_next("[t] * guest-2 joined");
    bob.hears_next("[t] guest-2: hi");
    bob.hears_next("[t] * guest-2 left");
    // What was on its way to it has arrived before the end.
    let heard = pipe.lines_until_goodbye();
    assert_eq!(heard[0], "Welcome to the chatroom!");
    assert!(heard.contains(&"* here (2): bob, guest-2".to_owned()));
}
