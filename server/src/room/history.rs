//! The last lines said, for those who come later. Must not know who they are.

use std::collections::VecDeque;

use crate::past;
use crate::platform::clock::Moment;
use crate::room::entry::Entry;

/// The last lines said.
#[derive(Debug)]
pub struct History {
    entries: VecDeque<Entry>,
    lines_max: usize,
}

impl History {
    /// A history that keeps at most this many lines, and begins with these.
    pub fn new(lines_max: usize, past: Vec<Entry>) -> Self {
        Self {
            entries: past.into(),
            lines_max,
        }
    }

    /// Remembers a line.
    pub fn push(&mut self, entry: Entry) {
        debug_assert!(
            self.entries
                .back()
                .is_none_or(|it| it.number < entry.number),
            "entries are remembered in their order"
        );
        if self.lines_max == 0 {
            return;
        }
        if self.entries.len() == self.lines_max {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// What is remembered, newest first.
    pub fn backwards(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev()
    }

    /// The last lines as a newcomer is shown them now, oldest first, as many as
    /// fit into so many bytes.
    pub fn replay(&self, bytes_max: usize, now: Moment) -> String {
        let mut lines = Vec::new();
        let mut bytes = 0;
        for entry in self.backwards() {
            let line = past::line(entry.at, now, entry.event());
            bytes += line.len();
            if bytes > bytes_max {
                break;
            }
            lines.push(line);
        }
        lines.reverse();
        lines.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::Clock;
    use crate::platform::sync::Arc;
    use crate::room::entry::What;
    use chat_common::lines::Line;
    use chat_common::names::Name;

    fn now() -> Moment {
        Clock::local().now()
    }

    /// What is replayed of these lines, without the time.
    fn filled(lines_max: usize, said: &[&str]) -> History {
        let mut history = History::new(lines_max, Vec::new());
        for (number, text) in (1..).zip(said) {
            history.push(Entry {
                number,
                at: Clock::local().now(),
                author: Arc::new(Name::guest(1)),
                what: What::Said(Line::new(text)),
            });
        }
        history
    }

    #[test]
    fn the_last_lines_are_replayed_in_order() {
        let replayed = filled(2, &["a", "b", "c"]).replay(usize::MAX, now());
        let texts: Vec<&str> = replayed
            .lines()
            .filter_map(|line| line.split_once("] "))
            .map(|(_, text)| text)
            .collect();
        let right = ["(earlier) guest-1: b", "(earlier) guest-1: c"];
        assert_eq!(texts, right);
        assert_eq!(filled(0, &["a"]).replay(usize::MAX, now()), "");
    }

    #[test]
    fn only_as_many_as_fit_are_replayed_and_those_are_the_last() {
        let history = filled(3, &["a", "b", "c"]);
        let line_bytes = history.replay(usize::MAX, now()).len() / 3;
        let replayed = history.replay(3 * line_bytes - 1, now());
        assert_eq!(replayed.lines().count(), 2);
        assert!(replayed.ends_with("guest-1: c\n"));
        assert_eq!(history.replay(line_bytes - 1, now()), "");
    }
}
