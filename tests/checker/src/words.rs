//! What people in a room say and hear, in the manners of the step: the same
//! check serves a relay of plain lines and a room that knows names.

use std::time::Instant;

use chat_kit::text::cut_time;

use super::PATIENCE_MAX;
use super::person::{Heard, Person};
use super::scene::Manners;
use super::server::HELLO;
use super::verdict::Outcome;

/// What stands before a line that was said before its reader came.
pub const EARLIER: &str = "(earlier) ";

/// What is wrong with the form of a line, if the words in it are right.
pub fn wrong_form(expected: &str, heard: &Heard) -> Option<&'static str> {
    let Heard::Line(line) = heard else {
        return None;
    };
    let bare = expected.trim_start_matches("* ");
    if line == expected {
        return Some(
            "the time is missing: what everybody else hears begins with \
             \"[HH:MM:SS] \"",
        );
    }
    (cut_time(line).unwrap_or(line) == bare).then_some(
        "the star is missing: what the server itself says begins with \"* \", \
         behind its time, so that nobody can say it",
    )
}

impl Person {
    /// The bytes with which this person says `text`. A relay knows no names,
    /// so there the client writes it in front.
    pub fn spoken(&self, text: &str) -> String {
        match self.manners {
            Manners::Names => format!("{text}\n"),
            Manners::Echo | Manners::Relay => {
                format!("{}: {text}\n", self.name)
            }
        }
    }

    /// Says `text` to the room in one write.
    ///
    /// # Errors
    /// When the connection does not take it.
    pub fn says(&mut self, text: &str) -> Outcome {
        self.sends(self.spoken(text).as_bytes())
    }

    /// The next thing another person said, as `ada: hello`. Announcements,
    /// answers, earlier lines and hellos are skipped, and the time is cut off.
    pub fn hears_words(&mut self) -> Heard {
        let deadline = Instant::now() + PATIENCE_MAX;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.hears_within(left) {
                Heard::Line(line) => {
                    if let Some(words) = self.words(&line) {
                        return Heard::Line(words.to_owned());
                    }
                }
                other => return other,
            }
        }
    }

    fn words<'a>(&self, line: &'a str) -> Option<&'a str> {
        if self.manners == Manners::Relay {
            return (!line.starts_with(HELLO)).then_some(line);
        }
        let words = cut_time(line).unwrap_or(line);
        let told = words.starts_with("* ") || words.starts_with(EARLIER);
        (!told).then_some(words)
    }

    /// Waits for the next words, and fails if they are not these.
    ///
    /// # Errors
    /// A failure in words.
    pub fn hears_said(&mut self, author: &str, text: &str) -> Outcome {
        let expected = format!("{author}: {text}");
        match self.hears_words() {
            Heard::Line(words) if words == expected => Ok(()),
            other => Err(self.heard_instead(&expected, &other)),
        }
    }

    /// The next announcement or answer: a line that begins with a star
    /// behind its time, if it has one.
    pub fn hears_notice(&mut self) -> Heard {
        let deadline = Instant::now() + PATIENCE_MAX;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.hears_within(left) {
                Heard::Line(line) => {
                    let told = cut_time(&line).unwrap_or(&line);
                    if told.starts_with("* ") {
                        return Heard::Line(told.to_owned());
                    }
                }
                other => return other,
            }
        }
    }

    /// The next line that begins with a star and holds `part`: the answer
    /// that was asked for, whoever comes or goes meanwhile.
    pub fn hears_answer(&mut self, part: &str) -> Heard {
        loop {
            match self.hears_notice() {
                Heard::Line(told) if !told.contains(part) => {}
                other => return other,
            }
        }
    }
}
