//! Events as whole lines, with their line break. Must not know to whom they
//! go.

use std::fmt::Write as _;

use chat_common::events::{Event, ServerLine};

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
