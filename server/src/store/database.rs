//! The file: all the SQL there is. Must not know when it is written, or by
//! whom. `docs/store.md` describes the tables for those who open the file with
//! `sqlite3`.
//!
//! A file says which version its tables have (`user_version`). `STEPS` leads
//! from each version to the next; before a step is taken, the file is copied.

pub mod reader;

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{
    Connection, Error, ErrorCode, OpenFlags, OptionalExtension as _, Params,
    Row as Found, Transaction, TransactionBehavior, params,
};

use crate::store::claim::{Claim, beside, make};
use crate::store::rows::Row;
use crate::store::words::Words;

/// What marks a file as ours: "Thrd" as a number.
const APPLICATION_ID: i64 = 0x5468_7264;

/// From nothing to the tables of this version, one step a version.
const STEPS: [&str; 2] = [ENTRIES, WORDS];

const ENTRIES: &str = "
    CREATE TABLE entries (
        number INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        author TEXT NOT NULL,
        what TEXT NOT NULL,
        text TEXT
    ) STRICT;
    CREATE INDEX entries_at ON entries (at);
    CREATE TABLE room (epoch TEXT NOT NULL) STRICT;
    INSERT INTO room VALUES (lower(hex(randomblob(16))));
";

/// An index of words. It holds no text of its own and is filled little by
/// little behind the entries: `indexed` is the last one that has been looked
/// at. Words are cut here, not by SQLite, which knows no Chinese or Japanese.
const WORDS: &str = "
    CREATE VIRTUAL TABLE words USING fts5 (
        text, content = '', columnsize = 0, tokenize = 'ascii'
    );
    INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
    ALTER TABLE room ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
";

/// How long somebody else may be writing: an operator who forgets a line.
const BUSY_MAX: Duration = Duration::from_secs(5);

/// What is removed is overwritten, also in the file's unused parts.
const SECURE_DELETE: &str = "PRAGMA secure_delete = ON";

/// How many pages are copied at once, and how long the server has in between.
const BACKUP_PAGES: i32 = 256;
const BACKUP_PAUSE: Duration = Duration::from_millis(2);

/// After so many pages, 64 MiB, whoever commits moves them into the file,
/// should the thread that does it not keep up; until then only that thread.
const LOG_PAGES_MAX: &str = "PRAGMA wal_autocheckpoint = 16384";

/// How many old entries are forgotten in one transaction: some milliseconds.
pub const FORGOTTEN_AT_ONCE: usize = 1000;

/// How many entries are indexed in one transaction: some milliseconds. So many
/// wait until they are indexed; whoever searches looks through those.
pub const INDEXED_AT_ONCE: u64 = 512;

/// How much a power cut may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Whatever the system has not written yet; the file itself may be damaged.
    Off,
    /// The last moments; the file itself is whole.
    Normal,
    /// Nothing.
    Full,
}

/// An open file.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    /// The number of the last entry that has been written.
    last: u64,
    /// That of the last one in the index.
    indexed: u64,
}

impl Database {
    /// Opens a file that has been claimed and is empty or ours, makes it
    /// private, and brings its tables to this version.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file; it is untouched.
    pub fn open(
        file: &Path,
        claim: &Claim,
        sync: Durability,
    ) -> Result<Self, String> {
        let mut connection = asked(connect(file))?;
        let version = version(&connection)?;
        claim.make_private().map_err(|error| error.to_string())?;
        let pragmas = match sync {
            Durability::Off => "PRAGMA synchronous = OFF",
            Durability::Normal => "PRAGMA synchronous = NORMAL",
            Durability::Full => "PRAGMA synchronous = FULL",
        };
        let wal = "PRAGMA journal_mode = WAL";
        let set = |pragma| connection.query_row(pragma, [], |_| Ok(()));
        asked(set(wal))?;
        asked(connection.execute_batch(pragmas))?;
        asked(set(LOG_PAGES_MAX))?;
        asked(connection.execute_batch(SECURE_DELETE))?;
        if version > 0 && version < STEPS.len() {
            let copy = beside(file, &format!(".version-{version}"));
            copy_to(&connection, &copy)?;
        }
        asked(migrate(&mut connection, version))?;
        Self::of(connection)
    }

    /// Opens a file of exactly this version, for an operator.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn look_into(file: &Path) -> Result<Self, String> {
        let connection = asked(connect(file))?;
        match version(&connection)? {
            version if version == STEPS.len() => Self::of(connection),
            0 => Err("nothing was ever kept in it".to_owned()),
            _ => {
                Err("it was written by an older version; start a server with \
                 it once"
                    .to_owned())
            }
        }
    }

    fn of(connection: Connection) -> Result<Self, String> {
        let indexed = "SELECT indexed FROM room";
        let indexed = connection.query_row(indexed, [], |row| row.get(0));
        let mut database = Self {
            connection,
            last: 0,
            indexed: asked(indexed)?,
        };
        database.last = database.last_number()?;
        Ok(database)
    }

    /// Moves what was committed into the file itself, while others go on.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn checkpoint(&self) -> Result<(), String> {
        let passive = "PRAGMA wal_checkpoint(PASSIVE)";
        asked(self.connection.query_row(passive, [], |_| Ok(())))
    }

    /// Adds entries, all or none.
    ///
    /// # Errors
    /// A sentence that says why none was.
    pub fn append(&mut self, rows: &[Row]) -> Result<(), String> {
        asked(self.try_append(rows))?;
        self.last = rows.last().map_or(self.last, |row| row.number);
        Ok(())
    }

    fn try_append(&mut self, rows: &[Row]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO entries (number, at, author, what, text)
             VALUES (?, ?, ?, ?, ?)",
        )?;
        for row in rows {
            insert.execute(params![
                row.number.cast_signed(),
                row.at,
                row.author,
                row.what,
                row.text
            ])?;
        }
        drop(insert);
        transaction.commit()
    }

    /// Puts some entries into the index, if enough are not in it; says whether
    /// that is so of others.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn index_some(&mut self) -> Result<bool, String> {
        if self.last < self.indexed + INDEXED_AT_ONCE {
            return Ok(false);
        }
        let last = self.indexed + INDEXED_AT_ONCE;
        asked(self.try_index(last))?;
        self.indexed = last;
        Ok(self.last >= last + INDEXED_AT_ONCE)
    }

    fn try_index(&mut self, last: u64) -> rusqlite::Result<()> {
        let (first, last) = (self.indexed.cast_signed(), last.cast_signed());
        let transaction = self.begin()?;
        with_words(
            &transaction,
            ("number > ?1 AND number <= ?2", params![first, last]),
            "INSERT INTO words (rowid, text) VALUES (?, ?)",
        )?;
        transaction.execute("UPDATE room SET indexed = ?", [last])?;
        transaction.commit()
    }

    /// The number of the last entry; 0 if there is none.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn last_number(&self) -> Result<u64, String> {
        let last = "SELECT number FROM entries ORDER BY number DESC LIMIT 1";
        let found = self.connection.query_row(last, [], |row| row.get(0));
        let found: Option<i64> = asked(found.optional())?;
        Ok(found.unwrap_or_default().cast_unsigned())
    }

    /// The last so many that were said or done since then, oldest first.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn last(&self, most: usize, since: i64) -> Result<Vec<Row>, String> {
        let mut rows = self.rows(
            "SELECT number, at, author, what, text FROM entries
             WHERE what IN ('said', 'acted') AND text IS NOT NULL AND at >= ?2
             ORDER BY number DESC LIMIT ?1",
            params![most, since],
        )?;
        rows.reverse();
        Ok(rows)
    }

    fn rows(&self, sql: &str, of: impl Params) -> Result<Vec<Row>, String> {
        let mut query = asked(self.connection.prepare_cached(sql))?;
        let found = asked(query.query_map(of, row))?;
        asked(found.collect())
    }

    /// Removes some of the entries from before then, and says how many.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn forget_before(&mut self, at: i64) -> Result<usize, String> {
        // The last one stays: it says with which number to go on.
        let removed = self.remove(
            "number IN (
                 SELECT number FROM entries WHERE at < ?1
                 AND number < (SELECT max(number) FROM entries)
                 ORDER BY at, number LIMIT ?2
             )",
            params![at, FORGOTTEN_AT_ONCE],
        );
        asked(removed)
    }

    /// Begins to write: what is read from here on stays as it is.
    fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        let at_once = TransactionBehavior::Immediate;
        self.connection.transaction_with_behavior(at_once)
    }

    /// Removes entries, and their words from the index.
    fn remove(
        &mut self,
        which: &str,
        of: impl Params + Clone,
    ) -> rusqlite::Result<usize> {
        let transaction = self.begin()?;
        unindex(&transaction, which, of.clone())?;
        let removed = transaction
            .execute(&format!("DELETE FROM entries WHERE {which}"), of)?;
        transaction.commit()?;
        Ok(removed)
    }

    /// Removes the text of an entry, also from the file's unused parts; its
    /// number stays. Says whether there was one.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn forget(&mut self, number: u64) -> Result<bool, String> {
        asked(self.connection.execute_batch(SECURE_DELETE))?;
        let forgotten = asked(self.try_forget(number))?;
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy = self.connection.query_row(truncate, [], |row| row.get(0));
        match asked::<bool>(busy)? {
            true => Err(format!(
                "the text of {number} is removed, but it still stands in the \
                 .db-wal file, because another program reads it; do this again \
                 when that has ended"
            )),
            false => Ok(forgotten > 0),
        }
    }

    fn try_forget(&mut self, number: u64) -> rusqlite::Result<usize> {
        let number = [number.cast_signed()];
        let transaction = self.begin()?;
        unindex(&transaction, "number = ?1", number)?;
        let forgotten = transaction.execute(
            "UPDATE entries SET text = NULL
             WHERE number = ?1 AND text IS NOT NULL",
            number,
        )?;
        transaction.commit()?;
        Ok(forgotten)
    }

    /// Copies all that is kept into another file, while it is being written.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn back_up(&self, to: &Path) -> Result<(), String> {
        copy_to(&self.connection, to)
    }

    /// What is wrong inside the file: nothing, if it is whole.
    ///
    /// # Errors
    /// A sentence that says why it cannot be told.
    pub fn faults(&self) -> Result<Vec<String>, String> {
        let check = "PRAGMA integrity_check";
        let mut query = asked(self.connection.prepare(check))?;
        let found = asked(query.query_map([], |row| row.get(0)))?;
        let faults: Vec<String> = asked(found.collect())?;
        let is_fault = |it: &String| it != "ok";
        Ok(faults.into_iter().filter(is_fault).collect())
    }
}

/// Takes the words of these entries out of the index, as far as they are in it.
fn unindex(
    transaction: &Transaction<'_>,
    which: &str,
    of: impl Params,
) -> rusqlite::Result<()> {
    let indexed = "number <= (SELECT indexed FROM room)";
    with_words(
        transaction,
        (&format!("{which} AND {indexed}"), of),
        "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)",
    )
}

/// Does this with the number and the words of each of these entries.
fn with_words(
    transaction: &Transaction<'_>,
    (which, of): (&str, impl Params),
    what: &str,
) -> rusqlite::Result<()> {
    let mut entries = transaction.prepare_cached(&format!(
        "SELECT number, text FROM entries WHERE {which}
         AND what IN ('said', 'acted') AND text IS NOT NULL",
    ))?;
    let mut statement = transaction.prepare_cached(what)?;
    let mut found = entries.query(of)?;
    while let Some(entry) = found.next()? {
        let number: i64 = entry.get(0)?;
        let text = String::from_utf8_lossy(entry.get_ref(1)?.as_bytes()?);
        let words = Words::of(&text).indexed();
        statement.execute(params![number, words])?;
    }
    Ok(())
}

/// The result, or a sentence for the person who runs the server.
fn asked<T>(result: rusqlite::Result<T>) -> Result<T, String> {
    result.map_err(|error| explained(&error))
}

fn row(found: &Found<'_>) -> rusqlite::Result<Row> {
    let number: i64 = found.get(0)?;
    Ok(Row {
        number: number.cast_unsigned(),
        at: found.get(1)?,
        author: found.get(2)?,
        what: found.get(3)?,
        text: found.get(4)?,
    })
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY_MAX)?;
    Ok(connection)
}

/// Which version the tables have; 0 is an empty file.
fn version(connection: &Connection) -> Result<usize, String> {
    let number = |sql| -> Result<i64, String> {
        asked(connection.query_row(sql, [], |row| row.get(0)))
    };
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    let version = number("PRAGMA user_version")?;
    if tables == 0 && version == 0 {
        return Ok(0);
    }
    if number("PRAGMA application_id")? != APPLICATION_ID {
        return Err("another program made it; name another file".to_owned());
    }
    match usize::try_from(version) {
        Ok(version) if version <= STEPS.len() => Ok(version),
        _ => Err(format!(
            "a newer chat-server made it: its tables have version {version}, \
             this one knows {}; start that one, or name another file",
            STEPS.len()
        )),
    }
}

fn migrate(
    connection: &mut Connection,
    version: usize,
) -> rusqlite::Result<()> {
    for (nth, step) in STEPS.iter().enumerate().skip(version) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", nth + 1)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Copies to another name first, so that what has the name is whole.
fn copy_to(connection: &Connection, to: &Path) -> Result<(), String> {
    let part = beside(to, &format!(".{}.part", std::process::id()));
    let copied = copy_pages(connection, &part).and_then(|()| {
        fs::rename(&part, to).map_err(|error| error.to_string())
    });
    if copied.is_err() {
        // If it cannot be removed either, it stays, under that name.
        let _ = fs::remove_file(&part);
    }
    copied
}

fn copy_pages(connection: &Connection, to: &Path) -> Result<(), String> {
    make(to).map_err(|error| error.to_string())?;
    let mut copy = asked(Connection::open(to))?;
    // Of one moment: whatever is written meanwhile, SQLite would begin anew for.
    let moment = asked(connection.unchecked_transaction())?;
    let pages = "SELECT count(*) FROM sqlite_schema";
    asked(moment.query_row(pages, [], |_| Ok(())))?;
    let backup = asked(Backup::new(&moment, &mut copy))?;
    let copied = backup.run_to_completion(BACKUP_PAGES, BACKUP_PAUSE, None);
    asked(copied)
}

/// What is wrong, and what to do, in words.
fn explained(error: &Error) -> String {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "it is damaged, or no file of chat-server; put a copy in its \
             place, or name another file"
        }
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::ReadOnly) => "it can be read only",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program is writing it"
        }
        _ => return error.to_string(),
    };
    advice.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::sync::scope;
    use std::ops::Range;

    fn said(number: u64, text: &str) -> Row {
        Row {
            number,
            at: 0,
            author: "ada".to_owned(),
            what: "said".to_owned(),
            text: Some(text.to_owned()),
        }
    }

    #[test]
    fn what_another_program_still_reads_is_not_called_forgotten() {
        let name = format!("threadroom-{}-forget.db", std::process::id());
        let file = std::env::temp_dir().join(name);
        let claim = Claim::on(&file).expect("a file of its own");
        let opened = Database::open(&file, &claim, Durability::Off);
        let mut database = opened.expect("a new file");
        database.append(&[said(1, "my password")]).expect("kept");
        let reader = connect(&file).expect("another connection");
        reader.execute_batch("BEGIN").expect("a transaction");
        let count = "SELECT count(*) FROM entries";
        let found = reader.query_row(count, [], |row| row.get(0));
        assert_eq!(found, Ok(1));

        let why = database.forget(1).expect_err("somebody reads it");
        assert!(why.contains("still stands in the .db-wal file"), "{why}");
        drop(reader);
        assert_eq!(database.forget(1), Ok(false), "its text has gone");
        let wal = fs::read(beside(&file, "-wal")).expect("a file");
        assert!(wal.is_empty());
        drop(database);
        fs::remove_file(&file).expect("the file");
    }

    #[test]
    fn a_copy_ends_however_much_is_written_meanwhile() {
        let name = format!("threadroom-{}-copy.db", std::process::id());
        let file = std::env::temp_dir().join(name);
        let claim = Claim::on(&file).expect("a file of its own");
        let opened = Database::open(&file, &claim, Durability::Off);
        let mut database = opened.expect("a new file");
        let rows = |numbers: Range<u64>| -> Vec<Row> {
            numbers
                .map(|number| said(number, &"x".repeat(2000)))
                .collect()
        };
        // Many steps of a copy.
        database.append(&rows(1..4000)).expect("kept");
        let to = beside(&file, ".copy");
        let mut number = 4000;
        let source = connect(&file).expect("another connection");
        let copied = scope(|scope| {
            let copying = scope.spawn({
                let to = &to;
                move || copy_to(&source, to)
            });
            while !copying.is_finished() {
                assert!(number < 100_000, "it begins anew again and again");
                database.append(&rows(number..number + 1)).expect("kept");
                number += 1;
            }
            copying.join().expect("no panic")
        });
        assert_eq!(copied, Ok(()));
        for file in [file, to] {
            fs::remove_file(&file).expect("the file");
        }
    }
}
