//! A token bucket: so much at once, and so much a second in the long run. Must
//! not wait or look at a clock; whoever asks says what time it is.
//!
//! A bucket holds up to a burst of tokens and gains some every second; what
//! one does takes some. See RFC 2697 for a sober account of an old idea.

use std::time::Duration;

use crate::platform::sync::Instant;

/// One bucket.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    per_second: f64,
    burst: f64,
    /// How many there were at `filled_at`; below zero is a debt.
    tokens: f64,
    filled_at: Instant,
}

impl TokenBucket {
    /// A full bucket, of so many tokens a second and so many at once.
    pub fn full(per_second: u32, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst);
        Self {
            per_second: f64::from(per_second),
            burst,
            tokens: burst,
            filled_at: now,
        }
    }

    /// The same, with nothing in it.
    pub fn emptied(self) -> Self {
        Self {
            tokens: 0.0,
            ..self
        }
    }

    /// How long it takes until so many can be taken; zero is now. What costs
    /// more than a burst can be taken from a full bucket.
    pub fn wait_for(&self, tokens: u32, now: Instant) -> Duration {
        let missing = f64::from(tokens).min(self.burst) - self.tokens(now);
        Duration::from_secs_f64(missing.max(0.0) / self.per_second)
    }

    /// Takes so many, whether they are there or not.
    pub fn take(&mut self, tokens: u32, now: Instant) {
        self.tokens = self.tokens(now) - f64::from(tokens);
        self.filled_at = now;
    }

    /// Takes so many if they are there, and says whether they were.
    pub fn try_take(&mut self, tokens: u32, now: Instant) -> bool {
        let is_there = self.wait_for(tokens, now).is_zero();
        if is_there {
            self.take(tokens, now);
        }
        is_there
    }

    /// Whether it holds a whole burst.
    pub fn is_full(&self, now: Instant) -> bool {
        self.tokens(now) >= self.burst
    }

    fn tokens(&self, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.filled_at);
        let gained = passed.as_secs_f64() * self.per_second;
        (self.tokens + gained).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Duration = Duration::from_millis(100);

    /// Ten a second, three at once, full at the moment that is returned.
    fn bucket() -> (TokenBucket, Instant) {
        let start = Instant::now();
        (TokenBucket::full(10, 3, start), start)
    }

    /// How many can be taken at once.
    fn at_once(bucket: &mut TokenBucket, now: Instant) -> usize {
        (0..100).filter(|_| bucket.try_take(1, now)).count()
    }

    #[test]
    fn a_burst_passes_and_then_one_a_tenth_of_a_second() {
        let (mut bucket, start) = bucket();
        assert_eq!(at_once(&mut bucket, start), 3);
        assert_eq!(bucket.wait_for(1, start), TENTH);
        assert_eq!(bucket.wait_for(2, start), 2 * TENTH);
        let later = start + Duration::from_millis(101);
        assert_eq!(at_once(&mut bucket, later), 1);
    }

    #[test]
    fn silence_saves_no_more_than_a_burst() {
        let (mut bucket, start) = bucket();
        let later = start + Duration::from_secs(3600);
        assert!(bucket.is_full(later));
        assert_eq!(at_once(&mut bucket, later), 3);
    }

    #[test]
    fn an_empty_bucket_fills_at_its_rate() {
        let (bucket, start) = bucket();
        let mut bucket = bucket.emptied();
        assert_eq!(at_once(&mut bucket, start), 0);
        let later = start + Duration::from_millis(201);
        assert_eq!(at_once(&mut bucket, later), 2);
    }

    #[test]
    fn more_than_a_burst_takes_a_full_bucket_and_is_paid_for_later() {
        let (mut bucket, start) = bucket();
        assert!(bucket.try_take(13, start));
        // Ten below zero.
        assert_eq!(bucket.wait_for(0, start), 10 * TENTH);
        assert_eq!(bucket.wait_for(1, start), 11 * TENTH);
        assert!(!bucket.try_take(13, start + 10 * TENTH));
        assert_eq!(bucket.wait_for(13, start + 10 * TENTH), 3 * TENTH);
    }

    #[test]
    fn a_clock_that_stands_still_or_goes_back_gives_nothing() {
        let (mut bucket, start) = bucket();
        let later = start + TENTH;
        assert_eq!(at_once(&mut bucket, later), 3);
        assert_eq!(at_once(&mut bucket, start), 0);
        assert_eq!(at_once(&mut bucket, later), 0);
    }
}
