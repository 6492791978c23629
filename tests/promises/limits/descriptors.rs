//! The machine's limit on descriptors: found out beforehand, and survived
//! when it is lowered later.

use std::process::Command;
use std::time::Duration;

use chat_kit::guest::Guest;
use chat_kit::server::Server;

#[test]
fn few_descriptors_lower_the_limit_with_a_warning_and_refuse_in_words() {
    let script = "ulimit -n 100; exec \"$@\"";
    let server = Server::start_in_shell(script, &[]);
    let warning = server.log.expect("this machine allows ");
    let (_, rest) = warning.split_once("allows ").expect("a number");
    let allowed: usize = rest
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .expect("how many are allowed");
    assert!(rest.contains("not 1000"), "{warning}");
    assert!((1..100).contains(&allowed), "{warning}");
    let _here: Vec<Guest> =
        (0..allowed).map(|_| Guest::enter(&server)).collect();
    let mut refused = Guest::connect(server.address);
    assert_eq!(
        refused.lines_until_end(),
        [format!(
            "* the room is full: {allowed} people are here; try again later"
        )]
    );
}

#[test]
fn a_low_soft_limit_is_raised_to_the_hard_one() {
    let script = "ulimit -S -n 80; exec \"$@\"";
    let server = Server::start_in_shell(script, &["--max-clients", "150"]);
    let _here: Vec<Guest> = (0..120).map(|_| Guest::enter(&server)).collect();
    assert_eq!(
        server
            .log
            .so_far()
            .iter()
            .filter(|l| l.contains("allows"))
            .count(),
        0
    );
}

/// Sets how many descriptors a process may have; `false` without prlimit.
fn limit_descriptors(server: &Server, soft: usize) -> bool {
    let process = server.process.id().to_string();
    let limited = Command::new("prlimit")
        .args(["--pid", &process, &format!("--nofile={soft}:")])
        .status();
    limited.is_ok_and(|status| status.success())
}

#[test]
fn out_of_descriptors_the_room_neither_spins_nor_dies() {
    // At one line a second, the second of two lines comes a second later.
    let server = Server::start(&["--rate", "1", "--burst", "3"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    // As many as every program has from the start: there is no free one.
    if !limit_descriptors(&server, 3) {
        println!("NOT RUN: there is no prlimit here");
        return;
    }
    let mut waiting = Guest::connect(server.address);
    server.log.expect("nobody can be let in at the moment");
    let before = server.process.computing_time();
    ada.send(b"one\ntwo\nthree\nfour\n");
    bob.hears("[t] ada: four");
    let computed = server.process.computing_time() - before;
    assert!(computed < Duration::from_millis(300), "{computed:?}");
    let complaints = server.log.so_far();
    let complaints = complaints.iter().filter(|l| l.contains("let in"));
    assert_eq!(complaints.count(), 1, "told once");
    assert!(limit_descriptors(&server, 1000));
    waiting.hears("Welcome to the chatroom!");
}
