//! Promise: above two hundred people arrivals and departures are told
//! together, at most once a second.

use std::time::Instant;

use chat_kit::guest::Guest;
use chat_kit::server::Server;

/// How many lines in a row may be told in the time since then: one at once,
/// and one a second.
fn told_at_most(since: Instant) -> usize {
    2 + since.elapsed().as_secs() as usize
}

/// Waits until the counts that the room is told add up to this many, and
/// returns how many lines that took.
fn counted(observer: &mut Guest, verb: &str, mut missing: usize) -> usize {
    let mut lines = 0;
    while missing > 0 {
        let line = observer.hears_some("[t] * ");
        let told = line.strip_prefix("[t] * ").unwrap_or(&line);
        let number = told.strip_suffix(verb).unwrap_or(told);
        let number: usize = number.parse().expect("a count, not a name");
        missing = missing.checked_sub(number).expect(&line);
        lines += 1;
    }
    lines
}

#[test]
fn a_crowd_is_counted_and_not_named() {
    let server = Server::start(&[]);
    let mut observer = Guest::named(&server, "observer");
    let mut people: Vec<Guest> = (0..199)
        .map(|nth| Guest::named(&server, &format!("person{nth}")))
        .collect();
    for nth in 0..199 {
        observer.hears_next(&format!("[t] * person{nth} joined"));
    }
    let since = Instant::now();
    // Two hundred and one are a crowd.
    people.extend((0..20).map(|nth| {
        // They hear of their own arrival all the same.
        Guest::named(&server, &format!("more{nth}"))
    }));
    let lines = counted(&mut observer, " joined", 20);
    assert!(lines <= told_at_most(since), "{lines} lines");
    let since = Instant::now();
    for mut guest in people.drain(209..) {
        guest.say("/quit");
        guest.lines_until_end();
    }
    let lines = counted(&mut observer, " left", 10);
    assert!(lines <= told_at_most(since), "{lines} lines");
    // Everyone is still heard.
    people[0].say("hello");
    observer.hears("[t] person0: hello");
}
