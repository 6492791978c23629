//! How many may come in, in all and from one address: refused in words.

use std::net::SocketAddr;
use std::process::Command;

use chat_kit::guest::Guest;
use chat_kit::programs::program;
use chat_kit::server::Server;
use chat_kit::waiting::eventually;

const FULL: &str = "* the room is full: 2 people are here; try again later";

#[test]
fn one_too_many_is_refused_in_words() {
    let server = Server::start(&["--max-clients", "2"]);
    let mut ada = Guest::named(&server, "ada");
    let _bob = Guest::named(&server, "bob");
    let mut third = Guest::connect(server.address);
    assert_eq!(third.lines_until_end(), [FULL]);
    ada.hears("[t] * bob joined");
    assert_eq!(ada.catch_up(), [""; 0]);
    server.log.expect("was refused: the room is full");
}

#[test]
fn who_is_refused_reads_why_even_after_having_spoken() {
    let server = Server::start(&["--max-clients", "2"]);
    let _here = [Guest::enter(&server), Guest::enter(&server)];
    for _ in 0..20 {
        let mut third = Guest::connect(server.address);
        third.send(b"/name zed\nhello\n");
        assert_eq!(third.lines_until_goodbye(), [FULL]);
    }
}

#[test]
fn who_is_refused_can_finish_speaking() {
    let server = Server::start(&["--max-clients", "2"]);
    let _here = [Guest::enter(&server), Guest::enter(&server)];
    let mut third = Guest::connect(server.address);
    third.hears_next(FULL);
    // A connection closed too early answers this with a reset, which on a
    // network can overtake the words.
    for _ in 0..5 {
        third.send(b"hello\n");
    }
    assert_eq!(third.lines_until_goodbye(), [""; 0]);
}

#[test]
fn a_crowd_that_is_refused_reads_why() {
    let server = Server::start(&["--max-clients", "2"]);
    let _here = [Guest::enter(&server), Guest::enter(&server)];
    let refused: Vec<Guest> =
        (0..50).map(|_| Guest::connect(server.address)).collect();
    for mut guest in refused {
        assert_eq!(guest.lines_until_end(), [FULL]);
    }
}

#[test]
fn a_seat_is_free_again_when_somebody_has_left() {
    let server = Server::start(&["--max-clients", "2"]);
    let _ada = Guest::named(&server, "ada");
    for _ in 0..3 {
        let mut bob = eventually("a free seat", || {
            let mut guest = Guest::connect(server.address);
            (guest.next_line("a line") != FULL).then_some(guest)
        });
        bob.say("/quit");
        bob.lines_until_end();
    }
}

#[test]
fn one_too_many_from_one_address_is_refused_and_others_are_not() {
    let mut command = Command::new(program("chat-server"));
    command.args(["[::]:0", "--max-per-ip", "1"]);
    let server = Server::start_as(&mut command);
    let port = server.address.port();
    let at = |host: &str| -> SocketAddr {
        format!("{host}:{port}").parse().expect("an address")
    };
    let mut here = Guest::connect(at("127.0.0.1"));
    here.hears("Welcome to the chatroom!");
    let mut second = Guest::connect(at("127.0.0.1"));
    assert_eq!(
        second.lines_until_end(),
        ["* the room is full for your address: 1 people are here from it"]
    );
    let mut elsewhere = Guest::connect(at("[::1]"));
    elsewhere.hears("Welcome to the chatroom!");
}

#[test]
fn a_room_on_ipv6_is_a_room() {
    let mut command = Command::new(program("chat-server"));
    let server = Server::start_as(command.arg("[::1]:0"));
    assert!(server.address.is_ipv6(), "{}", server.address);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    ada.say("hello");
    bob.hears_next("[t] ada: hello");
}
