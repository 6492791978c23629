//! For how long a client has said nothing. Must not end its stay.

use std::time::Duration;

use chat_common::lines::Incoming;

use crate::platform::sync::Instant;

/// For how long a client has said nothing, and how long it may.
#[derive(Debug)]
pub struct Silence {
    /// `None` is for ever.
    longest: Option<Duration>,
    since: Instant,
}

impl Silence {
    /// A silence that begins now.
    pub fn new(longest: Option<Duration>, now: Instant) -> Self {
        Self {
            longest,
            since: now,
        }
    }

    /// Only a line ends it: a byte now and then keeps no place, nor does a
    /// blank line or what telnet sends by itself.
    pub fn hear(&mut self, incoming: &Incoming, now: Instant) {
        let is_something = match incoming {
            Incoming::Line(line) => !line.is_blank(),
            Incoming::TooLong => true,
            Incoming::TimingMark => false,
        };
        if is_something {
            self.since = now;
        }
    }

    /// How much longer it may last; `None` is for ever.
    pub fn left(&self, now: Instant) -> Option<Duration> {
        let so_far = now.saturating_duration_since(self.since);
        self.longest.map(|longest| longest.saturating_sub(so_far))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_common::lines::Line;

    const LONGEST: Duration = Duration::from_secs(10);

    #[test]
    fn only_a_line_that_says_something_ends_a_silence() {
        let begin = Instant::now();
        let later = begin + Duration::from_secs(9);
        for (incoming, left) in [
            (Incoming::Line(Line::new("x")), 10),
            (Incoming::TooLong, 10),
            (Incoming::Line(Line::new("")), 1),
            (Incoming::Line(Line::new(" \t ")), 1),
            (Incoming::TimingMark, 1),
        ] {
            let mut silence = Silence::new(Some(LONGEST), begin);
            silence.hear(&incoming, later);
            let left = Duration::from_secs(left);
            assert_eq!(silence.left(later), Some(left), "{incoming:?}");
        }
    }

    #[test]
    fn it_is_never_shorter_than_nothing_and_may_be_endless() {
        let begin = Instant::now();
        let late = begin + 2 * LONGEST;
        let limited = Silence::new(Some(LONGEST), begin);
        assert_eq!(limited.left(late), Some(Duration::ZERO));
        assert_eq!(Silence::new(None, begin).left(late), None);
    }
}
