//! What was said before: how it is read from wherever it is kept, and how an
//! answer reads. Must not know where that is, or who is in the room.
//!
//! An answer shows the newest lines that were asked for, oldest first, each
//! marked as `(earlier)`, and then says in one sentence whether that was all.

use std::fmt::Debug;

use chat_common::events::{Event, ServerLine};
use chat_common::past::Question;

use crate::net::text;
use crate::platform::clock::{Clock, Moment};

/// How much of an answer is its last sentence at most.
const SENTENCE_BYTES_MAX: usize = 1024;

/// Where what was said is kept, for those who ask.
pub trait Archive: Debug + Send + Sync {
    /// The answer, in at most so many bytes. Takes its time, but not long.
    ///
    /// # Errors
    /// A sentence that says why there is none.
    fn answer(
        &self,
        question: &Question,
        asker: Asker<'_>,
    ) -> Result<String, String>;
}

/// What whoever answers needs to know of who asks.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// How many bytes the answer may have.
    pub bytes_max: usize,
    /// Whether nobody waits for it any more.
    pub is_gone: &'a dyn Fn() -> bool,
}

/// Something that was said, as it is shown to somebody at this moment.
pub fn line(at: Moment, now: Moment, event: Event<'_>) -> String {
    text::line(ServerLine::earlier(&at.seen_from(now), event))
}

/// The time that was typed.
///
/// # Errors
/// A sentence that says why it is none.
pub fn time(typed: &str, clock: &Clock) -> Result<Moment, String> {
    let at = clock.read(typed).ok_or(
        "that is no time; right would be 14:03, or 2026-11-23 14:03, by the \
         clock of the server",
    )?;
    match at.seconds() > clock.now().seconds() {
        true => Err("that time is still to come".to_owned()),
        false => Ok(at),
    }
}

/// The newest of some lines, as many as there is room for.
#[derive(Debug, Default)]
pub struct Page {
    /// Newest first.
    pub lines: Vec<String>,
    bytes: usize,
    bytes_max: usize,
    lines_max: usize,
    /// The number of the oldest.
    pub oldest: u64,
    /// Whether there was no room for one more.
    is_full: bool,
}

impl Page {
    /// With room for so much.
    pub fn new(lines_max: usize, bytes_max: usize) -> Self {
        Self {
            bytes_max: bytes_max.saturating_sub(SENTENCE_BYTES_MAX),
            lines_max,
            ..Self::default()
        }
    }

    /// As many of these as there is room for, newest first.
    pub fn of(
        lines: impl Iterator<Item = (u64, String)>,
        lines_max: usize,
        bytes_max: usize,
    ) -> Self {
        let mut page = Self::new(lines_max, bytes_max);
        for (number, line) in lines {
            if !page.add(number, line) {
                break;
            }
        }
        page
    }

    /// Adds one that is older than all before it, and says whether there was
    /// room for it. The first has room in any case, if need be cut.
    pub fn add(&mut self, number: u64, mut line: String) -> bool {
        if self.lines.is_empty() && line.len() > self.bytes_max {
            line = cut(&line, self.bytes_max);
        }
        self.is_full = self.lines.len() >= self.lines_max
            || self.bytes + line.len() > self.bytes_max;
        if !self.is_full {
            self.oldest = number;
            self.bytes += line.len();
            self.lines.push(line);
        }
        !self.is_full
    }

    /// The lines, oldest first, and a sentence.
    pub fn answer(&self, sentence: &str) -> String {
        let lines = self.lines.iter().rev().map(String::as_str);
        let mut answer: String = lines.collect();
        answer.push_str(&text::answers([Event::Notice(sentence)]));
        answer
    }

    /// What follows the lines that `/last` shows. `elsewhere` says of whoever
    /// keeps nothing older why there is nothing.
    pub fn last(&self, before: Option<u64>, elsewhere: &str) -> String {
        let before = match before {
            Some(number) => format!(" before {number}"),
            None => String::new(),
        };
        match (self.lines.len(), self.is_full) {
            (0, _) => format!("there are no lines{before}{elsewhere}"),
            (_, false) => {
                format!("that was all{before}: {}{elsewhere}", self.count())
            }
            (_, true) => {
                format!("that was {}; {}", self.count(), self.more())
            }
        }
    }

    /// What follows the lines that `/since` shows.
    pub fn since(&self, at: Moment, elsewhere: &str) -> String {
        let at = format!("since {} {}", at.date(), at.time());
        match (self.lines.len(), self.is_full) {
            (0, _) => format!("there are no lines {at}{elsewhere}"),
            (_, false) => {
                format!("that was all {at}: {}{elsewhere}", self.count())
            }
            (_, true) => format!(
                "that was the last of it {at}: {}; {}",
                self.count(),
                self.more()
            ),
        }
    }

    /// How many there are, in words.
    pub fn count(&self) -> String {
        match self.lines.len() {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        }
    }

    /// How to get what stands before these.
    fn more(&self) -> String {
        let Self {
            lines_max: count,
            oldest,
            ..
        } = self;
        format!("/last {count} before {oldest} shows what was said before")
    }
}

/// As much of a line as fits, with its line break.
fn cut(line: &str, bytes_max: usize) -> String {
    const END: &str = " [...]\n";
    let mut end = bytes_max.saturating_sub(END.len());
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{END}", &line[..end])
}
