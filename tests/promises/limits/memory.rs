//! The machine's limit on memory: found out beforehand, so that an allocation
//! that fails cannot end the program and throw everybody out.

use std::process::{Command, Stdio};

use chat_kit::guest::Guest;
use chat_kit::lines::Lines;
use chat_kit::process::{Process, Signal};
use chat_kit::programs::program;
use chat_kit::server::Server;
use chat_kit::waiting::WAIT_MAX;

/// How many clients a server allows that was started with this limit.
fn allowed(server: &Server) -> usize {
    let warning = server.log.expect("this machine allows ");
    let (_, rest) = warning.split_once("allows ").expect("a number");
    let number = rest.split(' ').next().and_then(|n| n.parse().ok());
    assert!(warning.contains("-v"), "what to change is named: {warning}");
    number.expect("how many are allowed")
}

#[test]
fn little_memory_lowers_the_limit_with_a_warning_and_refuses_in_words() {
    for limit in ["-v 300000", "-d 200000", "-S -v 300000", "-v 600000"] {
        let script = format!("ulimit {limit}; exec \"$@\"");
        let options = ["--backlog", "100000", "--rate", "off"];
        let mut server = Server::start_in_shell(&script, &options);
        let allowed = allowed(&server);
        assert!((100..1000).contains(&allowed), "{limit}: {allowed}");
        let mut here: Vec<Guest> =
            (0..allowed).map(|_| Guest::enter(&server)).collect();
        let mut refused = Guest::connect(server.address);
        let heard = refused.lines_until_end();
        let full = format!("* the room is full: {allowed} people are here");
        assert!(heard[0].starts_with(&full), "{limit}: {heard:?}");
        let mut last = here.pop().expect("somebody is there");
        here[0].say("hello");
        last.hears(&format!("[t] {}: hello", here[0].guest_name()));
        assert_eq!(server.stop(Signal::Terminate).0, Some(0), "{limit}");
    }
}

#[test]
fn too_little_memory_for_anybody_is_a_sentence() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 60000; exec \"$0\" 127.0.0.1:0"]);
    command.arg(program("chat-server")).stderr(Stdio::piped());
    let child = command.stdout(Stdio::null()).spawn().expect("a shell");
    let mut process = Process::of(child);
    let stderr = Lines::of(process.take_stderr().expect("a pipe"));
    let ended = process.end_within(WAIT_MAX).expect("an end");
    assert_eq!(ended.code(), Some(1));
    stderr.expect("this machine allows no client");
}
