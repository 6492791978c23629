//! Promise: a newcomer sees who is here and the recent lines, then the live
//! ones with no gap and nothing twice; the room is told once.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chat_kit::guest::Guest;
use chat_kit::programs::program;
use chat_kit::server::{ANY_PORT, Server};
use chat_kit::waiting::at_best_within;

#[test]
fn a_newcomer_is_told_who_is_here_and_what_they_are_called() {
    let server = Server::start(&[]);
    let _ada = Guest::named(&server, "ada");
    let mut bob = Guest::connect(server.address);
    bob.hears_next("Welcome to the chatroom!");
    bob.hears_next("* here (2): ada, guest-2");
    bob.hears_next(
        "* you are guest-2; /name NAME changes that, /help lists the rest",
    );
}

#[test]
fn a_newcomer_in_a_full_room_is_shown_twenty_names() {
    let server = Server::start(&[]);
    let _others: Vec<_> = (0..22).map(|_| Guest::enter(&server)).collect();
    let mut newcomer = Guest::connect(server.address);
    let names: Vec<String> = (1..=20).map(|n| format!("guest-{n}")).collect();
    let names = names.join(", ");
    newcomer.hears(&format!("* here (23): {names} and 3 more"));
}

#[test]
fn twenty_one_people_are_twenty_names_and_one_more() {
    let server = Server::start(&[]);
    let _others: Vec<_> = (0..19).map(|_| Guest::enter(&server)).collect();
    let mut last_named = Guest::connect(server.address);
    let line = last_named.hears_some("* here (20): ");
    assert!(line.ends_with(", guest-20"), "{line}");
    let mut newcomer = Guest::connect(server.address);
    let line = newcomer.hears_some("* here (21): ");
    assert!(line.ends_with(", guest-20 and 1 more"), "{line}");
}

/// What somebody who comes now is shown of the past.
fn past(server: &Server) -> Vec<String> {
    let mut newcomer = Guest::enter(server);
    let lines = newcomer.catch_up().into_iter();
    lines.filter(|line| line.contains("(earlier)")).collect()
}

fn said_before(first: usize, end: usize) -> Vec<String> {
    let lines = first..end;
    lines
        .map(|nth| format!("[t] (earlier) ada: line {nth}"))
        .collect()
}

fn say_lines(server: &Server, count: usize) {
    let mut ada = Guest::named(server, "ada");
    for nth in 0..count {
        ada.say(&format!("line {nth}"));
    }
    ada.catch_up();
    ada.say("/quit");
    ada.lines_until_end();
}

#[test]
fn a_newcomer_is_shown_the_last_twenty_lines() {
    let server = Server::start(&[]);
    assert_eq!(past(&server), [""; 0]);
    say_lines(&server, 25);
    assert_eq!(past(&server), said_before(5, 25));
}

#[test]
fn a_history_of_three_or_none_is_shown_as_long_as_that() {
    let server = Server::start(&["--history", "3"]);
    say_lines(&server, 5);
    assert_eq!(past(&server), said_before(2, 5));
    let server = Server::start(&["--history", "0"]);
    say_lines(&server, 5);
    assert_eq!(past(&server), [""; 0]);
}

#[test]
fn the_past_is_what_was_said_and_done_to_everyone() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let _bob = Guest::named(&server, "bob");
    ada.say("/me waves");
    ada.say("/msg bob secret");
    ada.say("hello");
    ada.catch_up();
    assert_eq!(
        past(&server),
        ["[t] (earlier) ~ ada waves", "[t] (earlier) ada: hello"]
    );
}

#[test]
fn a_long_past_is_shown_as_far_as_half_the_backlog_holds() {
    const BACKLOG: usize = 65_536;
    let options = ["--backlog", "65536", "--history", "1000", "--rate", "off"];
    let server = Server::start(&options);
    let mut ada = Guest::named(&server, "ada");
    let filler = "x".repeat(1000);
    for nth in 0..100 {
        ada.say(&format!("{nth} {filler}"));
    }
    ada.catch_up();
    let past = past(&server);
    // `[14:03:07]` and a line break instead of `[t]`.
    let bytes: usize = past.iter().map(|line| line.len() + 8).sum();
    assert!(bytes <= BACKLOG / 2, "{bytes} bytes of the past");
    assert!(bytes > BACKLOG / 2 - 2000, "only {bytes} bytes of the past");
    let numbers = past.iter().map(|line| number_after(line, "ada: "));
    let first = 100 - past.len();
    assert!(numbers.eq(first..100), "the last lines, in order: {past:?}");
}

/// The number that follows this mark in a line.
fn number_after(line: &str, mark: &str) -> usize {
    let (_, rest) = line.split_once(mark).expect(line);
    let number = rest.split(' ').next().and_then(|n| n.parse().ok());
    number.expect(line)
}

/// Says numbered lines until `enough`, a hundred at a time; between them
/// waits for `echo` to have heard them, so that nobody falls behind.
fn talk(mut ada: Guest, mut echo: Guest, enough: &AtomicBool) -> usize {
    let mut number = 0;
    while !enough.load(Ordering::SeqCst) {
        let lines: String = (number..number + 100)
            .map(|nth| format!("{nth} \n"))
            .collect();
        ada.send(lines.as_bytes());
        number += 100;
        echo.hears(&format!("[t] ada: {} ", number - 1));
    }
    ada.say("end");
    echo.hears("[t] ada: end");
    number
}

#[test]
fn newcomers_while_somebody_talks_miss_nothing_and_hear_nothing_twice() {
    let server = Server::start(&["--rate", "off", "--history", "50"]);
    let ada = Guest::named(&server, "ada");
    let echo = Guest::named(&server, "echo");
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        let talking = scope.spawn(|| talk(ada, echo, &enough));
        let mut newcomers: Vec<Guest> =
            (0..30).map(|_| Guest::enter(&server)).collect();
        enough.store(true, Ordering::SeqCst);
        let total = talking.join().expect("ada talks");
        let mut before_the_past_was_full = 0;
        for newcomer in &mut newcomers {
            let lines = newcomer.lines_until("[t] ada: end");
            let said = lines.iter().filter(|line| line.contains("ada: "));
            let numbers: Vec<usize> =
                said.map(|line| number_after(line, "ada: ")).collect();
            let Some(first) = numbers.first() else {
                continue;
            };
            assert!(numbers.iter().copied().eq(*first..total), "{numbers:?}");
            before_the_past_was_full += usize::from(*first == 0);
        }
        assert!(before_the_past_was_full < 30, "ada said too little");
    });
}

#[test]
fn a_silent_guest_is_announced_within_a_second() {
    at_best_within(Duration::from_secs(1), || {
        let server = Server::start(&[]);
        let mut bob = Guest::named(&server, "bob");
        let before = Instant::now();
        let mut guest = Guest::enter(&server);
        bob.hears_next("[t] * guest-2 joined");
        let took = before.elapsed();
        // The guest hears it too.
        guest.hears_next("[t] * guest-2 joined");
        took
    });
}

#[test]
fn a_first_word_announces_a_guest() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let mut guest = Guest::enter(&server);
    guest.say("hello");
    guest.say("/me waves");
    guest.hears_next("[t] * guest-2 joined");
    bob.hears_next("[t] * guest-2 joined");
    bob.hears_next("[t] guest-2: hello");
    bob.hears_next("[t] ~ guest-2 waves");
}

#[test]
fn a_first_name_makes_one_line_in_the_room() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let mut ada = Guest::enter(&server);
    ada.say("/name ada");
    // The first line confirms the name to ada alone.
    ada.hears_next("[t] * guest-2 is now ada");
    ada.hears_next("[t] * ada joined");
    ada.say("hello");
    bob.hears_next("[t] * ada joined");
    bob.hears_next("[t] ada: hello");
}

#[test]
fn a_named_person_is_not_announced_again_when_the_second_is_over() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let _ada = Guest::named(&server, "ada");
    bob.hears_next("[t] * ada joined");
    // Whoever comes now is announced in silence, after ada would have been.
    let _guest = Guest::enter(&server);
    bob.hears_next("[t] * guest-3 joined");
}

#[test]
fn somebody_not_announced_is_listed_and_leaves_without_a_line() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let mut guest = Guest::enter(&server);
    bob.say("/users");
    bob.hears_next("* here (2): bob, guest-2");
    guest.say("/help");
    guest.say("/quit");
    guest.lines_until_end();
    bob.say("/users");
    bob.hears_next("* here (1): bob");
}

#[test]
fn somebody_not_announced_hears_what_is_said() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let mut guest = Guest::enter(&server);
    bob.say("is anybody here?");
    guest.hears_next("[t] bob: is anybody here?");
}

/// The minute of the day in a server of this time zone.
fn minute_in(zone: &str) -> u16 {
    let mut command = Command::new(program("chat-server"));
    let server = Server::start_as(command.arg(ANY_PORT).env("TZ", zone));
    let ada = Guest::named(&server, "ada");
    ada.minute().expect("lines have a time")
}

#[test]
fn times_are_the_local_time_of_the_server() {
    const DAY: u16 = 24 * 60;
    let utc = minute_in("UTC0");
    let nepal = minute_in("NPT-5:45");
    let ahead = (nepal + DAY - utc) % DAY;
    // A minute may end between the two.
    assert!((345..=346).contains(&ahead), "{ahead} minutes ahead");
}

#[test]
fn a_renaming_is_told_to_everyone_and_to_oneself() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    ada.say("/name eve");
    ada.hears_next("[t] * ada is now eve");
    bob.hears_next("[t] * ada is now eve");
}
