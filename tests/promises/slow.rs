//! Promise: a client that stops reading delays nobody, costs a bounded
//! amount of memory, and is shown out; the room is told why.

use chat_kit::guest::Guest;
use chat_kit::server::Server;
use chat_kit::waiting::eventually;

/// A line of a flood, without its number.
const LINE_BYTES: usize = 1000;
/// How many lines are said before those who read are waited for.
const LINES_AT_ONCE: usize = 100;
/// How many lines a frozen reader may cost before it is shown out: the
/// kernel hides some megabytes.
const LINES_MAX: usize = 64_000;

/// Not paced, so that a flood takes no time; a small backlog.
const FLOODED: [&str; 5] = ["--rate", "off", "--backlog", "65536", "-v"];

/// Ada talks, bob reads; others may be frozen.
struct Flood {
    ada: Guest,
    bob: Guest,
    said: usize,
}

impl Flood {
    fn new(server: &Server) -> Self {
        let mut bob = Guest::named(server, "bob");
        let ada = Guest::named(server, "ada");
        bob.hears("[t] * ada joined");
        Self { ada, bob, said: 0 }
    }

    /// Ada says some lines; returns what bob heard until the last of them.
    fn go_on(&mut self) -> Vec<String> {
        let end = self.said + LINES_AT_ONCE;
        let lines: String = (self.said..end).map(line).collect();
        self.said = end;
        assert!(end < LINES_MAX, "nobody was shown out");
        self.ada.send(lines.as_bytes());
        self.bob.lines_until(&heard(end - 1))
    }

    /// How many people are here.
    fn count_here(&mut self) -> usize {
        self.ada.say("/users");
        let here = self.ada.hears_some("* here (");
        let count = here["* here (".len()..].split(')').next();
        count.and_then(|count| count.parse().ok()).expect(&here)
    }

    /// Ada talks until bob hears this line; returns it with the others that
    /// ada did not say.
    fn until_told(&mut self, line: &str) -> Vec<String> {
        let mut told = Vec::new();
        while !told.iter().any(|l| l == line) {
            let lines = self.go_on().into_iter();
            told.extend(lines.filter(|l| !l.starts_with("[t] ada: ")));
        }
        told
    }
}

fn text(nth: usize) -> String {
    format!("{nth} {}", "x".repeat(LINE_BYTES))
}

fn line(nth: usize) -> String {
    format!("{}\n", text(nth))
}

fn heard(nth: usize) -> String {
    format!("[t] ada: {}", text(nth))
}

/// How many of ada's lines are the beginning of these, without a gap.
fn unbroken(lines: &[String]) -> usize {
    let said = lines.iter().filter(|l| l.starts_with("[t] ada: "));
    let mut count = 0;
    for line in said {
        assert_eq!(*line, heard(count));
        count += 1;
    }
    count
}

#[test]
fn a_frozen_reader_is_shown_out_and_the_room_is_told_why() {
    let server = Server::start(&FLOODED);
    let _zed = Guest::named(&server, "zed");
    let mut flood = Flood::new(&server);
    let told = flood.until_told("[t] * zed left (too slow)");
    assert_eq!(told, ["[t] * zed left (too slow)"]);
    flood.go_on();
    flood.bob.say("/users");
    flood.bob.hears_next("* here (2): bob, ada");
    server.log.expect("(zed) left: too slow");
}

#[test]
fn a_frozen_reader_that_talks_hears_why_when_it_reads_again() {
    let server = Server::start(&FLOODED);
    let mut zed = Guest::named(&server, "zed");
    let mut flood = Flood::new(&server);
    let left = "[t] * zed left (too slow)".to_owned();
    while !flood.go_on().contains(&left) {
        zed.say("still here");
    }
    // What arrives after the end of the stay must not destroy its last words.
    zed.say("and here");
    zed.hears("* you are shown out: you read too slowly");
}

#[test]
fn a_frozen_reader_costs_no_more_than_its_backlog() {
    let server = Server::start(&FLOODED);
    let _zed = Guest::named(&server, "zed");
    let mut flood = Flood::new(&server);
    flood.go_on();
    let before = server.process.memory_kib();
    flood.until_told("[t] * zed left (too slow)");
    let cost = server.process.memory_peak_kib().saturating_sub(before);
    assert!(flood.said * LINE_BYTES > 2 << 20, "the kernel hid less");
    // The backlog, and what the lines cost on their way through the room;
    // the kernel keeps its part elsewhere.
    assert!(cost < 1024, "{cost} KiB for {} lines", flood.said);
}

/// How many freeze at once, and how often.
const FROZEN: usize = 200;
const ROUNDS: usize = 9;

/// How much memory an empty room may take above what it began with, and how
/// much more after the last round than after the second, in KiB: the C library
/// keeps some of what threads had, and how much depends on who ran where.
const EMPTY_KIB_MAX: usize = 32 * 1024;
const GROWTH_KIB_MAX: usize = 8 * 1024;

/// What a frozen reader may cost, in KiB: a tenth more than its backlog, and
/// what a session costs.
const FROZEN_KIB_MAX: usize = 1024 * 11 / 10 + 16;

/// Two hundred people freeze until all are shown out, and go, so that no more
/// than these threads are left. Returns how much memory there was while they
/// were kept waiting, and after they left, in KiB.
fn round_of_frozen_readers(server: &Server, threads: usize) -> (usize, usize) {
    let process = &server.process;
    let mut flood = Flood::new(server);
    let frozen: Vec<Guest> =
        (0..FROZEN).map(|_| Guest::enter(server)).collect();
    let (mut held, mut here) = (0, FROZEN + 2);
    while here > 2 {
        if here == FROZEN + 2 {
            held = process.memory_kib();
        }
        flood.go_on();
        here = flood.count_here();
    }
    drop((frozen, flood));
    eventually("an empty room", || {
        (process.threads() == threads).then_some(())
    });
    (held, process.memory_kib())
}

#[test]
fn two_hundred_frozen_readers_cost_their_backlogs_and_leave_nothing_behind() {
    // Paced, so that the kernel holds little, but not slowed.
    let fast = ["--rate", "1000000", "--burst", "1000000"];
    let server = Server::start(&fast);
    let first = Guest::enter(&server);
    let threads = server.process.threads() - 1;
    drop(first);
    let began = server.process.memory_kib();
    let (held, left): (Vec<usize>, Vec<usize>) = (0..ROUNDS)
        .map(|_| round_of_frozen_readers(&server, threads))
        .unzip();
    let told = format!("began {began}, held {held:?}, left {left:?} KiB");
    let held_max = began + FROZEN * FROZEN_KIB_MAX;
    for (held, left) in held.iter().zip(&left) {
        assert!(*held <= held_max, "a frozen reader costs too much: {told}");
        assert!(*left <= began + EMPTY_KIB_MAX, "they leave much: {told}");
    }
    assert!(
        left[ROUNDS - 1] <= left[1] + GROWTH_KIB_MAX,
        "grows: {told}"
    );
}

#[test]
fn frozen_readers_among_many_are_shown_out_and_the_others_hear_all() {
    let server = Server::start(&FLOODED);
    let frozen: Vec<Guest> = (0..3)
        .map(|nth| Guest::named(&server, &format!("zed{nth}")))
        .collect();
    let mut flood = Flood::new(&server);
    let mut readers: Vec<Guest> = (0..8)
        .map(|nth| Guest::named(&server, &format!("reader{nth}")))
        .collect();
    let mut left = 0;
    while left < frozen.len() {
        let first = flood.said;
        let told = flood.go_on();
        left += told.iter().filter(|l| l.ends_with("(too slow)")).count();
        for reader in &mut readers {
            let mut lines = reader.lines_until(&heard(flood.said - 1));
            lines.retain(|line| line.starts_with("[t] ada: "));
            let expected: Vec<String> =
                (first..flood.said - 1).map(heard).collect();
            assert_eq!(lines, expected);
        }
    }
    assert_eq!(left, frozen.len(), "only the frozen ones are shown out");
}

#[test]
fn a_reader_that_resumes_in_time_misses_nothing() {
    let server = Server::start(&["--rate", "off", "-v"]);
    let mut zed = Guest::named(&server, "zed");
    let mut flood = Flood::new(&server);
    let log = &server.log;
    let behind = |log: &[String]| log.iter().any(|l| l.contains("behind"));
    while !behind(&log.so_far()) {
        flood.go_on();
    }
    let lines = zed.lines_until(&heard(flood.said - 1));
    assert_eq!(unbroken(&lines), flood.said - 1);
    flood.ada.say("are you back?");
    zed.hears_next("[t] ada: are you back?");
    zed.say("yes");
    flood.bob.hears("[t] zed: yes");
}

#[test]
fn a_reader_that_is_behind_and_stops_sending_gets_what_is_on_its_way() {
    let server = Server::start(&["--rate", "off", "-v"]);
    let mut zed = Guest::named(&server, "zed");
    let mut flood = Flood::new(&server);
    let log = &server.log;
    while !log.so_far().iter().any(|l| l.contains("behind")) {
        flood.go_on();
    }
    zed.stop_sending();
    flood.bob.hears("[t] * zed left");
    assert_eq!(unbroken(&zed.lines_until_goodbye()), flood.said);
}

#[test]
fn a_reader_that_resumes_too_late_hears_an_unbroken_beginning_and_why() {
    let server = Server::start(&FLOODED);
    let mut zed = Guest::named(&server, "zed");
    let mut flood = Flood::new(&server);
    flood.until_told("[t] * zed left (too slow)");
    let mut lines = zed.lines_until_end();
    let last = lines.pop();
    assert_eq!(
        last.as_deref(),
        Some("* you are shown out: you read too slowly")
    );
    let count = unbroken(&lines);
    assert!(0 < count && count < flood.said, "{count} of {}", flood.said);
    // All was read, so this end closes in peace.
    drop(zed);
    let left = server.log.expect("(zed) left");
    assert!(left.ends_with("(zed) left: too slow"), "no reset: {left}");
}

#[test]
fn a_frozen_reader_that_was_shown_out_leaves_no_thread_behind() {
    let server = Server::start(&FLOODED);
    let mut flood = Flood::new(&server);
    let process = &server.process;
    let before = (process.threads(), process.descriptors());
    let _zed = Guest::named(&server, "zed");
    flood.until_told("[t] * zed left (too slow)");
    eventually("as many threads and descriptors as before", || {
        ((process.threads(), process.descriptors()) == before).then_some(())
    });
}

#[test]
fn a_healthy_reader_is_never_too_slow_for_a_flood_of_short_lines() {
    let server = Server::start(&["--rate", "off"]);
    let mut flood = Flood::new(&server);
    // One read of the server brings thousands of them; with names and times
    // they are a megabyte.
    let short = "y\n".repeat(200_000);
    let Flood { ada, bob, .. } = &mut flood;
    std::thread::scope(|scope| {
        scope.spawn(|| ada.send(short.as_bytes()));
        for _ in 0..200_000 {
            bob.hears_next("[t] ada: y");
        }
    });
}
