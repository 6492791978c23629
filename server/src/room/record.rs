//! What remembers the room for longer than the room itself: entries are handed
//! over in order, and who speaks waits until theirs is kept. Must not know how.

use crate::logging::background_writer::BackgroundWriter;
use crate::past::Archive;
use crate::platform::progress::Progress;
use crate::platform::sync::{Arc, Sender};
use crate::room::entry::Entry;

/// What a room begins with, and where it writes down what happens in it.
#[derive(Default)]
pub struct Record {
    /// Has what is said written as text.
    pub transcript: Option<BackgroundWriter>,
    /// Keeps every entry.
    pub journal: Option<Journal>,
    /// Where what is kept can be read.
    pub archive: Option<Arc<dyn Archive>>,
    /// What was said before the room began, oldest first.
    pub past: Vec<Entry>,
    /// The number of the last entry before the room began.
    pub last_number: u64,
    /// What every newcomer is told of this.
    pub notice: Option<String>,
}

/// The room's end of whatever keeps entries.
pub struct Journal {
    /// No bound: who speaks waits, so it holds one proposal of each at most.
    pub entries: Sender<Entry>,
    /// Up to which number that is done, with news for the room.
    pub progress: Arc<Progress>,
}
