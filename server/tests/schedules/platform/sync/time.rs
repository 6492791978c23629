//! Time, as a schedule sees it. Must not look at a real clock: a failure must
//! come again when the schedule does.
//!
//! Time is one more thing that happens at any moment. While it stands still,
//! no wait ever runs out, so whoever needs a time-out to make progress is
//! found as a deadlock. While it passes, each look at a deadline may be the
//! one that finds it over, and then every earlier deadline is over too.

use std::cell::Cell;
use std::ops::Add;
use std::time::Duration;

use crate::circumstances::{self, Time};

thread_local! {
    /// Of this schedule: all its threads are run by one thread of the system.
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Of so many looks at a deadline that is not over, one finds that it is.
const LOOKS_AT_A_DEADLINE: usize = 6;

/// A moment, counted from the beginning of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Duration);

impl Instant {
    pub fn now() -> Self {
        Self(NOW.get())
    }

    pub fn saturating_duration_since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, more: Duration) -> Self {
        Self(self.0 + more)
    }
}

/// Begins a schedule.
pub fn begin() {
    NOW.set(Duration::ZERO);
}

/// Lets some time pass.
pub fn sleep(duration: Duration) {
    NOW.set(NOW.get() + duration);
    shuttle::thread::yield_now();
}

/// Whether a wait until then is over; that may be decided now.
pub fn is_over(deadline: Instant) -> bool {
    let over = deadline <= Instant::now();
    if !over && circumstances::one_in(LOOKS_AT_A_DEADLINE) {
        NOW.set(deadline.0);
        return true;
    }
    over
}

/// Whether waits with a deadline can run out at all.
pub fn passes() -> bool {
    circumstances::now().time == Time::Passes
}
