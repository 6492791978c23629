//! Entries as they stand in the file, and back. Must not know how the file is
//! written. Whatever a file says, what is made of it is a line and a name as
//! they could have come from a client.

use std::collections::HashMap;

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::names::Name;

use crate::past;
use crate::platform::clock::{Clock, Moment};
use crate::platform::sync::Arc;
use crate::room::entry::{Entry, What};

/// What an entry is called in the file.
const SAID: &str = "said";
const ACTED: &str = "acted";
const RENAMED: &str = "renamed";

/// An entry as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: u64,
    /// Seconds since the beginning of 1970 in UTC.
    pub at: i64,
    /// Whose doing it was.
    pub author: String,
    /// `said`, `acted` or `renamed`.
    pub what: String,
    /// What was said or done, or the new name; nothing once it is forgotten.
    pub text: Option<String>,
}

impl Row {
    /// The row of an entry.
    pub fn of(entry: &Entry) -> Self {
        let (what, text) = match &entry.what {
            What::Said(text) => (SAID, text.as_str()),
            What::Acted(text) => (ACTED, text.as_str()),
            What::Renamed(name) => (RENAMED, name.as_str()),
        };
        Self {
            number: entry.number,
            at: entry.at.seconds(),
            author: entry.author.as_str().to_owned(),
            what: what.to_owned(),
            text: Some(text.to_owned()),
        }
    }

    /// The entry of a row; `None` is one that is forgotten, or that no server
    /// of this version has written.
    pub fn entry(&self, clock: &Clock) -> Option<Entry> {
        let text = self.text.as_ref()?;
        let what = match self.what.as_str() {
            SAID => What::Said(Line::new(text)),
            ACTED => What::Acted(Line::new(text)),
            RENAMED => What::Renamed(Arc::new(name(text)?)),
            _ => return None,
        };
        Some(Entry {
            number: self.number,
            at: clock.at(self.at)?,
            author: Arc::new(name(&self.author)?),
            what,
        })
    }
}

/// The authors of some rows. To find out whether a text can be a name takes
/// longer than all else that is done for a row.
#[derive(Default)]
pub struct Authors(HashMap<String, Option<Name>>);

impl Authors {
    fn name(&mut self, text: &str) -> Option<&Name> {
        if !self.0.contains_key(text) {
            self.0.insert(text.to_owned(), name(text));
        }
        self.0.get(text)?.as_ref()
    }
}

impl Row {
    /// As somebody is shown it at this moment, also when its text is
    /// forgotten; `None` where nobody of this version has written it.
    pub fn line(
        &self,
        clock: &Clock,
        now: Moment,
        authors: &mut Authors,
    ) -> Option<String> {
        let name = authors.name(&self.author)?.as_str();
        let text = self.text.as_deref().map(Line::new);
        let event = match (self.what.as_str(), &text) {
            (SAID | ACTED, None) => Event::Forgotten { name },
            (SAID, Some(text)) => {
                let text = text.as_str();
                Event::Said { name, text }
            }
            (ACTED, Some(text)) => {
                let text = text.as_str();
                Event::Acted { name, text }
            }
            _ => return None,
        };
        Some(past::line(clock.at(self.at)?, now, event))
    }
}

/// A name that somebody had: one that was taken, or one that was given.
fn name(text: &str) -> Option<Name> {
    Name::parse(text).ok().or_else(|| {
        let number = text.rsplit('-').next()?.parse().ok()?;
        Some(Name::guest(number)).filter(|guest| guest.as_str() == text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(author: &str, what: &str, text: &str) -> Row {
        Row {
            number: 1,
            at: 1_763_906_587,
            author: author.to_owned(),
            what: what.to_owned(),
            text: Some(text.to_owned()),
        }
    }

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let clock = Clock::local();
        for row in [
            row("ada", SAID, "hello: * you"),
            row("guest-12", ACTED, "waves"),
            row("guest-3", RENAMED, "日本"),
        ] {
            let entry = row.entry(&clock).expect("an entry");
            assert_eq!(Row::of(&entry), row);
        }
    }

    #[test]
    fn what_nobody_wrote_is_no_entry() {
        let clock = Clock::local();
        for row in [
            row("two words", SAID, "x"),
            row("guest-03", SAID, "x"),
            row("admin", SAID, "x"),
            row("ada", "sung", "x"),
            row("ada", RENAMED, "a: b"),
            Row {
                at: i64::MAX,
                ..row("ada", SAID, "x")
            },
            Row {
                text: None,
                ..row("ada", SAID, "x")
            },
        ] {
            assert!(row.entry(&clock).is_none(), "{row:?}");
        }
    }

    proptest! {
        #[test]
        fn no_row_makes_more_than_one_clean_line(
            author in any::<String>(),
            text in any::<String>(),
            what in "said|acted|renamed|.*",
            at in any::<i64>(),
        ) {
            let row = Row { at, ..row(&author, &what, &text) };
            if let Some(entry) = row.entry(&Clock::local()) {
                let line = entry.event().to_string();
                prop_assert!(!line.contains(char::is_control), "{:?}", line);
            }
        }
    }
}
