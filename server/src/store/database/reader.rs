//! Reading the file while its writer writes it: a connection that can do
//! nothing else, and nothing for long. Must not know who asks.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};

use crate::platform::sync::Instant;
use crate::store::database::{asked, explained, row};
use crate::store::rows::Row;

/// For how long one question may keep a connection: many times what finding
/// something takes, and less than what the end of the server waits for.
pub const LOOK_MAX: Duration = Duration::from_millis(250);

/// After how many steps of SQLite's one looks at a clock: some microseconds.
const STEPS_BETWEEN: i32 = 1000;

/// How much of the file a connection remembers at most, in KiB.
const CACHE_KIB: i32 = 1024;

/// How reading came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// There was nothing more, or nothing more was wanted.
    Done,
    /// It took too long.
    TimeIsUp,
}

/// One reading connection.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
}

/// What is done with each row: whether to go on.
pub type Each<'e> = &'e mut dyn FnMut(&Row) -> bool;

impl Reader {
    /// A connection to a file that its writer has opened.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn open(file: &Path) -> Result<Self, String> {
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = asked(Connection::open_with_flags(file, flags))?;
        // In KiB where it is negative.
        let cache = connection.pragma_update(None, "cache_size", -CACHE_KIB);
        asked(cache)?;
        Ok(Self { connection })
    }

    /// From now on, whatever is asked has so much time.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the connection.
    pub fn begin(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + LOOK_MAX;
        let is_late = move || Instant::now() > deadline;
        let set = self
            .connection
            .progress_handler(STEPS_BETWEEN, Some(is_late));
        asked(set)
    }

    /// What was said or done before this number, newest first.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn last(&self, before: u64, each: Each<'_>) -> Result<End, String> {
        self.each(
            "SELECT number, at, author, what, text FROM entries
             WHERE number < ?1 AND what IN ('said', 'acted')
             ORDER BY number DESC",
            &[&signed(before)],
            each,
        )
    }

    /// What was said or done since then, newest first.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn since(&self, at: i64, each: Each<'_>) -> Result<End, String> {
        // The numbers go with the time, but where the clock was set back.
        self.each(
            "SELECT number, at, author, what, text FROM entries
             WHERE number >= (
                 SELECT number FROM entries WHERE at >= ?1
                 ORDER BY at, number LIMIT 1
             ) AND +at >= ?1 AND what IN ('said', 'acted')
             ORDER BY number DESC",
            &[&at],
            each,
        )
    }

    fn each(
        &self,
        sql: &str,
        of: &[&dyn ToSql],
        each: Each<'_>,
    ) -> Result<End, String> {
        let mut query = asked(self.connection.prepare_cached(sql))?;
        let mut found = asked(query.query(of))?;
        loop {
            match found.next().and_then(|it| it.map(row).transpose()) {
                Ok(Some(row)) if each(&row) => (),
                Ok(_) => return Ok(End::Done),
                Err(error) => return end(&error),
            }
        }
    }
}

fn end(error: &rusqlite::Error) -> Result<End, String> {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => Ok(End::TimeIsUp),
        _ => Err(explained(error)),
    }
}

/// A number as the file has it: none there is larger.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
