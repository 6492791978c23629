//! Opening the file at the start: claimed, of this version, and with the last
//! of what it holds. Must not write entries.

use std::io;
use std::path::Path;

use crate::platform::clock::Clock;
use crate::platform::sync::Arc;
use crate::room::record::Record;
use crate::store::checkpoints::{Checkpoints, checkpoints};
use crate::store::claim::{Claim, NoClaim};
use crate::store::database::{Database, Durability};
use crate::store::journal::{JournalThread, Keep};
use crate::store::reading::Readers;

/// How the file is to be used.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much a power cut may cost.
    pub sync: Durability,
    /// For how long entries are kept.
    pub keep: Keep,
    /// How many of the last lines the room remembers.
    pub history_lines: usize,
}

/// An open file.
pub struct Opened {
    /// What the room begins with.
    pub record: Record,
    /// The thread that keeps what happens in it.
    pub journal: JournalThread,
    /// The thread that moves what is kept to its place.
    pub checkpoints: Checkpoints,
}

/// Opens the file, which is made if need be.
///
/// # Errors
/// A sentence that says what is wrong; the file is as it was.
pub fn open(
    file: &Path,
    options: Options,
    clock: &Clock,
) -> Result<Opened, String> {
    if file.exists() && !file.is_file() {
        return Err("it is no file".to_owned());
    }
    let claim = Claim::on(file).map_err(|why| match why {
        NoClaim::Taken => "another chat-server keeps what is said there; name \
             another file, or off"
            .to_owned(),
        NoClaim::System(error) => reason(&error),
    })?;
    let database = Database::open(file, &claim, options.sync)?;
    let since = options.keep.since(clock.now().seconds());
    let rows = database.last(options.history_lines, since)?;
    let last_number = database.last_number()?;
    let second = Database::open(file, &claim, options.sync)?;
    let (commits, checkpoints) = checkpoints(second);
    let kept = (claim, database);
    let journal = JournalThread::new(kept, commits, options.keep);
    let readers = Readers::open(file, options.keep, clock)?;
    let record = Record {
        archive: Some(Arc::new(readers)),
        past: rows.iter().filter_map(|row| row.entry(clock)).collect(),
        last_number,
        ..Record::default()
    };
    Ok(Opened {
        record,
        journal,
        checkpoints,
    })
}

/// An error in words, without the number the standard library appends.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}
