//! How fast one client may talk: a token bucket. May not wait; it says how
//! long to wait.
//!
//! A bucket holds up to a burst of tokens and gains some every second; each
//! line takes one. See RFC 2697 for a sober account of an old idea.

use std::time::Duration;

use crate::config::Rate;
use crate::sync::Instant;

/// One client's bucket.
#[derive(Clone, Debug)]
pub struct Pace {
    rate: Rate,
    tokens: f64,
    filled_at: Instant,
}

/// What a line has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It may be said.
    Now,
    /// Not before this time has passed; ask again then.
    In(Duration),
}

impl Pace {
    /// A full bucket.
    pub fn new(rate: Rate, now: Instant) -> Self {
        Self {
            rate,
            tokens: f64::from(rate.burst_lines),
            filled_at: now,
        }
    }

    /// Takes a token if there is one.
    pub fn take(&mut self, now: Instant) -> Turn {
        self.tokens = self.tokens(now);
        self.filled_at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            Turn::Now
        } else {
            let per_second = f64::from(self.rate.lines_per_second);
            let missing = (1.0 - self.tokens) / per_second;
            Turn::In(Duration::from_secs_f64(missing))
        }
    }

    /// How many tokens there are.
    pub fn tokens(&self, now: Instant) -> f64 {
        let per_second = f64::from(self.rate.lines_per_second);
        let passed = now.saturating_duration_since(self.filled_at);
        (self.tokens + passed.as_secs_f64() * per_second)
            .min(f64::from(self.rate.burst_lines))
    }

    /// Whether the bucket holds a whole burst.
    pub fn is_full(&self, now: Instant) -> bool {
        self.tokens(now) >= f64::from(self.rate.burst_lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        lines_per_second: 10,
        burst_lines: 3,
    };

    #[test]
    fn a_burst_passes_and_then_a_line_a_tenth_of_a_second() {
        let start = Instant::now();
        let mut pace = Pace::new(RATE, start);
        for _ in 0..3 {
            assert_eq!(pace.take(start), Turn::Now);
        }
        let Turn::In(wait) = pace.take(start) else {
            panic!("the fourth line of three passed");
        };
        assert!(wait <= Duration::from_millis(100), "{wait:?}");
        assert!(wait > Duration::from_millis(99), "{wait:?}");
        let later = start + Duration::from_millis(101);
        assert_eq!(pace.take(later), Turn::Now);
        assert!(matches!(pace.take(later), Turn::In(_)));
    }

    #[test]
    fn silence_saves_no_more_than_a_burst() {
        let start = Instant::now();
        let mut pace = Pace::new(RATE, start);
        let later = start + Duration::from_secs(3600);
        let passed = (0..100).filter(|_| pace.take(later) == Turn::Now).count();
        assert_eq!(passed, 3);
    }
}
