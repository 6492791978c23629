//! The thread that applies what is proposed where lines are kept: it keeps
//! first, and then everyone hears. Must not hold the room's lock while it
//! writes.
//!
//! All that waits is one transaction, so the busier the room, the less a line
//! costs. When the file cannot be written, the room is told in one line, talks
//! on, and is told again when lines are kept.

use std::time::Duration;

use crate::logging::log::Log;
use crate::platform::sync::Instant;
use crate::room::Room;
use crate::room::state::Closed;
use crate::store::checkpoints::Commits;
use crate::store::claim::Claim;
use crate::store::database::{Database, FORGOTTEN_AT_ONCE};
use crate::store::plan::{self, Plan};
use crate::store::rows::Row;

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

/// The thread that keeps.
pub struct JournalThread {
    database: Database,
    /// The file is ours as long as this is there.
    _claim: Claim,
    commits: Commits,
    keep: Keep,
    /// How many entries are missing since the file could not be written.
    missing: usize,
    /// When old entries are looked for.
    forget_at: Instant,
}

impl JournalThread {
    /// Keeps what happens in this file, for so long.
    pub fn new(
        (claim, database): (Claim, Database),
        commits: Commits,
        keep: Keep,
    ) -> Self {
        Self {
            database,
            _claim: claim,
            commits,
            keep,
            missing: 0,
            forget_at: Instant::now(),
        }
    }

    /// Keeps and applies until the room is closed.
    pub fn work(mut self, room: &Room, log: &Log) {
        loop {
            match plan::plan(room, self.forget_at) {
                Ok(Some(plan)) => {
                    let news = self.write(&plan, log);
                    plan::apply(room, plan, news.as_deref());
                }
                Ok(None) => (),
                Err(Closed) => return,
            }
            if Instant::now() >= self.forget_at {
                self.forget_some(log);
            }
            self.index_some(log);
        }
    }

    /// Keeps what of it is to be remembered; what the room is to be told of
    /// that.
    fn write(&mut self, plan: &Plan, log: &Log) -> Option<String> {
        let rows: Vec<Row> = plan.entries().map(Row::of).collect();
        if rows.is_empty() {
            return None;
        }
        match self.database.append(&rows) {
            Ok(()) => {
                self.commits.tell();
                self.is_back(log)
            }
            Err(why) => self.is_away(rows.len(), &why, log),
        }
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

    /// Puts some of what is kept into the index. What is left then is next,
    /// as soon as nobody waits.
    fn index_some(&mut self, log: &Log) {
        if self.missing > 0 {
            return;
        }
        match self.database.index_some() {
            Ok(true) => {
                self.commits.tell();
                self.forget_at = Instant::now();
            }
            Ok(false) => (),
            Err(why) => {
                log.trouble(format_args!("what is said cannot be found: {why}"))
            }
        }
    }

    /// Forgets some of what is too old, little by little, so that nobody waits
    /// for long.
    fn forget_some(&mut self, log: &Log) {
        self.forget_at = Instant::now() + FORGET_EVERY;
        if self.keep == Keep::All || self.missing > 0 {
            return;
        }
        let since = self.keep.since(log.clock().now().seconds());
        match self.database.forget_before(since) {
            Ok(FORGOTTEN_AT_ONCE) => self.forget_at = Instant::now(),
            Ok(_) => (),
            Err(why) => log
                .trouble(format_args!("old lines cannot be forgotten: {why}")),
        }
    }
}
