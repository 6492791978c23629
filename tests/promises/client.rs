//! Promise: the client says what is typed and shows what is heard, with
//! pipes too, and says so when the server is gone.

use std::time::{Duration, Instant};

use chat_kit::client::Client;
use chat_kit::guest::Guest;
use chat_kit::process::Signal;
use chat_kit::server::Server;
use chat_kit::waiting::at_best_within;

/// How soon a client must notice that the server is gone.
const NOTICED_MAX: Duration = Duration::from_secs(1);

/// Ada with nc, bob with the client.
fn two() -> (Server, Guest, Client) {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let bob = Client::named(server.address, "bob");
    ada.hears_next("[t] * bob joined");
    (server, ada, bob)
}

#[test]
fn what_a_pipe_brings_is_said_and_ends_well() {
    let (_server, mut ada, mut bob) = two();
    bob.types("hi");
    bob.stops_typing();
    ada.hears_next("[t] bob: hi");
    ada.hears_next("[t] * bob left");
    assert_eq!(bob.end(), Some(0));
    let shown = bob.stdout.until_end();
    assert_eq!(shown[0], "Welcome to the chatroom!");
    assert!(
        shown.iter().any(|l| l.ends_with("* bob joined")),
        "{shown:?}"
    );
    assert!(!shown.iter().any(|l| l.contains("bob: hi")), "{shown:?}");
    assert_eq!(bob.stderr.until_end(), [""; 0]);
}

#[test]
fn a_long_pipe_is_said_whole() {
    let (_server, mut ada, mut bob) = two();
    for nth in 0..50 {
        bob.types(&format!("line {nth}"));
    }
    bob.stops_typing();
    for nth in 0..50 {
        ada.hears_next(&format!("[t] bob: line {nth}"));
    }
    ada.hears_next("[t] * bob left");
    assert_eq!(bob.end(), Some(0));
}

#[test]
fn a_pipe_of_long_lines_is_said_whole_however_slowly() {
    // 10 KiB at once, then 50 KiB a second: some three seconds.
    let server = Server::start(&["--rate", "100", "--burst", "20"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Client::named(server.address, "bob");
    let line = |nth| format!("{nth} {}", "x".repeat(4000));
    for nth in 0..40 {
        bob.types(&line(nth));
    }
    bob.stops_typing();
    ada.hears("[t] * bob joined");
    for nth in 0..40 {
        ada.hears_next(&format!("[t] bob: {}", line(nth)));
    }
    ada.hears_next("[t] * bob left");
    assert_eq!(bob.end(), Some(0));
}

#[test]
fn without_a_name_the_first_line_is_the_name() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Client::start(&[&server.address.to_string()]);
    bob.types("bob");
    bob.types("hi");
    bob.stops_typing();
    ada.hears_next("[t] * bob joined");
    ada.hears_next("[t] bob: hi");
    assert_eq!(bob.end(), Some(0));
    let asked = |lines: Vec<String>| lines.iter().any(|l| l.contains("name: "));
    let asked = asked(bob.stdout.until_end()) || asked(bob.stderr.until_end());
    assert!(asked, "nobody asked for a name");
}

#[test]
fn a_taken_name_in_a_pipe_is_told_and_nothing_is_sent() {
    let (server, mut ada, _bob) = two();
    let mut other = Client::named(server.address, "Bob");
    other.types("never said");
    other.stops_typing();
    assert_eq!(other.end(), Some(1));
    other.stderr.expect("is taken");
    let heard = ada.catch_up();
    assert!(!heard.iter().any(|l| l.contains("never said")), "{heard:?}");
}

#[test]
fn what_is_said_appears_while_the_keyboard_is_silent() {
    let (_server, mut ada, bob) = two();
    ada.say("are you there?");
    bob.stdout.expect("] ada: are you there?");
}

#[test]
fn quit_and_exit_leave_with_the_keyboard_open() {
    for word in ["quit", "exit", "QUIT", "Exit", "/quit"] {
        let (_server, mut ada, mut bob) = two();
        bob.types(word);
        assert_eq!(bob.end(), Some(0), "{word}");
        ada.hears_next("[t] * bob left");
    }
}

#[test]
fn a_pipe_that_is_shown_out_ends_with_the_reason() {
    let server = Server::start(&["--idle", "1"]);
    let mut bob = Client::named(server.address, "bob");
    assert_eq!(bob.end(), Some(1));
    bob.stdout
        .expect("* you are shown out: you were silent too long");
    bob.stderr.expect("does not let us stay: you are shown out");
    let server = Server::start(&["--max-clients", "1"]);
    let _ada = Guest::named(&server, "ada");
    let mut bob = Client::named(server.address, "bob");
    assert_eq!(bob.end(), Some(1));
    bob.stderr.expect("does not let us stay: the room is full");
}

#[test]
fn an_interrupt_leaves_cleanly() {
    let (_server, mut ada, mut bob) = two();
    bob.process.signal(Signal::Interrupt);
    assert_eq!(bob.end(), Some(0));
    ada.hears_next("[t] * bob left");
}

#[test]
fn a_killed_server_is_noticed_within_a_second() {
    at_best_within(NOTICED_MAX, || {
        let (mut server, _ada, mut bob) = two();
        let before = Instant::now();
        server.process.kill();
        assert_eq!(bob.end(), Some(1));
        let took = before.elapsed();
        bob.stderr.expect("is gone");
        took
    });
}

#[test]
fn a_closing_server_is_noticed_within_a_second() {
    at_best_within(NOTICED_MAX, || {
        let (server, _ada, mut bob) = two();
        let before = Instant::now();
        server.process.signal(Signal::Terminate);
        assert_eq!(bob.end(), Some(1));
        let took = before.elapsed();
        bob.stdout.expect("* the server is closing");
        bob.stderr.expect("is gone");
        took
    });
}

#[test]
fn no_server_is_one_sentence_that_names_the_address() {
    let mut server = Server::start(&[]);
    let address = server.address;
    server.process.kill();
    let mut bob = Client::named(address, "bob");
    assert_eq!(bob.end(), Some(1));
    let complaint = bob.stderr.until_end();
    assert_eq!(complaint.len(), 1, "{complaint:?}");
    assert!(complaint[0].contains(&address.to_string()), "{complaint:?}");
}

#[test]
fn wrong_usage_of_the_client_is_exit_code_two() {
    for arguments in [&["--no-such-option"][..], &["a", "b"], &["--name"]] {
        let mut client = Client::start(arguments);
        assert_eq!(client.end(), Some(2), "{arguments:?}");
        assert!(!client.stderr.until_end().is_empty());
    }
}
