//! A flood is slowed at its source, and its sender is told so once; what a
//! person pastes passes whole.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use chat_kit::guest::Guest;
use chat_kit::server::Server;
use chat_kit::sockets::unread_bytes;
use chat_kit::waiting::eventually;

/// Ada, who talks, and bob, who listens.
fn two(options: &[&str]) -> (Server, Guest, Guest) {
    let server = Server::start(options);
    let mut ada = Guest::named(&server, "ada");
    let bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    (server, ada, bob)
}

/// So many numbered lines, in one piece.
fn lines(count: usize) -> Vec<u8> {
    let lines = (0..count).map(|nth| format!("line {nth}\n"));
    lines.collect::<String>().into_bytes()
}

fn hears_lines(guest: &mut Guest, count: usize) {
    for nth in 0..count {
        guest.hears_next(&format!("[t] ada: line {nth}"));
    }
}

#[test]
fn a_flood_is_slowed_and_its_sender_is_told_once() {
    let (_server, mut ada, mut bob) = two(&["--rate", "8", "--burst", "4"]);
    let before = Instant::now();
    ada.send(&lines(16));
    hears_lines(&mut bob, 16);
    // Four of the burst at most, the others at eight a second.
    assert!(before.elapsed() >= Duration::from_millis(1400));
    let told = ada.catch_up();
    assert_eq!(
        told,
        ["* slow down: from here on 8 of your lines a second are said"]
    );
}

#[test]
fn commands_are_slowed_too() {
    let (_server, mut ada, _bob) = two(&["--rate", "8", "--burst", "4"]);
    for _ in 0..8 {
        ada.say("/users");
    }
    let answers = ada.catch_up();
    let told = |line: &&String| line.starts_with("* slow down");
    assert_eq!(answers.iter().filter(told).count(), 1, "{answers:?}");
}

#[test]
fn who_leaves_and_comes_again_does_not_begin_with_a_new_burst() {
    let (server, mut ada, mut bob) = two(&["--rate", "1", "--burst", "5"]);
    let threads = server.process.threads();
    let mut cy = Guest::enter(&server);
    cy.send(&lines(5));
    cy.say("/quit");
    cy.lines_until_end();
    drop(cy);
    eventually("the end of the session", || {
        (server.process.threads() == threads).then_some(())
    });
    let mut cy = Guest::enter(&server);
    cy.send(&lines(4));
    cy.hears_some("* slow down");
    // Others from the same address keep what they have.
    ada.say("hello");
    bob.hears("[t] ada: hello");
    let told = ada.catch_up();
    assert!(!told.iter().any(|line| line.starts_with("* slow down")));
}

#[test]
fn somebody_who_only_floods_is_announced_all_the_same() {
    let (server, _ada, mut bob) = two(&["--rate", "1", "--burst", "2"]);
    let mut cy = Guest::enter(&server);
    // At one a second these take a minute.
    cy.send("\n".repeat(60).as_bytes());
    bob.hears(&format!("[t] * {} joined", cy.guest_name()));
}

#[test]
fn a_flood_of_one_delays_nobody_else() {
    let (server, mut ada, mut bob) = two(&["--rate", "1", "--burst", "2"]);
    let mut cy = Guest::named(&server, "cy");
    ada.send(&lines(1000));
    ada.hears_some("* slow down");
    bob.say("hello");
    cy.hears("[t] bob: hello");
}

#[test]
fn a_paste_of_fifty_lines_passes_whole_and_unslowed() {
    let (_server, mut ada, mut bob) = two(&[]);
    ada.send(&lines(50));
    hears_lines(&mut bob, 50);
    assert_eq!(ada.catch_up(), [""; 0]);
}

#[test]
fn without_a_rate_nobody_is_slowed() {
    let (_server, mut ada, mut bob) = two(&["--rate", "off"]);
    ada.send(&lines(5000));
    hears_lines(&mut bob, 5000);
    assert_eq!(ada.catch_up(), [""; 0]);
}

#[test]
fn what_is_unsaid_when_a_connection_ends_is_dropped() {
    let (server, mut ada, mut bob) = two(&["--rate", "1", "--burst", "5"]);
    ada.send(&lines(1000));
    ada.stop_sending();
    let said = bob.lines_until("[t] * ada left");
    // Of the burst, the name took one.
    assert!((4..10).contains(&said.len()), "{said:?}");
    hears_until_left(&said);
    server.log.expect("before all they had sent was said");
    ada.lines_until_end();
}

/// What was said before the end is the beginning of what was sent.
fn hears_until_left(said: &[String]) {
    for (nth, line) in said.iter().enumerate() {
        assert_eq!(*line, format!("[t] ada: line {nth}"));
    }
}

#[test]
fn what_a_slowed_sender_has_waiting_is_small_and_blocks_the_sender() {
    let (server, mut ada, mut bob) = two(&["--rate", "1", "--burst", "2"]);
    // One endless line is read as fast as it comes: the kernel finds that
    // this connection deserves larger buffers, unless it is told otherwise.
    for _ in 0..16 {
        ada.send(&[b'x'; 1 << 20]);
    }
    ada.say("");
    let patience = Some(Duration::from_millis(500));
    ada.stream()
        .set_write_timeout(patience)
        .expect("a deadline");
    let flood = b"x\n".repeat(1 << 20);
    // What is on its way fills the buffers of both ends, then nothing goes.
    let blocked = (0..32).find_map(|_| ada.try_send(&flood).err());
    let kind = blocked.map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::WouldBlock), "nobody pushed back");
    let here = ada.stream().local_addr().expect("an address");
    let waiting = unread_bytes(server.address, here).expect("a connection");
    assert!(waiting <= 128 * 1024, "{waiting} bytes wait at the server");
    bob.hears_some("[t] ada: x");
}
