//! Promise: above two hundred people, and beyond some arrivals from one
//! address, arrivals and departures are told together, at most once a second;
//! but not that a name is somebody else's now.

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
    let server = Server::start(&["--arrivals", "off"]);
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

/// Somebody who is named, and goes.
fn visit(server: &Server, name: &str) {
    let mut guest = Guest::named(server, name);
    guest.say("/quit");
    guest.lines_until_end();
}

#[test]
fn more_arrivals_from_one_address_are_counted_in_a_small_room_too() {
    let server = Server::start(&["--arrivals", "4"]);
    let mut observer = Guest::named(&server, "observer");
    let named = ["ada", "bob", "cy"].map(|name| Guest::named(&server, name));
    for name in ["ada", "bob", "cy"] {
        observer.hears_next(&format!("[t] * {name} joined"));
    }
    let since = Instant::now();
    // One a second is told of by name all the same.
    for nth in 0..40 {
        visit(&server, &format!("visitor{nth}"));
    }
    let mut last = Guest::named(&server, "last");
    last.say("is anybody here?");
    let told = observer.lines_until("[t] last: is anybody here?");
    let most = 3 * told_at_most(since);
    assert!(
        told.len() <= most,
        "{} lines, not {most}: {told:?}",
        told.len()
    );
    for mut guest in named {
        guest.say("/quit");
        guest.lines_until_end();
    }
    let left = ["[t] * ada left", "[t] * bob left", "[t] * cy left"];
    for _ in left {
        let line = observer.hears_some("[t] * ");
        let is_counted = line.ends_with(" left") || line.ends_with(" joined");
        assert!(is_counted || left.contains(&line.as_str()), "{line}");
    }
}

/// Everybody hears of it before the first word, and without a word too.
fn is_told_of(server: &Server, observer: &mut Guest, name: &str) {
    let mut silent = Guest::named(server, name);
    observer.hears(&format!("[t] * {name} joined"));
    silent.say("/quit");
    silent.lines_until_end();
    let mut hasty = Guest::connect(server.address);
    hasty.say(&format!("/name {name}"));
    hasty.say("hello");
    let told = observer.lines_until(&format!("[t] {name}: hello"));
    let joined = format!("[t] * {name} joined");
    let times = told.iter().filter(|line| **line == joined).count();
    assert_eq!(times, 1, "{told:?}");
    hasty.say("/quit");
    hasty.lines_until_end();
}

#[test]
fn a_name_that_is_somebody_elses_now_is_told_to_a_crowd() {
    let server = Server::start(&["--arrivals", "off"]);
    let mut observer = Guest::named(&server, "observer");
    visit(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    let _crowd: Vec<Guest> = (0..201).map(|_| Guest::enter(&server)).collect();
    bob.say("/name robert");
    observer.hears("[t] * bob is now robert");
    visit(&server, "cop");
    // Who left before there was a crowd, who has another name now, who came
    // and left unnamed; and one who looks like one of them.
    for name in ["Ada", "bob", "cop", "\u{441}\u{43e}\u{440}"] {
        is_told_of(&server, &mut observer, name);
    }
    // A name that nobody had is counted.
    let mut dee = Guest::named(&server, "dee");
    dee.say("hello");
    let told = observer.lines_until("[t] dee: hello");
    assert!(!told.contains(&"[t] * dee joined".to_owned()), "{told:?}");
}

#[test]
fn who_comes_and_goes_in_an_old_name_unheard_is_not_told_of() {
    let server = Server::start(&["--arrivals", "1"]);
    let mut observer = Guest::named(&server, "observer");
    let since = Instant::now();
    for _ in 0..40 {
        visit(&server, "ada");
    }
    let mut last = Guest::named(&server, "ada");
    last.say("hello");
    let told = observer.lines_until("[t] ada: hello");
    assert!(told.contains(&"[t] * ada joined".to_owned()), "{told:?}");
    let most = 3 * told_at_most(since);
    assert!(
        told.len() <= most,
        "{} lines, not {most}: {told:?}",
        told.len()
    );
}
