//! Promise: a log that nobody reads, or that cannot be written, stops nobody.

use std::process::{Command, Stdio};

use chat_kit::guest::Guest;
use chat_kit::process::Signal;
use chat_kit::programs::program;
use chat_kit::server::{ANY_PORT, Server};

#[test]
fn a_log_that_nobody_reads_stops_nobody() {
    let mut command = Command::new(program("chat-server"));
    command.args([ANY_PORT, "-v", "--rate", "off"]);
    // The test has the other end of this pipe and never reads it.
    let mut server = Server::start_unheard(command.stderr(Stdio::piped()));
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    // Each of these is a line of the log: several times what a pipe holds.
    let refused = "/name server\n".repeat(100);
    for _ in 0..50 {
        ada.send(refused.as_bytes());
        ada.catch_up();
    }
    ada.say("hello");
    bob.hears("[t] ada: hello");
    let (code, _) = server.stop(Signal::Terminate);
    assert_eq!(code, Some(0));
}

#[test]
fn a_log_that_cannot_be_written_stops_nobody() {
    let mut command = Command::new(program("chat-server"));
    let full = std::fs::File::options().write(true).open("/dev/full");
    command.arg(ANY_PORT).stderr(full.expect("/dev/full"));
    let mut server = Server::start_unheard(&mut command);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.say("hello");
    bob.hears("[t] ada: hello");
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
}
