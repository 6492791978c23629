//! Every way out is clean: the room hears a goodbye, the shell a 0.

use std::process::Command;

use crate::kit::program::Program;
use crate::kit::server::{Peer, Server};

fn inside() -> (Program, Peer) {
    let server = Server::start();
    let client = Program::start(&[&server.address, "--name", "ada"]);
    let peer = server.lets_pipe_in("ada");
    client.shows("* ada joined");
    (client, peer)
}

fn kill(signal: &str, client: &Program) {
    let mut kill = Command::new("kill");
    let status = kill.args([signal, &client.id()]).status();
    assert!(status.expect("kill").success());
}

#[test]
fn a_word_that_leaves_is_the_goodbye() {
    for word in ["quit", "EXIT", "Quit", "/quit", "/exit"] {
        let (mut client, mut peer) = inside();
        client.types(&format!("bye all\n{word}\nnever said\n"));
        assert_eq!(peer.hears(), "bye all");
        assert_eq!(peer.hears(), "/quit", "{word}");
        peer.says("[14:03:09] bob: bye ada\n");
        peer.closes();
        let end = client.ends();
        assert_eq!(end.code, Some(0), "{word}: {end:?}");
        assert_eq!(end.out, ["[14:03:09] bob: bye ada"]);
        assert_eq!(end.told, [""; 0]);
    }
}

#[test]
fn ctrl_c_and_sigterm_end_the_stream_and_leave() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let (client, mut peer) = inside();
        kill(signal, &client);
        assert_eq!(peer.hears_the_rest(), "");
        peer.closes();
        assert_eq!(client.ends().code, Some(0), "{signal}");
    }
}

#[test]
fn ctrl_c_before_anybody_answers_leaves() {
    let client = Program::start(&[]);
    client.shows("name: ");
    kill("-INT", &client);
    assert_eq!(client.ends().code, Some(0));
}

#[test]
fn a_server_that_never_closes_holds_nobody() {
    let (mut client, mut peer) = inside();
    client.types("hi\nquit\n");
    let end = client.ends();
    assert_eq!(end.code, Some(0));
    assert!(end.told.concat().contains("did not say goodbye"));
    assert_eq!(peer.hears_the_rest(), "hi\n/quit\n");
}
