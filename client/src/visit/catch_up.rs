//! The entries that were missed, while they come: they are shown together,
//! when it is known how many there are. Pure: must not decide what is said
//! about them.

use std::collections::HashSet;

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::numbered::MISSED_ENTRIES_MAX;

use crate::visit::room_line::RoomLine;

/// What the name of a newcomer begins with.
const GUEST: &str = "guest-";

/// How many bytes are kept until then: as many lines as a room sends, of twice
/// the length that one takes.
pub const MISSED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A line of that time.
#[derive(Debug)]
pub enum Missed {
    /// The person has not seen it.
    Heard(Line),
    /// It is their own; when it was said, if the room says so.
    Own(Line, Option<String>),
}

/// What has come so far.
#[derive(Debug, Default)]
pub struct CatchUp {
    /// How many entries the room does not send.
    pub skipped: u64,
    /// The number of the first that it does.
    pub first: Option<u64>,
    /// The last number among them.
    pub last: u64,
    /// What was missed, and the person's own among it.
    pub lines: Vec<Missed>,
    /// Whether there is more of it than can be kept: what comes is shown.
    pub is_shown: bool,
    bytes: usize,
}

impl CatchUp {
    /// Takes in one more.
    pub fn add(&mut self, number: u64, line: &str) {
        self.first.get_or_insert(number);
        self.bytes = self.bytes.saturating_add(line.len());
        self.lines.push(Missed::Heard(Line::new(line)));
    }

    /// Takes in one of the person's own. It has been kept all the while, so
    /// there is no limit for it here.
    pub fn add_own(&mut self, line: Line, at: Option<String>) {
        self.lines.push(Missed::Own(line, at));
    }

    /// What has come, if no more of it can be kept: the rest is shown as it
    /// comes.
    pub fn take_full(&mut self) -> Self {
        let rest = Self {
            is_shown: true,
            ..Self::default()
        };
        std::mem::replace(self, rest)
    }

    /// Leaves out who has taken a name on arrival, `guest-7 is now ada`: whoever
    /// was there heard that ada joined, and joins are not among what was
    /// missed. Guests who spoke as such are told of.
    pub fn leave_out_arrivals(&mut self) {
        let mut speakers = HashSet::new();
        self.lines.retain(|missed| {
            let Missed::Heard(line) = missed else {
                return true;
            };
            match RoomLine::read(line).event() {
                Some(Event::Said { name, .. } | Event::Acted { name, .. }) => {
                    speakers.insert(name.to_owned());
                    true
                }
                Some(Event::Renamed { from, .. }) => {
                    !from.starts_with(GUEST) || speakers.contains(from)
                }
                _ => true,
            }
        });
    }

    /// Whether no more can be kept: a room of ours sends no more.
    pub fn is_full(&self) -> bool {
        self.lines.len() as u64 >= MISSED_ENTRIES_MAX
            || self.bytes >= MISSED_BYTES_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_kept_than_stated() {
        let mut lines = CatchUp::default();
        while !lines.is_full() {
            lines.add(7 + lines.lines.len() as u64, "x");
        }
        assert_eq!(lines.lines.len() as u64, MISSED_ENTRIES_MAX);
        assert_eq!(lines.first, Some(7));
        let mut long = CatchUp::default();
        while !long.is_full() {
            long.add(1, &"x".repeat(256 * 1024));
        }
        assert_eq!(long.lines.len(), 32);
    }
}
