//! How long a key waits, and how much work it is, when 5,000 lines come in at
//! once. A measurement, not a test: run it with
//! `cargo test --release -p chat-client --test client burst -- --ignored
//! --nocapture`.

use std::fmt::Write as _;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::{Visit, bob};

const LINES: usize = 5000;
const ROUNDS: usize = 10;

/// User and system time of a process, in the kernel's ticks of 10 ms.
fn work(id: u32) -> Duration {
    let path = format!("/proc/{id}/stat");
    let stat = fs::read_to_string(path).expect("a process");
    // The name of the program, in brackets, may hold spaces.
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |nth: usize| fields[nth].parse::<u64>().expect("ticks");
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}

#[test]
#[ignore = "a measurement"]
fn a_burst_of_lines_while_typing() {
    let mut burst = String::new();
    for number in 0..LINES {
        writeln!(burst, "[14:03:09] ada: what a busy evening, line {number}")
            .expect("memory");
    }
    burst.push_str("[14:03:09] * ada left\n");
    for _ in 0..ROUNDS {
        measure(&burst);
    }
}

fn measure(burst: &str) {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let before = work(terminal.id());
    let said = burst.to_owned();
    let begun = Instant::now();
    let room = thread::spawn(move || {
        peer.says(&said);
        peer
    });
    let mut draft = String::from("bob> ");
    let mut waits = Vec::new();
    loop {
        let key = if draft.len() % 8 == 0 { "-" } else { "x" };
        draft.push_str(key);
        let pressed = Instant::now();
        terminal.types(key);
        terminal.edits(&draft, draft.len());
        waits.push(pressed.elapsed());
        if terminal.has("* ada left") || draft.len() > 70 {
            break;
        }
    }
    terminal.shows("[14:03:09] * ada left");
    let took = begun.elapsed();
    let worked = work(terminal.id()) - before;
    let longest = waits.iter().max().expect("a key");
    println!(
        "{LINES} lines in {took:?}, {worked:?} of work; {} keys, the longest \
         wait {longest:?}",
        waits.len()
    );
    drop(room.join());
}
