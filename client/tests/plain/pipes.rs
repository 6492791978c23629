//! As one part of a pipeline: everything that went in is said, everything
//! that came is printed, and then it ends.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use chat_kit::process::Process;

use crate::kit::program::{DEADLINE, Program};
use crate::kit::server::{GREETING, Server};

#[test]
fn a_pipe_is_said_to_its_last_line_and_ends_with_0() {
    let server = Server::start();
    let mut client = Program::start(&[&server.address, "--name", "bob"]);
    client.types("hi\n\nlast without newline");
    client.ends_input();
    let mut peer = server.lets_pipe_in("bob");
    assert_eq!(peer.hears(), "hi");
    assert_eq!(peer.hears(), "last without newline");
    peer.says("[14:03:09] ada: hello bob\n");
    assert_eq!(peer.hears(), "/quit");
    peer.closes();
    let end = client.ends();
    assert_eq!(end.code, Some(0));
    assert_eq!(
        end.out.last().map(String::as_str),
        Some("[14:03:09] ada: hello bob")
    );
    assert!(end.out.contains(&"Welcome to the chatroom!".to_owned()));
}

#[test]
fn no_input_is_a_visit_without_a_word() {
    let server = Server::start();
    let mut client = Program::start(&[&server.address, "--name", "bob"]);
    client.ends_input();
    let mut peer = server.lets_pipe_in("bob");
    assert_eq!(peer.hears(), "/quit");
    peer.closes();
    assert_eq!(client.ends().code, Some(0));
}

#[test]
fn a_large_file_waits_for_a_slow_room_and_arrives_whole() {
    let server = Server::start();
    let mut client = Program::start(&[&server.address, "--name", "bob"]);
    let mut peer = server.lets_pipe_in("bob");
    let mut file = String::new();
    for number in 0..50_000 {
        writeln!(file, "line {number} of many").expect("memory");
    }
    let expected = file.clone() + "/quit\n";
    let typist = thread::spawn(move || {
        client.types(&file);
        client.ends_input();
        client
    });
    let mut heard = String::new();
    while heard.len() < expected.len() {
        heard += &peer.hears();
        heard += "\n";
    }
    assert!(heard == expected, "{} bytes differ", heard.len());
    peer.closes();
    let client = typist.join().expect("a typist");
    assert_eq!(client.ends().code, Some(0));
}

#[test]
fn others_are_heard_while_the_room_takes_nothing() {
    let server = Server::start();
    let mut client = Program::start(&[&server.address, "--name", "bob"]);
    let mut peer = server.lets_pipe_in("bob");
    let typed = Arc::new(AtomicUsize::new(0));
    let typist = type_until_the_end(client.takes_input(), Arc::clone(&typed));
    // Stuck: nothing more goes in while many lines come out.
    let end = Instant::now() + DEADLINE;
    let (mut before, mut lines_while_stuck) = (0, 0);
    while before == 0 || lines_while_stuck < 200 {
        peer.says("[14:03:09] ada: still here\n");
        client.shows("still here");
        let now = typed.load(Ordering::Relaxed);
        lines_while_stuck = if now == before {
            lines_while_stuck + 1
        } else {
            0
        };
        before = now;
        assert!(Instant::now() < end, "the keyboard never waits");
    }
    drop(client);
    typist.join().expect("a typist");
}

/// Types lines as long as somebody takes them, and counts their bytes.
fn type_until_the_end(
    mut input: ChildStdin,
    typed: Arc<AtomicUsize>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        let line = "x".repeat(1000) + "\n";
        while input.write_all(line.as_bytes()).is_ok() {
            typed.fetch_add(line.len(), Ordering::Relaxed);
        }
    })
}

#[test]
fn an_output_closed_early_is_no_panic() {
    let server = Server::start();
    let mut child = Command::new(env!("CARGO_BIN_EXE_chat-client"))
        .args([&server.address, "--name", "bob"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut peer = server.accepts();
    assert_eq!(peer.hears(), "/name bob");
    // As head -1 does when it has its line.
    drop(child.stdout.take());
    peer.says(GREETING);
    peer.confirms("bob");
    assert_eq!(peer.hears(), "/quit");
    peer.closes();
    let mut process = Process::of(child);
    assert_eq!(process.end().code(), Some(0));
    let mut told = String::new();
    let mut stderr = process.take_stderr().expect("a pipe");
    stderr.read_to_string(&mut told).expect("text");
    assert_eq!(told, "");
}
