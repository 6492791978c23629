//! What the person who runs the server reads: one line per event, on
//! stderr. Must not hold what people say.

use std::fmt::Display;

use crate::logging::background_writer::BackgroundWriter;
use crate::platform::clock::Clock;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What needs somebody's attention: `-q`.
    Trouble,
    /// Who came, was named, and left, and why.
    Events,
    /// Also who fell behind, was slowed down, or was refused something: `-v`.
    Details,
}

/// Where events are told. Cheap to share: telling never waits.
#[derive(Clone)]
pub struct Log {
    level: Level,
    clock: Clock,
    writer: BackgroundWriter,
}

impl Log {
    /// A log that tells what is at or above this level.
    pub fn new(level: Level, clock: Clock, writer: BackgroundWriter) -> Self {
        Self {
            level,
            clock,
            writer,
        }
    }

    /// The clock it tells the time by.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Tells what needs attention.
    pub fn trouble(&self, text: impl Display) {
        self.tell(Level::Trouble, text);
    }

    /// Tells what happened.
    pub fn event(&self, text: impl Display) {
        self.tell(Level::Events, text);
    }

    /// Tells what only somebody who looks for a fault wants to know.
    pub fn detail(&self, text: impl Display) {
        self.tell(Level::Details, text);
    }

    fn tell(&self, level: Level, text: impl Display) {
        if level <= self.level {
            let now = self.clock.now();
            // The operator reads it on a terminal, and a file can have any
            // name.
            let text = text.to_string().replace(char::is_control, "\u{fffd}");
            self.writer.write(format!(
                "{} {} {text}\n",
                now.date(),
                now.time()
            ));
        }
    }
}
