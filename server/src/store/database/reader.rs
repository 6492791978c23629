//! Reading the file while its writer writes it: a connection that can do
//! nothing else, and nothing for long. Must not know who asks.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params};

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

/// Which numbers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The first, or the end.
    pub first: u64,
    /// The last in the index.
    pub indexed: u64,
    /// The one after the last.
    pub end: u64,
}

/// One reading connection.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    /// When the time for what is asked is over.
    deadline: Instant,
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
        let deadline = Instant::now();
        Ok(Self {
            connection,
            deadline,
        })
    }

    /// From now on, whatever is asked has so much time.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the connection.
    pub fn begin(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + LOOK_MAX;
        self.deadline = deadline;
        let is_late = move || Instant::now() > deadline;
        let set = self
            .connection
            .progress_handler(STEPS_BETWEEN, Some(is_late));
        asked(set)
    }

    /// Whether it is over.
    pub fn is_late(&self) -> bool {
        Instant::now() > self.deadline
    }

    /// What was said or done and has these numbers, newest first.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn last(
        &self,
        numbers: &Range<u64>,
        each: Each<'_>,
    ) -> Result<End, String> {
        self.each(
            "SELECT number, at, author, what, text FROM entries
             WHERE number >= ?1 AND number < ?2 AND what IN ('said', 'acted')
             ORDER BY number DESC",
            &[&signed(numbers.start), &signed(numbers.end)],
            each,
        )
    }

    /// What of these numbers the index has for a question, newest first.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn indexed(
        &self,
        query: &str,
        numbers: &Range<u64>,
        each: Each<'_>,
    ) -> Result<End, String> {
        self.each(
            "SELECT number, at, author, what, entries.text
             FROM words CROSS JOIN entries ON number = words.rowid
             WHERE words MATCH ?1 AND words.rowid >= ?2 AND words.rowid < ?3
             ORDER BY words.rowid DESC",
            &[&query, &signed(numbers.start), &signed(numbers.end)],
            each,
        )
    }

    /// How many of these numbers the index has for a question, but at most so
    /// many; `None` if it takes too long.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn count_indexed(
        &self,
        query: &str,
        numbers: &Range<u64>,
        most: usize,
    ) -> Result<Option<usize>, String> {
        let count = "SELECT count(*) FROM (
            SELECT 1 FROM words WHERE words MATCH ?1
            AND words.rowid >= ?2 AND words.rowid < ?3 LIMIT ?4
        )";
        let (first, end) = (signed(numbers.start), signed(numbers.end));
        let mut count = asked(self.connection.prepare_cached(count))?;
        let of = params![query, first, end, most];
        match count.query_row(of, |row| row.get(0)) {
            Ok(count) => Ok(Some(count)),
            Err(error) => end_of(&error).map(|_| None),
        }
    }

    /// Which numbers there are, since this time.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn extent(&self, since: i64) -> Result<Extent, String> {
        // Numbers grow with the time, but where the clock was set back: so it
        // is the lowest of some.
        let extent = "SELECT
            (SELECT min(number) FROM (
                SELECT number FROM entries WHERE at >= ?1
                ORDER BY at LIMIT 1000
            )),
            (SELECT indexed FROM room),
            (SELECT max(number) FROM entries)";
        let mut extent = asked(self.connection.prepare_cached(extent))?;
        let found = extent.query_row([since], |row| {
            let first: Option<i64> = row.get(0)?;
            let indexed: i64 = row.get(1)?;
            let last: Option<i64> = row.get(2)?;
            let end = last.map_or(0, i64::cast_unsigned) + 1;
            Ok(Extent {
                first: first.map_or(end, i64::cast_unsigned),
                indexed: indexed.cast_unsigned(),
                end,
            })
        });
        asked(found)
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
                Err(error) => return end_of(&error),
            }
        }
    }
}

fn end_of(error: &rusqlite::Error) -> Result<End, String> {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => Ok(End::TimeIsUp),
        _ => Err(explained(error)),
    }
}

/// A number as the file has it: none there is larger.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
