//! The name comes first, and nothing is said before the room confirms it.

use crate::kit::program::Program;
use crate::kit::server::{GREETING, Server};

#[test]
fn nothing_is_said_before_the_name_is_confirmed() {
    let server = Server::start();
    let mut client = Program::start(&[&server.address, "--name", "ada"]);
    client.types("hello\n");
    let mut peer = server.accepts();
    assert_eq!(peer.hears(), "/name ada");
    peer.says(GREETING);
    peer.says("[14:03:06] * guest-4 is now ada\n");
    peer.says("[14:03:06] * ada joined\n[14:03:06] ada: not me\n");
    client.shows("ada: not me");
    assert!(peer.has_heard_nothing());
    peer.confirms("ada");
    assert_eq!(peer.hears(), "hello");
}

#[test]
fn a_name_refused_to_a_pipe_ends_with_the_reason_and_nothing_sent() {
    let server = Server::start();
    let mut client = Program::start(&[&server.address, "--name", "ada"]);
    client.types("hello\n");
    client.ends_input();
    let mut peer = server.accepts();
    assert_eq!(peer.hears(), "/name ada");
    peer.says(GREETING);
    peer.says("* /name: \"ada\" is taken; choose another\n");
    let end = client.ends();
    assert_eq!(end.code, Some(1));
    let told = end.told.concat();
    assert!(told.contains("\"ada\" is taken"), "{told}");
    assert_eq!(peer.hears_the_rest(), "");
}

#[test]
fn a_name_against_the_rules_is_refused_without_a_call() {
    let server = Server::start();
    let client = Program::start(&[&server.address, "--name", "a b"]);
    let end = client.ends();
    assert_eq!(end.code, Some(1));
    assert!(end.told.concat().contains("\"a b\" is not allowed"));
}

#[test]
fn without_a_name_it_asks_and_takes_the_first_line() {
    let server = Server::start();
    let mut client = Program::start(&[&server.address]);
    client.shows("name: ");
    client.types("ada\nhello\n");
    let mut peer = server.lets_pipe_in("ada");
    assert_eq!(peer.hears(), "hello");
}

#[test]
fn no_name_and_no_input_is_an_end() {
    let mut client = Program::start(&["127.0.0.1:9"]);
    client.ends_input();
    assert_eq!(client.ends().code, Some(0));
}

#[test]
fn a_room_that_is_full_is_heard_to_the_end() {
    let server = Server::start();
    let client = Program::start(&[&server.address, "--name", "ada"]);
    let mut peer = server.accepts();
    peer.says("* the room is full: 2 are here\n");
    // Closed with `/name ada` unread: the connection is reset.
    drop(peer);
    let end = client.ends();
    assert_eq!(end.out, ["* the room is full: 2 are here"]);
    assert_eq!(end.code, Some(1));
}
