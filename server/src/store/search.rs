//! One search, from the newest entry back: through those that are not in the
//! index yet one by one, then through the index, some numbers at a time. Must
//! not decide what is shown.

use std::ops::Range;

use crate::past::Page;
use crate::store::database::reader::{End, Extent, Reader};
use crate::store::rows::Row;
use crate::store::words::{Wanted, Words};

/// How many more than those that are shown are counted: beyond that nobody
/// reads them one by one.
pub const MORE_MAX: usize = 1000;

/// How many entries are looked through one by one at a time.
const UNINDEXED_STEP: u64 = 1024;

/// How many numbers the index is asked about at a time: where two common words
/// are rarely in one line, it must look at all of them, and nothing can
/// interrupt it.
const INDEXED_STEP: u64 = 1 << 18;

/// What somebody searches for.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// Words.
    pub words: &'a str,
    /// Only lines with a lower number.
    pub before: Option<u64>,
}

/// One search.
pub struct Search<'s> {
    reader: &'s Reader,
    wanted: &'s Wanted,
    /// As the index is asked.
    query: String,
    /// Which numbers have not been looked at.
    rest: Range<u64>,
    /// The last number in the index.
    indexed: u64,
    /// Whether nothing more can be shown.
    is_full: bool,
    /// The lowest number that was shown, or is to be.
    shown_to: u64,
    /// How many were found that could not be shown.
    more: usize,
    /// Whether there is no time for more.
    is_late: bool,
}

impl<'s> Search<'s> {
    /// For this, in what was kept before this number and since this time.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn new(
        reader: &'s Reader,
        wanted: &'s Wanted,
        before: Option<u64>,
        since: i64,
    ) -> Result<Self, String> {
        let Extent {
            first,
            indexed,
            end,
        } = reader.extent(since)?;
        let end = before.unwrap_or(u64::MAX).min(end);
        Ok(Self {
            reader,
            wanted,
            query: wanted.query(),
            rest: first.min(end)..end,
            indexed,
            is_full: false,
            shown_to: u64::MAX,
            more: 0,
            is_late: false,
        })
    }

    /// Whether there is anything left to look at, and a reason to.
    pub fn goes_on(&self) -> bool {
        !self.rest.is_empty()
            && !self.is_late
            && !self.reader.is_late()
            && self.more < MORE_MAX
    }

    /// What follows the lines that were found.
    pub fn sentence(&self, page: &Page, typed: Typed<'_>) -> String {
        let words = typed.words;
        let found = format!("{} with \"{words}\"", page.count());
        let before = match typed.before {
            Some(number) => format!(" before {number}"),
            None => String::new(),
        };
        let more = match (self.more, self.looked_to()) {
            (0, None) if page.lines.is_empty() => {
                return format!("there are no lines with \"{words}\"{before}");
            }
            (0, None) => return format!("that was all{before}: {found}"),
            (0, Some(number)) => {
                return format!(
                    "that was {found}, as far back as {number}; /search \
                     {words} before {number} looks further back"
                );
            }
            (more, None) => format!("{more} more"),
            (more, Some(_)) => format!("at least {more} more"),
        };
        let oldest = page.oldest;
        format!(
            "that was {found}; there are {more}, and /search {words} before \
             {oldest} shows them"
        )
    }

    /// The lowest number that was looked at, if not all were.
    fn looked_to(&self) -> Option<u64> {
        let looked_to = self.rest.end.min(self.shown_to);
        (!self.rest.is_empty()).then_some(looked_to)
    }

    /// Looks at the next numbers. `add` says whether there was room for a row.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn step(
        &mut self,
        add: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<(), String> {
        let Range { start, end } = self.rest;
        let is_indexed = end <= self.indexed + 1;
        let step = match is_indexed {
            true => end.saturating_sub(INDEXED_STEP),
            false => (self.indexed + 1).max(end.saturating_sub(UNINDEXED_STEP)),
        };
        let numbers = start.max(step)..end;
        let done = match is_indexed {
            true if self.is_full => self.count(&numbers)?,
            true => self.show(&numbers, add)?,
            false => self.look_through(&numbers, add)?,
        };
        match done {
            // Enough were counted, perhaps not all.
            End::Done if self.more >= MORE_MAX => (),
            End::Done => self.rest.end = numbers.start,
            End::TimeIsUp => self.is_late = true,
        }
        Ok(())
    }

    /// Looks at entries that are not in the index.
    fn look_through(
        &mut self,
        numbers: &Range<u64>,
        add: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<End, String> {
        let wanted = self.wanted;
        let reader = self.reader;
        reader.last(numbers, &mut |row| {
            let text = row.text.as_deref();
            if text.is_some_and(|text| Words::of(text).have(wanted)) {
                self.found(row, add);
            }
            self.more < MORE_MAX
        })
    }

    /// Asks the index, for rows that can be shown.
    fn show(
        &mut self,
        numbers: &Range<u64>,
        add: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<End, String> {
        let (reader, query) = (self.reader, self.query.clone());
        let end = reader.indexed(&query, numbers, &mut |row| {
            self.found(row, add);
            !self.is_full
        })?;
        if end == End::TimeIsUp || !self.is_full {
            return Ok(end);
        }
        // The one there was no room for is counted again, with the others.
        self.more = 0;
        self.count(&(numbers.start..self.shown_to))
    }

    /// Asks the index how many there are.
    fn count(&mut self, numbers: &Range<u64>) -> Result<End, String> {
        let most = MORE_MAX - self.more;
        let count = self.reader.count_indexed(&self.query, numbers, most)?;
        self.more += count.unwrap_or(0);
        match count {
            Some(_) => Ok(End::Done),
            None => Ok(End::TimeIsUp),
        }
    }

    fn found(&mut self, row: &Row, add: &mut dyn FnMut(&Row) -> bool) {
        self.is_full = self.is_full || !add(row);
        match self.is_full {
            true => self.more += 1,
            false => self.shown_to = row.number,
        }
    }
}
