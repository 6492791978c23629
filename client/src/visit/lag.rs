//! Whether the room answers: for how long something has waited for it. Pure:
//! must not look at a clock, and must not ask by itself.

use std::time::{Duration, Instant};

/// How long a room may keep a line to itself before the person sees that:
/// longer than a busy network takes, and short enough not to talk on into
/// nothing.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);

/// What is waited for.
#[derive(Debug, Default)]
pub struct Lag {
    /// Since when nothing has been answered, while something waits.
    since: Option<Instant>,
    /// How many times [`ANSWER_WAIT_MAX`] has passed since then.
    waits: u32,
    /// The question that is not answered.
    asked: Option<u64>,
    /// How many questions have been asked.
    questions: u64,
}

impl Lag {
    /// Something was sent that will be answered.
    pub fn begin(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// The room has answered; there may be more to wait for.
    pub fn answered(&mut self, is_all: bool, now: Instant) {
        self.waits = 0;
        self.since = (!is_all).then_some(now);
    }

    /// The room has answered this question. `false`: it was not asked.
    pub fn is_answer(&mut self, number: u64) -> bool {
        self.asked.take_if(|asked| *asked == number).is_some()
    }

    /// When [`Lag::late`] is to be called.
    pub fn deadline(&self) -> Option<Instant> {
        let next = self.waits.saturating_add(1);
        Some(self.since? + ANSWER_WAIT_MAX.saturating_mul(next))
    }

    /// The deadline has passed. `Some`: the room is to be asked this.
    pub fn late(&mut self) -> Option<u64> {
        self.waits = self.waits.saturating_add(1);
        if self.asked.is_some() {
            return None;
        }
        self.questions += 1;
        self.asked = Some(self.questions);
        self.asked
    }

    /// For how long the room has not answered, if that is long.
    pub fn time(&self) -> Option<Duration> {
        (self.waits > 0).then(|| ANSWER_WAIT_MAX.saturating_mul(self.waits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_asked_once_and_the_time_grows() {
        let start = Instant::now();
        let mut lag = Lag::default();
        assert_eq!(lag.deadline(), None);
        lag.begin(start);
        lag.begin(start + ANSWER_WAIT_MAX / 2);
        assert_eq!(lag.deadline(), Some(start + ANSWER_WAIT_MAX));
        assert_eq!(lag.time(), None);
        assert_eq!(lag.late(), Some(1));
        assert_eq!(lag.time(), Some(ANSWER_WAIT_MAX));
        assert_eq!(lag.deadline(), Some(start + 2 * ANSWER_WAIT_MAX));
        assert_eq!(lag.late(), None);
        assert_eq!(lag.time(), Some(2 * ANSWER_WAIT_MAX));
        assert!(!lag.is_answer(2));
        assert!(lag.is_answer(1));
        assert!(!lag.is_answer(1));
        lag.answered(true, start);
        assert_eq!((lag.time(), lag.deadline()), (None, None));
    }
}
