//! What remembers the room for longer than the room itself. Must not know how.

use crate::logging::background_writer::BackgroundWriter;
use crate::room::entry::Entry;

/// What a room begins with, and where it writes down what happens in it.
#[derive(Default)]
pub struct Record {
    /// Has what is said written as text.
    pub transcript: Option<BackgroundWriter>,
    /// Who applies what is proposed.
    pub applier: Applier,
    /// What was said before the room began, oldest first.
    pub past: Vec<Entry>,
    /// The number of the last entry before the room began.
    pub last_number: u64,
    /// What every newcomer is told of this.
    pub notice: Option<String>,
}

/// Who applies what is proposed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Applier {
    /// Whoever proposes, and gets the room's lock.
    #[default]
    Sessions,
    /// One thread, which keeps it before anybody hears of it.
    Journal,
}
