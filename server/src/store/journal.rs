//! The thread that writes what the room hands over. Must not wait for the
//! room; the room's speakers wait for it.
//!
//! All that waits is one transaction, so the busier the room, the less a line
//! costs. When the file cannot be written, nobody waits: the room is told in
//! one line, talks on, and is told again when lines are kept.

use std::time::Duration;

use crate::logging::log::Log;
use crate::platform::progress::Progress;
use crate::platform::sync::{Arc, Receiver, RecvTimeoutError, unbounded};
use crate::room::entry::Entry;
use crate::room::record::Journal;
use crate::store::claim::Claim;
use crate::store::database::{Database, FORGOTTEN_AT_ONCE};
use crate::store::rows::Row;

/// How many entries one transaction has before it is committed although more
/// wait.
const COMMITTED_AT_ONCE: usize = 10_000;

/// How often old entries are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(60);

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// For how long entries are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// For ever.
    All,
    /// So many days.
    Days(u32),
}

impl Keep {
    /// Since when entries are kept, in seconds since the beginning of 1970.
    pub fn since(self, now: i64) -> i64 {
        match self {
            Self::All => i64::MIN,
            Self::Days(days) => now - i64::from(days) * SECONDS_A_DAY,
        }
    }
}

/// The thread's end.
pub struct JournalThread {
    entries: Receiver<Entry>,
    progress: Arc<Progress>,
    database: Database,
    /// The file is ours as long as this is there.
    _claim: Claim,
    keep: Keep,
    /// How many entries are missing since the file could not be written.
    missing: usize,
}

/// Both ends.
pub fn journal(
    (claim, database): (Claim, Database),
    keep: Keep,
) -> (Journal, JournalThread) {
    let (sender, entries) = unbounded();
    let progress = Arc::new(Progress::default());
    let thread = JournalThread {
        entries,
        progress: Arc::clone(&progress),
        database,
        _claim: claim,
        keep,
        missing: 0,
    };
    let journal = Journal {
        entries: sender,
        progress,
    };
    (journal, thread)
}

impl JournalThread {
    /// Writes until the room is closed.
    pub fn work(mut self, log: &Log) {
        self.forget_some(log);
        loop {
            match self.entries.recv_timeout(FORGET_EVERY) {
                Ok(first) => {
                    let rows = self.all_that_waits(&first);
                    self.write(&rows, log);
                }
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.forget_some(log);
        }
    }

    fn all_that_waits(&self, first: &Entry) -> Vec<Row> {
        let more = self.entries.try_iter().take(COMMITTED_AT_ONCE - 1);
        let more = more.map(|entry| Row::of(&entry));
        std::iter::once(Row::of(first)).chain(more).collect()
    }

    fn write(&mut self, rows: &[Row], log: &Log) {
        let last = rows.last().map_or(0, |row| row.number);
        let news = match self.database.append(rows) {
            Ok(()) => self.is_back(log),
            Err(why) => self.is_away(rows.len(), &why, log),
        };
        self.progress.advance(last, news);
    }

    fn is_away(&mut self, rows: usize, why: &str, log: &Log) -> Option<String> {
        let is_first = self.missing == 0;
        self.missing += rows;
        is_first.then(|| {
            log.trouble(format_args!("what is said cannot be kept: {why}"));
            "what is said from here on is not kept".to_owned()
        })
    }

    fn is_back(&mut self, log: &Log) -> Option<String> {
        match std::mem::take(&mut self.missing) {
            0 => None,
            missing => {
                let told = format!(
                    "what is said is kept again; {missing} lines were not"
                );
                log.trouble(&told);
                Some(told)
            }
        }
    }

    /// Forgets what is too old, little by little, so that nobody waits long.
    fn forget_some(&mut self, log: &Log) {
        if self.keep == Keep::All || self.missing > 0 {
            return;
        }
        let since = self.keep.since(log.clock().now().seconds());
        while self.entries.is_empty() {
            match self.database.forget_before(since) {
                Ok(FORGOTTEN_AT_ONCE) => (),
                Ok(_) => return,
                Err(why) => {
                    log.trouble(format_args!(
                        "old lines cannot be forgotten: {why}"
                    ));
                    return;
                }
            }
        }
    }
}

/// Nobody waits for a thread that has gone, not even after a panic.
impl Drop for JournalThread {
    fn drop(&mut self) {
        self.progress.advance(u64::MAX, None);
    }
}
