//! What a room may still have to take of the lines it was given. Pure: an
//! estimate, because nothing in the protocol acknowledges a line.

use std::time::{Duration, Instant};

/// How many lines a room surely takes in at once: a paste of this size
/// passes whole.
pub const LINES_AT_ONCE: u32 = 50;

/// How long a room may take for each line beyond those, when it slows a
/// flood down.
pub const WAIT_PER_LINE_MAX: Duration = Duration::from_secs(2);

/// When the room has taken the lines it was given, at its slowest. What was
/// given to it long ago does not count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backlog {
    taken_by: Option<Instant>,
}

impl Backlog {
    /// The room is given so many lines; a long one counts as several.
    pub fn grow(&mut self, lines: u32, now: Instant) {
        let busy_until = self.taken_by.map_or(now, |it| it.max(now));
        self.taken_by = Some(busy_until + WAIT_PER_LINE_MAX * lines);
    }

    /// How long the room may need for what is more than it takes at once.
    pub fn wait(self, now: Instant) -> Duration {
        let taken_by = self.taken_by.unwrap_or(now);
        let wait = taken_by.saturating_duration_since(now);
        wait.saturating_sub(WAIT_PER_LINE_MAX * LINES_AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_grows_with_lines_and_shrinks_with_time() {
        let mut now = Instant::now();
        let mut backlog = Backlog::default();
        for _ in 0..LINES_AT_ONCE {
            backlog.grow(1, now);
        }
        assert_eq!(backlog.wait(now), Duration::ZERO);
        backlog.grow(3, now);
        assert_eq!(backlog.wait(now), WAIT_PER_LINE_MAX * 3);
        now += WAIT_PER_LINE_MAX * 3;
        assert_eq!(backlog.wait(now), Duration::ZERO);
        now += 1000 * WAIT_PER_LINE_MAX;
        backlog.grow(1, now);
        assert_eq!(backlog.wait(now), Duration::ZERO);
    }
}
