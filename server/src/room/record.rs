//! What remembers the room for longer than the room itself. Must not know how.

use crate::logging::background_writer::BackgroundWriter;
use crate::past::Archive;
use crate::platform::sync::Arc;
use crate::room::entry::Entry;

/// What a room begins with, and where it writes down what happens in it.
#[derive(Default)]
pub struct Record {
    /// Has what is said written as text.
    pub transcript: Option<BackgroundWriter>,
    /// Where what is kept can be read, if it is: then what is proposed is
    /// applied by the one thread that keeps it.
    pub archive: Option<Arc<dyn Archive>>,
    /// What was said before the room began, oldest first.
    pub past: Vec<Entry>,
    /// The number of the last entry before the room began.
    pub last_number: u64,
    /// What every newcomer is told of this.
    pub notice: Option<String>,
}
