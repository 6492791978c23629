//! How long to wait before the server is called again. Must not call it.

use std::time::Duration;

use fastrand::Rng;

/// The first pause: a server that is started anew is often back by then.
pub const PAUSE_FIRST: Duration = Duration::from_secs(1);

/// The longest one: who looks at the screen does not wait much longer than
/// the server, and a server that is away for a day is not called too often.
pub const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Each pause is this many times the one before.
const GROWTH: u32 = 2;

/// The part of a pause that is left to chance. All clients lose a server at
/// the same moment; they must not all be back at the same moment.
const JITTER: f64 = 0.5;

/// The next pause: each is longer than the one before.
#[derive(Debug)]
pub struct Backoff {
    next: Duration,
    chance: Rng,
}

impl Default for Backoff {
    /// From the first pause on.
    fn default() -> Self {
        Self {
            next: PAUSE_FIRST,
            chance: Rng::new(),
        }
    }
}

impl Backoff {
    /// How long to wait this time.
    pub fn take(&mut self) -> Duration {
        let longest = self.next;
        self.next = (longest * GROWTH).min(PAUSE_MAX);
        longest.mul_f64(1.0 - JITTER * self.chance.f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_differ() {
        let mut backoff = Backoff::default();
        let mut longest = PAUSE_FIRST;
        for _ in 0..10 {
            let pause = backoff.take();
            assert!(pause <= longest && pause >= longest / 2, "{pause:?}");
            longest = (longest * 2).min(PAUSE_MAX);
        }
        assert_eq!(longest, PAUSE_MAX);
        assert_ne!(backoff.take(), backoff.take());
    }
}
