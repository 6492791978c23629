//! A line of the room and what it says, read once: whoever decides about it
//! and whoever shows it look at the same. Must not know what they do with it.

use chat_common::events::{Event, ServerLine};
use chat_common::lines::Line;

/// The longest line taken from a server: far above what a room allows its
/// people, and far below what would hurt this machine.
pub const HEARD_BYTES_MAX: usize = 256 * 1024;

/// A line of the room, and what it says.
#[derive(Clone, Copy, Debug)]
pub struct RoomLine<'l> {
    text: &'l str,
    parsed: Option<ServerLine<'l>>,
    /// Whether it was missed: who is named in it may be gone by now.
    is_past: bool,
}

impl<'l> RoomLine<'l> {
    /// Reads a line that has come.
    pub fn read(line: &'l Line) -> Self {
        Self::of(line.as_str())
    }

    /// Reads what stands in a line that has come, behind its mark.
    pub(super) fn of(text: &'l str) -> Self {
        let parsed = ServerLine::parse(text);
        Self {
            text,
            parsed,
            is_past: false,
        }
    }

    /// The same for what was missed when it was said.
    pub fn of_the_past(self) -> Self {
        Self {
            is_past: true,
            ..self
        }
    }

    /// Whether it was missed when it was said.
    pub fn is_past(&self) -> bool {
        self.is_past
    }

    /// The line as it came.
    pub fn text(&self) -> &'l str {
        self.text
    }

    /// What it says. `None`: no server of this version says so; the line is
    /// shown as it is.
    pub fn parsed(&self) -> Option<ServerLine<'l>> {
        self.parsed
    }

    /// What happened, or what the server has to say.
    pub fn event(&self) -> Option<Event<'l>> {
        self.parsed.map(|parsed| parsed.event)
    }
}
