//! A client that nobody talks to does nothing at all.

use std::fs;
use std::thread;
use std::time::Duration;

use super::{Visit, bob};

/// How long nothing is to happen.
const INTERVAL: Duration = Duration::from_secs(2);

/// How often the threads of a process have gone to sleep so far.
fn sleeps(id: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{id}/task")).expect("threads");
    let status = threads.map(|thread| {
        let path = thread.expect("a thread").path().join("status");
        fs::read_to_string(path).expect("a status")
    });
    status.map(|text| count(&text)).sum()
}

fn count(status: &str) -> u64 {
    let mut lines = status.lines();
    let found = lines.find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key == "voluntary_ctxt_switches").then_some(value)
    });
    found.expect("a count").trim().parse().expect("a number")
}

/// How many intervals are looked at: on a busy machine a thread may still be
/// on its way to sleep in the first. Whoever polls wakes up in each.
const INTERVALS_MAX: usize = 3;

#[test]
fn an_idle_client_never_wakes_up() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("draft");
    terminal.edits("bob> draft", 10);
    let after = (0..INTERVALS_MAX).find_map(|_| {
        let before = sleeps(terminal.id());
        // Here the passing of time is what is tested.
        thread::sleep(INTERVAL);
        let after = sleeps(terminal.id());
        // One for whoever was just going to sleep when it was drawn.
        (after - before <= 1).then_some(after)
    });
    let after = after.expect("an interval without wake-ups");
    peer.says("[14:03:09] ada: wake up\n");
    terminal.shows_part("wake up");
    assert!(sleeps(terminal.id()) > after);
}
