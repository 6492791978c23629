//! Events as whole lines, with their line break. Must not know to whom they
//! go.

use std::fmt::Write as _;

use chat_common::events::{Event, LeaveReason, ServerLine};

/// Adds a line to a text.
pub fn push_line(text: &mut String, line: ServerLine<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

/// A line.
pub fn line(line: ServerLine<'_>) -> String {
    format!("{line}\n")
}

/// What one person alone is told, one line after the other, in one piece of
/// memory: what a thread frees, the C library keeps for that thread, and a
/// greeting of many pieces was 1 KiB more for each idle client.
pub fn answers<'e>(events: impl IntoIterator<Item = Event<'e>>) -> String {
    let mut text = String::new();
    for event in events {
        push_line(&mut text, ServerLine::answer(event));
    }
    text
}

/// What the one who leaves is told: a line, or nothing.
pub fn last_words(reason: LeaveReason) -> String {
    let words = match reason {
        LeaveReason::Quit => "goodbye",
        LeaveReason::Idle => "you are shown out: you were silent too long",
        LeaveReason::TooSlow => "you are shown out: you read too slowly",
        LeaveReason::Unsaid => {
            "the rest of what you sent was not said: you sent it faster than \
             it may be said, and ended the connection"
        }
        LeaveReason::OtherProtocol(protocol) => &format!(
            "you are shown out: this is a chat room, and what you sent first \
             is {protocol}; nothing of it was said"
        ),
        LeaveReason::InputEnded
        | LeaveReason::TimedOut
        | LeaveReason::ConnectionLost => return String::new(),
    };
    answers([Event::Notice(words)])
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
