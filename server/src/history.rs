//! The last lines said, for those who come later. May not know who they are.

use std::collections::VecDeque;

use chat_common::events::Heard;

/// The last lines said, as a newcomer is shown them.
#[derive(Debug)]
pub struct History {
    lines: VecDeque<Box<str>>,
    lines_max: usize,
}

impl History {
    /// An empty history that keeps at most this many lines.
    pub fn new(lines_max: usize) -> Self {
        Self {
            lines: VecDeque::new(),
            lines_max,
        }
    }

    /// How many lines it keeps: of more at once, only the last matter.
    pub fn lines_max(&self) -> usize {
        self.lines_max
    }

    /// Remembers a line.
    pub fn push(&mut self, heard: Heard<'_>) {
        if self.lines_max == 0 {
            return;
        }
        if self.lines.len() == self.lines_max {
            self.lines.pop_front();
        }
        let earlier = Heard {
            earlier: true,
            ..heard
        };
        self.lines.push_back(format!("{earlier}\n").into());
    }

    /// The last lines, oldest first, as many as fit into so many bytes.
    pub fn replay(&self, bytes_max: usize) -> String {
        let mut bytes = 0;
        let fitting = self
            .lines
            .iter()
            .rev()
            .take_while(|line| {
                bytes += line.len();
                bytes <= bytes_max
            })
            .count();
        let first = self.lines.len() - fitting;
        self.lines.iter().skip(first).map(|line| &**line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_common::events::Event;

    fn filled(lines_max: usize, said: &[&str]) -> History {
        let mut history = History::new(lines_max);
        for text in said {
            let event = Event::Said { name: "ada", text };
            history.push(Heard::now("14:03:07", event));
        }
        history
    }

    #[test]
    fn the_last_lines_are_replayed_in_order() {
        assert_eq!(
            filled(2, &["a", "b", "c"]).replay(usize::MAX),
            "[14:03:07] (earlier) ada: b\n[14:03:07] (earlier) ada: c\n"
        );
        assert_eq!(filled(0, &["a"]).replay(usize::MAX), "");
    }

    #[test]
    fn only_as_many_as_fit_are_replayed_and_those_are_the_last() {
        let history = filled(3, &["a", "b", "c"]);
        let line_bytes = history.replay(usize::MAX).len() / 3;
        let replayed = history.replay(3 * line_bytes - 1);
        assert_eq!(replayed.lines().count(), 2);
        assert!(replayed.ends_with("ada: c\n"));
        assert_eq!(history.replay(line_bytes - 1), "");
    }
}
