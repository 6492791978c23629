//! What those who left had not earned back yet: whoever comes again from
//! where they came does not begin with a new burst. Without it, a program
//! that says a burst and reconnects is not slowed at all; four of them said
//! half a million lines a second. May not wait. Only the thread at the door
//! uses it, so it needs no lock.

use std::collections::HashMap;

use crate::config::Rate;
use crate::pace::Pace;
use crate::seats::Origin;
use crate::sync::Instant;

/// The buckets of those who left, until they are full again.
pub struct Credit {
    /// `None` when clients are not paced.
    rate: Option<Rate>,
    left: HashMap<Origin, Pace>,
}

impl Credit {
    /// Nobody has left yet.
    pub fn new(rate: Option<Rate>) -> Self {
        Self {
            rate,
            left: HashMap::new(),
        }
    }

    /// The bucket of somebody who comes from there.
    pub fn open(&mut self, origin: Origin, now: Instant) -> Option<Pace> {
        let rate = self.rate?;
        self.left.retain(|_, pace| !pace.is_full(now));
        let left = self.left.get(&origin).cloned();
        Some(left.unwrap_or_else(|| Pace::new(rate, now)))
    }

    /// Somebody who came from there has left. Of several buckets the emptiest
    /// counts.
    pub fn close(&mut self, origin: Origin, pace: Pace, now: Instant) {
        match self.left.get(&origin) {
            Some(left) if left.tokens(now) <= pace.tokens(now) => (),
            _ => {
                self.left.insert(origin, pace);
            }
        }
    }
}
