//! How often a terminal rings: however many people mention somebody, they
//! are called once a second. Must not write.

use std::time::{Duration, Instant};

use chat_common::events::{Event, ServerLine};

use crate::config::Bell;
use crate::visit::mentions::mentions;

/// The shortest time between two rings. Who did not hear the first one does
/// not hear ten more, and a crowd could ring without a pause.
pub const RING_PAUSE: Duration = Duration::from_secs(1);

/// Rings as the person likes it, and not too often.
#[derive(Debug)]
pub struct Ringer {
    /// When the bell rings at all.
    bell: Bell,
    /// When it rang last.
    last: Option<Instant>,
}

impl Ringer {
    /// A bell that has not rung yet.
    pub fn new(bell: Bell) -> Self {
        Self { bell, last: None }
    }

    /// Whether it rings for this line, which comes just now.
    pub fn rings(&mut self, heard: &ServerLine<'_>, me: &str) -> bool {
        rings(self.bell, heard, me) && self.is_due(Instant::now())
    }

    fn is_due(&mut self, now: Instant) -> bool {
        let is_due = self.last.is_none_or(|last| now >= last + RING_PAUSE);
        if is_due {
            self.last = Some(now);
        }
        is_due
    }
}

/// Whether a bell that is set like this rings for a line.
fn rings(bell: Bell, heard: &ServerLine<'_>, me: &str) -> bool {
    rung_by(heard, me).is_some_and(|least| least <= bell)
}

/// What a bell has to be set to, at least, to ring for this line. `None` when
/// it never rings: nobody says anything, or it was said earlier.
fn rung_by(heard: &ServerLine<'_>, me: &str) -> Option<Bell> {
    match heard.event {
        _ if heard.earlier => None,
        Event::Private { .. } => Some(Bell::Mention),
        Event::Said { text, .. } | Event::Acted { text, .. } => {
            match mentions(text, me).is_empty() {
                true => Some(Bell::All),
                false => Some(Bell::Mention),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_rings_once_a_second() {
        let mut ringer = Ringer::new(Bell::All);
        let start = Instant::now();
        let moment = Duration::from_millis(7);
        let due = |nth: &u32| ringer.is_due(start + moment * *nth);
        // Four seconds of it.
        assert_eq!((0..572).filter(due).count(), 4);
        let heard = ServerLine::parse("[14:03:07] ada: bob!").expect("a line");
        let mut silent = Ringer::new(Bell::Off);
        assert!(!silent.rings(&heard, "bob"));
        let mut ringer = Ringer::new(Bell::Mention);
        assert!(ringer.rings(&heard, "bob"));
        assert!(!ringer.rings(&heard, "bob"));
    }
}
