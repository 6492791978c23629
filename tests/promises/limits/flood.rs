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
    let (server, mut ada, mut bob) = two(&["--rate", "1", "--burst", "3"]);
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
    // Of the burst, their names took two.
    assert!((3..10).contains(&said.len()), "{said:?}");
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

/// Sends this again and again until nothing more goes.
fn blocked(guest: &mut Guest, flood: &[u8]) {
    let patience = Some(Duration::from_millis(500));
    let stream = guest.stream();
    stream.set_write_timeout(patience).expect("a deadline");
    // What is on its way fills the buffers of both ends, then nothing goes.
    let blocked = (0..32).find_map(|_| guest.try_send(flood).err());
    let kind = blocked.map(|error| error.kind());
    assert_eq!(kind, Some(ErrorKind::WouldBlock), "nobody pushed back");
}

#[test]
fn bytes_that_are_no_line_are_slowed_too() {
    const INTERPRET: u8 = 255;
    const NO_OPERATION: u8 = 241;
    const DO: u8 = 253;
    const SUPPRESS_GO_AHEAD: u8 = 3;
    for bytes in [
        &b"x"[..],
        b"\r",
        b"\0",
        &[INTERPRET, NO_OPERATION],
        &[INTERPRET, DO, SUPPRESS_GO_AHEAD],
    ] {
        let (_server, mut ada, mut bob) = two(&[]);
        blocked(&mut ada, &bytes.repeat((1 << 20) / bytes.len()));
        bob.say("hello");
        bob.catch_up();
    }
}

#[test]
fn long_lines_are_slowed_by_their_bytes() {
    // 10 KiB at once and 50 KiB a second.
    let (_server, mut ada, mut bob) = two(&["--rate", "100", "--burst", "20"]);
    let before = Instant::now();
    for nth in 0..10 {
        ada.say(&format!("{nth}{}", "x".repeat(4000)));
    }
    for nth in 0..10 {
        bob.hears_next(&format!("[t] ada: {nth}{}", "x".repeat(4000)));
    }
    assert!(before.elapsed() >= Duration::from_millis(500));
    let told = ada.catch_up();
    assert!(told[0].starts_with("* slow down"), "{told:?}");
}

#[test]
fn long_lines_of_a_few_throw_nobody_out_who_reads_slowly() {
    let server = Server::start(&["--backlog", "262144"]);
    let mut bob = Guest::named(&server, "bob");
    let _zed = Guest::named(&server, "zed");
    let mut talkers: Vec<Guest> = (0..3)
        .map(|nth| Guest::named(&server, &format!("cy{nth}")))
        .collect();
    for talker in &mut talkers {
        // As much as the buffers take. With a line each, they are 1.2 MB.
        let lines = format!("{}\n", "x".repeat(4095)).repeat(100);
        let stream = talker.stream();
        stream.set_nonblocking(true).expect("an option");
        let _ = talker.try_send(lines.as_bytes());
        talker.stream().set_nonblocking(false).expect("an option");
    }
    for talker in &mut talkers {
        talker.hears_some("* slow down");
    }
    bob.say("/users");
    bob.hears_some("* here (5)");
}

#[test]
fn another_name_costs_more_than_a_line() {
    let (_server, mut ada, mut bob) = two(&["--rate", "5", "--burst", "20"]);
    for nth in 0..5 {
        ada.say(&format!("/name ada{nth}"));
    }
    bob.hears("[t] * ada3 is now ada4");
    let told = ada.catch_up();
    assert!(told.iter().any(|line| line.starts_with("* slow down")));
}

#[test]
fn who_comes_while_others_flood_from_there_is_not_slowed() {
    let (server, mut ada, mut bob) = two(&["--rate", "20", "--burst", "20"]);
    ada.send(&lines(50));
    ada.hears_some("* slow down");
    let mut cy = Guest::named(&server, "cy");
    cy.say("hello");
    bob.hears("[t] cy: hello");
    assert_eq!(cy.catch_up(), [""; 0], "told nothing, and hears nothing");
}

#[test]
fn who_says_a_line_and_goes_is_heard_while_others_flood_from_there() {
    let (server, mut ada, mut bob) = two(&["--rate", "20", "--burst", "20"]);
    ada.send(&lines(50));
    ada.hears_some("* slow down");
    let mut cy = Guest::connect(server.address);
    cy.send(b"/name cy\nthe build is done");
    cy.stop_sending();
    bob.hears("[t] cy: the build is done");
}

#[test]
fn who_comes_twenty_times_at_once_has_one_burst() {
    let (server, mut ada, mut bob) = two(&["--rate", "1", "--burst", "50"]);
    let mut visits: Vec<Guest> =
        (0..20).map(|_| Guest::enter(&server)).collect();
    for visit in &mut visits {
        visit.send(&b"flood\n".repeat(50));
    }
    for visit in &mut visits {
        visit.hears_some("* slow down");
    }
    let since = Instant::now();
    ada.say("enough");
    let said = bob.lines_until("[t] ada: enough");
    let said = said.iter().filter(|line| line.ends_with("flood")).count();
    // A burst for all, and one a second for each, which takes a second.
    let seconds = 10 + since.elapsed().as_secs() as usize;
    assert!(said <= 50 + 20 * seconds, "{said} lines");
}

#[test]
fn what_a_slowed_sender_has_waiting_is_small_and_blocks_the_sender() {
    let (server, mut ada, mut bob) = two(&["--rate", "1", "--burst", "2"]);
    blocked(&mut ada, &b"x\n".repeat(1 << 20));
    let here = ada.stream().local_addr().expect("an address");
    let waiting = unread_bytes(server.address, here).expect("a connection");
    assert!(waiting <= 128 * 1024, "{waiting} bytes wait at the server");
    bob.hears_some("[t] ada: x");
}
