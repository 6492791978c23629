//! The texts the room puts into outboxes: events as whole lines. May not know
//! to whom they go.

use std::fmt::Write as _;

use chat_common::events::{Event, Heard};

use crate::clock::Moment;

/// What somebody says to everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// `ada: text`.
    Saying,
    /// `~ ada text`.
    Doing,
}

impl Manner {
    /// The event in which somebody says something in this manner.
    pub fn of<'a>(self, name: &'a str, text: &'a str) -> Event<'a> {
        match self {
            Self::Saying => Event::Said { name, text },
            Self::Doing => Event::Acted { name, text },
        }
    }
}

/// What happened, as everyone is told.
pub fn happening(now: &Moment, event: Event<'_>) -> String {
    format!("{}\n", Heard::now(&now.time, event))
}

/// What one person alone is told.
pub fn answer(event: Event<'_>) -> String {
    answers([event])
}

/// What one person alone is told, one line after the other, in one piece of
/// memory: what a thread frees, the C library keeps for that thread, and a
/// greeting of many pieces was 1 KiB more for each idle client.
pub fn answers<'e>(events: impl IntoIterator<Item = Event<'e>>) -> String {
    let mut text = String::new();
    for event in events {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", Heard::answer(event));
    }
    text
}

/// At most so many of the names, as a line lists them.
pub fn list<'a>(
    names: impl Iterator<Item = &'a str>,
    names_max: usize,
) -> String {
    let mut listed = String::new();
    for name in names.take(names_max) {
        if !listed.is_empty() {
            listed.push_str(", ");
        }
        listed.push_str(name);
    }
    listed
}

/// The events as everyone is told, as many as fit into so many bytes but at
/// least one, and how many those are. One always goes: the smallest backlog
/// holds several of the largest lines.
pub fn compose<'e>(
    now: &Moment,
    events: impl ExactSizeIterator<Item = Event<'e>>,
    bytes_max: usize,
) -> (String, usize) {
    let mut text = String::new();
    let count = events.len();
    for (nth, event) in events.enumerate() {
        let before = text.len();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", Heard::now(&now.time, event));
        if text.len() > bytes_max && nth > 0 {
            text.truncate(before);
            return (text, nth);
        }
    }
    (text, count)
}
