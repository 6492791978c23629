//! Answers questions about what was said, from the file. A few connections are
//! shared by all sessions: each asks in its own thread, and waits if all are
//! in use. Must not write, and must not know who is in the room.

use std::path::Path;
use std::time::Duration;

use chat_common::past::{
    LAST_LINES, LINES_SHOWN_MAX, Question, WORDS_CHARS_MAX,
};

use crate::past::{self, Archive, Asker, Page};
use crate::platform::clock::Clock;
use crate::platform::sync::{Condvar, Instant, Mutex};
use crate::store::database::reader::{End, Reader};
use crate::store::journal::Keep;
use crate::store::rows::{Authors, Row};
use crate::store::search::{Search, Typed};
use crate::store::words::Wanted;

/// How many read at once: more would take the processors from the room.
pub const READERS: usize = 4;

/// How long somebody waits for a connection: as long as some twenty questions
/// of others that take as long as they may.
pub const WAIT_MAX: Duration = Duration::from_secs(5);

/// How often whoever waits looks whether they are still in the room.
const LOOK_UP_EVERY: Duration = Duration::from_millis(100);

const TOO_LONG: &str = "that takes too long to find; ask for fewer lines";
const NO_WORD: &str = "there is no word in that; name one or more";
const BUSY: &str = "too many people are looking things up; try again";
const GONE: &str = "nobody waits for it";

/// The connections, and who has them.
#[derive(Debug)]
pub struct Readers {
    /// Those that nobody uses. Held to take one or to put it back; the lock is
    /// taken while no other is held.
    idle: Mutex<Vec<Reader>>,
    /// Signaled when one is put back.
    put_back: Condvar,
    clock: Clock,
    keep: Keep,
}

impl Readers {
    /// Connections to a file that its writer has opened.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the file.
    pub fn open(
        file: &Path,
        keep: Keep,
        clock: &Clock,
    ) -> Result<Self, String> {
        let readers = (0..READERS).map(|_| Reader::open(file));
        Ok(Self {
            idle: Mutex::new(readers.collect::<Result<_, _>>()?),
            put_back: Condvar::new(),
            clock: clock.clone(),
            keep,
        })
    }

    /// A connection that nobody else uses.
    fn take(&self, asker: Asker<'_>) -> Result<Lent<'_>, String> {
        let deadline = Instant::now() + WAIT_MAX;
        let mut idle = self.idle.lock();
        loop {
            if let Some(reader) = idle.pop() {
                let reader = Some(reader);
                return Ok(Lent {
                    readers: self,
                    reader,
                });
            } else if (asker.is_gone)() {
                return Err(GONE.to_owned());
            } else if Instant::now() >= deadline {
                return Err(BUSY.to_owned());
            }
            self.put_back.wait_for(&mut idle, LOOK_UP_EVERY);
        }
    }

    fn last(
        &self,
        reader: &Reader,
        (count, before): (usize, Option<u64>),
        bytes_max: usize,
    ) -> Result<String, String> {
        let mut page = Page::new(count, bytes_max);
        let numbers = 0..before.unwrap_or(u64::MAX);
        let end = reader.last(&numbers, &mut self.onto(&mut page))?;
        in_time(end)?;
        Ok(page.answer(&page.last(before, "")))
    }

    fn since(
        &self,
        reader: &Reader,
        typed: &str,
        bytes_max: usize,
    ) -> Result<String, String> {
        let at = past::time(typed, &self.clock)?;
        let mut page = Page::new(LINES_SHOWN_MAX, bytes_max);
        let numbers = reader.extent(at.seconds())?.first..u64::MAX;
        let mut add = self.onto(&mut page);
        let is_later = |row: &Row| row.at >= at.seconds();
        let end =
            reader.last(&numbers, &mut |row| !is_later(row) || add(row))?;
        drop(add);
        in_time(end)?;
        Ok(page.answer(&page.since(at, "")))
    }

    fn search(
        &self,
        reader: &Reader,
        typed: Typed<'_>,
        asker: Asker<'_>,
    ) -> Result<String, String> {
        if typed.words.chars().count() > WORDS_CHARS_MAX {
            return Err(format!(
                "that is too long to search for; right would be up to \
                 {WORDS_CHARS_MAX} characters"
            ));
        }
        let wanted = Wanted::parse(typed.words).ok_or(NO_WORD)?;
        let mut page = Page::new(LAST_LINES, asker.bytes_max);
        let since = self.keep.since(self.clock.now().seconds());
        let mut search = Search::new(reader, &wanted, typed.before, since)?;
        let mut add = self.onto(&mut page);
        while search.goes_on() && !(asker.is_gone)() {
            search.step(&mut add)?;
        }
        drop(add);
        Ok(page.answer(&search.sentence(&page, typed)))
    }

    /// Adds rows to a page, until it is full or they are too old to be kept.
    fn onto(&self, page: &mut Page) -> impl FnMut(&Row) -> bool {
        let now = self.clock.now();
        let since = self.keep.since(now.seconds());
        let mut authors = Authors::default();
        move |row| match row.line(&self.clock, now, &mut authors) {
            _ if row.at < since => false,
            Some(line) => page.add(row.number, line),
            None => true,
        }
    }
}

/// A connection that is put back when this is dropped: after a panic, too.
struct Lent<'r> {
    readers: &'r Readers,
    /// Always there, until this is dropped.
    reader: Option<Reader>,
}

impl Lent<'_> {
    /// The connection, with all the time there is for a question.
    fn begin(&mut self) -> Result<&Reader, String> {
        let reader = self.reader.as_mut().ok_or(BUSY)?;
        reader.begin()?;
        Ok(reader)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.readers.idle.lock().extend(self.reader.take());
        self.readers.put_back.notify_one();
    }
}

impl Archive for Readers {
    fn answer(
        &self,
        question: &Question,
        asker: Asker<'_>,
    ) -> Result<String, String> {
        let mut lent = self.take(asker)?;
        let reader = lent.begin()?;
        match question {
            Question::Last { count, before } => {
                self.last(reader, (*count, *before), asker.bytes_max)
            }
            Question::Since { at } => self.since(reader, at, asker.bytes_max),
            Question::Search { words, before } => {
                let before = *before;
                self.search(reader, Typed { words, before }, asker)
            }
        }
    }
}

fn in_time(end: End) -> Result<(), String> {
    match end {
        End::Done => Ok(()),
        End::TimeIsUp => Err(TOO_LONG.to_owned()),
    }
}
