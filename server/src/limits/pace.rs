//! How fast one client may talk, in lines and in bytes, and what newcomers
//! from one address may say before they have earned it. Must not wait; it says
//! how long to wait.
//!
//! Lines alone would not do: a line has up to `--max-line` bytes, and three
//! people who said a hundred of the longest threw out everybody on a slow
//! network. Nor would counting words alone: bytes that are no line yet, and
//! telnet's signals, cost the server as much. So whatever is read is paid
//! for, and what it costs is paid before anything more is read.

use std::time::Duration;

use crate::config::{BYTES_PER_LINE, Rate};
use crate::limits::token_bucket::TokenBucket;
use crate::platform::sync::{Arc, Instant, Mutex};

/// What something costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Lines.
    pub lines: u32,
    /// Bytes, as they were read.
    pub bytes: u32,
}

impl Cost {
    /// That of so many lines, and of so many bytes read for them.
    pub fn new(lines: u32, bytes: usize) -> Self {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Self { lines, bytes }
    }
}

/// When something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now, and it is paid for.
    Now,
    /// Not before this time has passed; ask again then.
    In(Duration),
}

/// A bucket of lines and one of bytes.
#[derive(Clone, Debug)]
pub struct Buckets {
    lines: TokenBucket,
    bytes: TokenBucket,
}

impl Buckets {
    /// Full ones.
    pub fn full(rate: Rate, now: Instant) -> Self {
        let Rate {
            lines_per_second,
            burst_lines,
        } = rate;
        let bytes = |lines: u32| lines.saturating_mul(BYTES_PER_LINE);
        Self {
            lines: TokenBucket::full(lines_per_second, burst_lines, now),
            bytes: TokenBucket::full(
                bytes(lines_per_second),
                bytes(burst_lines),
                now,
            ),
        }
    }

    /// Whether both are full.
    pub fn are_full(&self, now: Instant) -> bool {
        self.lines.is_full(now) && self.bytes.is_full(now)
    }

    fn emptied(self) -> Self {
        Self {
            lines: self.lines.emptied(),
            bytes: self.bytes.emptied(),
        }
    }

    fn wait_for(&self, cost: Cost, now: Instant) -> Duration {
        let lines = self.lines.wait_for(cost.lines, now);
        lines.max(self.bytes.wait_for(cost.bytes, now))
    }

    fn take(&mut self, cost: Cost, now: Instant) {
        self.lines.take(cost.lines, now);
        self.bytes.take(cost.bytes, now);
    }
}

/// One client's pace.
///
/// A newcomer may say a burst at once, but somebody who comes again and again
/// may not say one each time. So what a newcomer has not earned yet is lent by
/// the address it comes from, if that has any left. Whoever keeps to the rate
/// earns all of it, and needs no loan.
pub struct Pace {
    /// What the client may say: full when it comes.
    allowed: Buckets,
    /// How much of that it has earned: nothing when it comes.
    earned: Buckets,
    /// What newcomers from its address may be lent.
    loans: Arc<Mutex<Buckets>>,
}

impl Pace {
    /// That of a newcomer, whose address may lend so much.
    pub fn new(rate: Rate, loans: Arc<Mutex<Buckets>>, now: Instant) -> Self {
        let allowed = Buckets::full(rate, now);
        let earned = allowed.clone().emptied();
        Self {
            allowed,
            earned,
            loans,
        }
    }

    /// Pays for something if it may be done now.
    pub fn turn(&mut self, cost: Cost, now: Instant) -> Turn {
        let wait = self.allowed.wait_for(cost, now);
        if !wait.is_zero() {
            return Turn::In(wait);
        }
        let wait = self.earned.wait_for(cost, now);
        if wait.is_zero() {
            self.earned.take(cost, now);
        } else {
            let mut loans = self.loans.lock();
            if !loans.wait_for(cost, now).is_zero() {
                return Turn::In(wait);
            }
            loans.take(cost, now);
        }
        self.allowed.take(cost, now);
        Turn::Now
    }
}
