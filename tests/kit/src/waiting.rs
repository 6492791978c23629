//! Waiting for something to become true, but not for ever. Must not know what
//! is waited for.

use std::thread;
use std::time::{Duration, Instant};

/// For how long a test waits for anything. Only a failing test waits so long;
/// a machine that is busy elsewhere must not make one fail.
pub const WAIT_MAX: Duration = Duration::from_secs(20);

/// How often a promise with a time in it may be tried: the machine may have
/// been busy elsewhere, but hardly every time.
pub const ATTEMPTS_MAX: usize = 4;

/// Between two looks at something that sends no event when it changes: the
/// end of a process, a number in `/proc`. The only pause in the tests.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// Looks until there is something to see.
///
/// # Panics
/// With `what` when there is nothing after [`WAIT_MAX`].
pub fn eventually<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(WAIT_MAX, look)
        .unwrap_or_else(|| panic!("{what}: not within {WAIT_MAX:?}"))
}

/// Looks until there is something to see, or until the time is over.
pub fn within<T>(
    limit: Duration,
    mut look: impl FnMut() -> Option<T>,
) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(seen) = look() {
            return Some(seen);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(LOOK_INTERVAL);
    }
}

/// Tries something that must not take longer than this, a few times if need
/// be: a busy machine can make one attempt late, a broken promise all.
///
/// # Panics
/// When every attempt took longer.
pub fn at_best_within(limit: Duration, mut attempt: impl FnMut() -> Duration) {
    let mut took = Vec::new();
    while took.len() < ATTEMPTS_MAX {
        let time = attempt();
        if time <= limit {
            return;
        }
        took.push(time);
    }
    panic!("should take {limit:?} at most, but took {took:?}");
}
