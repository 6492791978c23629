//! What the server may do to a client on a pipe: it is gone, it was never
//! there, it sends bytes that a terminal would obey.

use std::time::{Duration, Instant};

use crate::kit::program::Program;
use crate::kit::server::{Server, Silent};

/// "Within a second", with what a loaded machine needs to start a process.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn a_server_gone_is_told_although_the_keyboard_is_silent() {
    let server = Server::start();
    let client = Program::start(&[&server.address, "--name", "ada"]);
    let mut peer = server.lets_pipe_in("ada");
    peer.says("[14:03:09] * the server is closing\nhalf a li");
    let closed = Instant::now();
    peer.closes();
    client.shows("the server is closing");
    client.shows("half a li");
    let told = client.tells("is gone");
    assert!(told.contains(&server.address), "{told}");
    assert_eq!(client.ends().code, Some(1));
    assert!(closed.elapsed() < SOON);
}

#[test]
fn no_server_says_what_to_do() {
    // A port of the system, which no test has listened on.
    let address = "127.0.0.1:1";
    let called = Instant::now();
    let end = Program::start(&[address, "--name", "ada"]).ends();
    assert_eq!(end.code, Some(1));
    assert_eq!(end.told.len(), 1, "{end:?}");
    assert!(end.told[0].contains(address) && end.told[0].contains("start"));
    assert!(called.elapsed() < SOON);
}

#[test]
fn a_call_that_takes_a_while_is_told_of() {
    let silent = Silent::start();
    let client = Program::start(&[&silent.address, "--name", "ada"]);
    let told = client.tells("calling");
    assert!(told.contains(&silent.address), "{told}");
    let end = client.ends();
    assert_eq!(end.code, Some(1));
    assert_eq!(end.told.len(), 1, "{end:?}");
    assert!(end.told[0].contains("cannot be reached"), "{end:?}");
}

#[test]
fn a_bad_address_is_named_and_bad_usage_is_2() {
    let end = Program::start(&["localhost:seven"]).ends();
    assert_eq!(end.code, Some(1));
    assert_eq!(end.told.len(), 1, "{end:?}");
    assert!(end.told[0].contains("\"localhost:seven\""), "{end:?}");
    assert_eq!(Program::start(&["--nme"]).ends().code, Some(2));
}

#[test]
fn no_byte_of_the_server_commands_the_terminal() {
    let server = Server::start();
    let client = Program::start(&[&server.address, "--name", "ada"]);
    let mut peer = server.lets_pipe_in("ada");
    client.shows("ada joined");
    peer.says("a\x1b[2J\x1b]0;t\x07\x08\rb\u{9b}c\u{202e}d 日本\n");
    let line = client.shows("日本");
    assert_eq!(line, "a␛[2J␛]0;t␇␈␍b<U+009B>c<U+202E>d 日本");
}

#[test]
fn lines_cut_anywhere_are_shown_whole_and_at_once() {
    let server = Server::start();
    let client = Program::start(&[&server.address, "--name", "ada"]);
    let mut peer = server.lets_pipe_in("ada");
    client.shows("ada joined");
    for byte in "[14:03:09] bob: été\n".split_inclusive(|_| true) {
        peer.says(byte);
    }
    assert_eq!(client.shows("bob"), "[14:03:09] bob: été");
}
