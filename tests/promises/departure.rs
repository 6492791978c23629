//! Promise: join and leave of one person alternate, nothing is said in a
//! name after it has left, and a reason is told when it is no plain goodbye.

use std::io::{ErrorKind, Read as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use chat_kit::guest::Guest;
use chat_kit::server::Server;
use chat_kit::waiting::WAIT_MAX;

#[test]
fn a_goodbye_is_told_without_a_reason() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    bob.say("/quit");
    bob.hears_next("* goodbye");
    assert_eq!(bob.lines_until_end(), [""; 0]);
    ada.hears("[t] * bob joined");
    ada.hears_next("[t] * bob left");
}

#[test]
fn who_says_goodbye_can_finish_speaking() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    bob.say("/quit");
    bob.hears_next("* goodbye");
    // A connection closed too early answers this with a reset, which on a
    // network can overtake the goodbye.
    for _ in 0..5 {
        bob.send(b"bye\n");
    }
    assert_eq!(bob.lines_until_goodbye(), [""; 0]);
}

#[test]
fn an_ended_input_is_a_goodbye() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    bob.stop_sending();
    assert_eq!(bob.lines_until_end(), [""; 0]);
    ada.hears("[t] * bob joined");
    ada.hears_next("[t] * bob left");
}

#[test]
fn a_reset_connection_is_told_as_lost_and_ends_nobody_else() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut cy = Guest::named(&server, "cy");
    let zed = Guest::named(&server, "zed");
    ada.hears("[t] * zed joined");
    cy.hears("[t] * zed joined");
    ada.say("hello");
    cy.hears_next("[t] ada: hello");
    // Closing with something unread resets the connection.
    zed.stream().peek(&mut [0]).expect("ada's line has come");
    drop(zed);
    ada.hears_next("[t] * zed left (connection lost)");
    cy.hears_next("[t] * zed left (connection lost)");
    ada.say("still here?");
    cy.hears_next("[t] ada: still here?");
}

#[test]
fn an_idle_person_is_shown_out_and_a_talking_one_is_not() {
    let server = Server::start(&["--idle", "1", "--rate", "2", "--burst", "1"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    // At two lines a second ada is busy for two seconds.
    ada.send(b"one\ntwo\nthree\nfour\n");
    bob.hears("* you are shown out: you were silent too long");
    bob.lines_until_end();
    ada.hears("[t] * bob left (idle)");
    assert!(
        ada.lines_until_end()
            .iter()
            .any(|l| l.contains("silent too"))
    );
}

/// Sends this again and again to a server that allows a second of silence,
/// until the connection is over, and returns what came.
fn dribbled(bytes: &[u8]) -> String {
    let server = Server::start(&["--idle", "1"]);
    let zed = Guest::named(&server, "zed");
    let mut stream = zed.another_stream();
    let between = Some(Duration::from_millis(100));
    stream
        .set_read_timeout(between)
        .expect("a socket can be set");
    let deadline = Instant::now() + WAIT_MAX;
    let (mut heard, mut piece) = (Vec::new(), [0; 4096]);
    while Instant::now() < deadline {
        // It fails once the server has closed.
        let _ = stream.write_all(bytes);
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => heard.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => (),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&heard).into_owned()
}

#[test]
fn what_is_no_line_does_not_keep_a_seat() {
    let kinds: [&'static [u8]; 5] =
        [b"x", b"\n", b" \r\n", b"\xff\xf1", b"\xff\xfd\x06"];
    let dribbling = kinds.map(|bytes| thread::spawn(|| dribbled(bytes)));
    for (bytes, dribbling) in kinds.iter().zip(dribbling) {
        let heard = dribbling.join().expect("a server");
        let shown = bytes.escape_ascii();
        assert!(
            heard.contains("you were silent too long"),
            "{shown}: {heard}"
        );
    }
}

/// Comes as `name`, speaks and goes, again and again.
fn come_and_go(server: &Server, name: &str) {
    for stay in 0..20 {
        let mut guest = Guest::enter(server);
        guest.say(&format!("/name {name}"));
        guest.say(&format!("stay {stay}"));
        guest.say("/quit");
        guest.lines_until_end();
    }
}

#[test]
fn people_who_come_and_go_are_told_of_in_turn() {
    let names = ["ada", "bob", "cy", "dee"];
    let server = Server::start(&["--arrivals", "off"]);
    let mut observer = Guest::named(&server, "observer");
    thread::scope(|scope| {
        for name in names {
            scope.spawn(|| come_and_go(&server, name));
        }
    });
    let heard = observer.catch_up();
    for name in names {
        let told = heard
            .iter()
            .filter(|line| line.split(['*', ' ', ':']).any(|w| w == name));
        let expected = (0..20).flat_map(|stay| {
            [
                format!("[t] * {name} joined"),
                format!("[t] {name}: stay {stay}"),
                format!("[t] * {name} left"),
            ]
        });
        assert!(told.cloned().eq(expected), "{heard:#?}");
    }
}
