//! What must be true of what people heard, whatever the order of steps.
//!
//! A witness comes first, says nothing, is never behind and stays to the
//! end: what it was told is the book of everything that happened, in order.
//! Then one equation holds for one stay of anybody else:
//!
//! ```text
//! heard == book[from join to leave] without their own words
//! ```
//!
//! It says that nothing is missing between the replay and the present,
//! nothing comes twice, all hear all in one order, and nothing is heard
//! before joining or after leaving.

use std::collections::HashSet;

use chat_common::events::{Event, LeaveReason, ServerLine};

use crate::platform::clock::Clock;
use crate::stay::{Stay, event, untimed};
use crate::store::rows::Row;
use crate::visit::{Ending, Visit};

/// How much of the equation must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// A beginning: the connection was reset or cut, or they were too slow.
    Beginning,
}

/// Everything that happened, in order.
pub struct Book {
    lines: Vec<String>,
    /// That the witness joined. In a crowd, it alone may be told so.
    witness_joined: String,
    /// How many of the last words a newcomer is shown.
    history_lines: usize,
}

impl Book {
    /// What the witness was told.
    pub fn of(witness: &Visit, history_lines: usize) -> Self {
        let stay = Stay::of(witness).expect("the witness was let in");
        assert!(stay.earlier.is_empty(), "a past before the witness came");
        let mut book = Self {
            lines: stay.live,
            witness_joined: untimed(Event::Joined { name: &stay.guest }),
            history_lines,
        };
        if book.is_crowded() {
            // Perhaps nobody else was told.
            book.lines.retain(|line| *line != book.witness_joined);
        }
        book
    }

    /// The server's goodbye comes once, and last.
    pub fn check_goodbye(&self) {
        let closing = untimed(Event::Closing);
        let first = self.lines.iter().position(|line| *line == closing);
        let last = self.lines.len().checked_sub(1);
        assert!(first.is_some() && first == last, "goodbye: {self:#?}");
    }

    /// What the server wrote down is what was said, in that order.
    pub fn check_transcript(&self, transcript: &str) {
        let written: Vec<&str> = transcript
            .lines()
            .map(|line| line.splitn(3, ' ').last().unwrap_or_default())
            .collect();
        let said: Vec<String> = self
            .lines
            .iter()
            .filter(|line| is_words(line))
            .map(|line| event(line).to_string())
            .collect();
        assert_eq!(written, said, "the transcript is what was said");
    }

    /// What is kept has numbers without a gap, and begins with what was said,
    /// in that order; what nobody heard any more may stand behind it.
    pub fn check_kept(&self, file: &[Row]) {
        let is_dense = |(nth, row): (u64, &Row)| row.number == nth;
        assert!((1..).zip(file).all(is_dense), "dense: {file:#?}");
        let kept: Vec<String> = file
            .iter()
            .filter(|row| row.what != "renamed")
            .filter_map(|row| row.entry(&Clock))
            .map(|entry| entry.event().to_string())
            .collect();
        let said: Vec<String> = self
            .lines
            .iter()
            .filter(|line| is_words(line))
            .map(|line| event(line).to_string())
            .collect();
        assert!(kept.starts_with(&said), "kept {kept:#?}, said {said:#?}");
    }

    /// Nobody leaves who has not come, not even in a crowd.
    pub fn check_count(&self) {
        let mut here = 0;
        for line in &self.lines {
            let (joined, left) = match event(line) {
                Event::Joined { .. } => (1, 0),
                Event::Left { .. } => (0, 1),
                Event::Crowd { joined, left } => (joined, left),
                _ => (0, 0),
            };
            here += joined;
            assert!(left <= here, "count: \"{line}\" cannot be, in {self:#?}");
            here -= left;
        }
    }

    /// Whether anybody came or left without being named.
    pub fn is_crowded(&self) -> bool {
        let is_crowd = |line| matches!(event(line), Event::Crowd { .. });
        self.lines.iter().any(|line| is_crowd(line))
    }

    /// Joined and left alternate for each name, who speaks is here, and a
    /// name belongs to one person at a time.
    pub fn check_names(&self) {
        let mut here: HashSet<String> = HashSet::new();
        for line in &self.lines {
            let fits = match event(line) {
                Event::Joined { name } => here.insert(name.to_lowercase()),
                Event::Left { name, .. } => here.remove(&name.to_lowercase()),
                Event::Renamed { from, to } => {
                    here.remove(&from.to_lowercase())
                        && here.insert(to.to_lowercase())
                }
                Event::Said { name, .. } | Event::Acted { name, .. } => {
                    here.contains(&name.to_lowercase())
                }
                _ => true,
            };
            assert!(fits, "names: \"{line}\" cannot be, in {self:#?}");
        }
    }

    fn words_of<'s>(&'s self, visit: &'s Visit) -> Vec<&'s str> {
        let lines = self.lines.iter();
        lines
            .filter_map(|line| visit.own_words(event(line)))
            .collect()
    }

    /// How much somebody said.
    pub fn count_words(&self, visit: &Visit) -> usize {
        self.words_of(visit).len()
    }

    /// What somebody typed was said in the order they typed it, with nothing
    /// missing in between.
    pub fn check_said(&self, visit: &Visit, extent: Extent) {
        let said = self.words_of(visit);
        let typed = visit.typed_words();
        assert!(
            match extent {
                Extent::Whole => said == typed,
                Extent::Beginning => typed.starts_with(&said),
            },
            "typed {typed:?}, but said is ({extent:?}): {said:?}"
        );
    }

    /// The one equation.
    pub fn check_heard(&self, visit: &Visit, extent: Extent) {
        let Some(stay) = Stay::of(visit) else {
            let heard = &visit.heard;
            assert_eq!(extent, Extent::Beginning, "not let in: {heard:?}");
            return;
        };
        let live = self.without_unannounced(&stay);
        let joins = 0..=self.lines.len();
        assert!(
            joins
                .filter(|join| self.is_join(*join, &stay, extent))
                .any(|join| self.is_stay(join, &live, visit, &stay, extent)),
            "no part of the book is what {} heard ({extent:?})\n\
             here: {:?}\nearlier: {:#?}\nlive: {live:#?}\n{self:#?}",
            stay.guest,
            stay.here,
            stay.earlier,
        );
    }

    /// What somebody heard, but not what they alone were told: how they gave
    /// up a guest name that the room had not heard of, or that they joined a
    /// crowd, where others are told a count.
    fn without_unannounced<'s>(&self, stay: &'s Stay) -> Vec<&'s String> {
        let is_unannounced = |line: &str| match event(line) {
            _ if self.is_crowded() && *line == self.witness_joined => true,
            Event::Renamed { from: name, .. } | Event::Joined { name } => {
                name == stay.guest && !self.lines.iter().any(|l| l == line)
            }
            _ => false,
        };
        let live = stay.live.iter();
        live.filter(|line| !is_unannounced(line)).collect()
    }

    /// Whether the greeting tells what had happened up to there: the last
    /// words, and everyone the room knew of. Who is listed besides has not
    /// been announced. Who heard nothing else may have been cut off there.
    fn is_join(&self, join: usize, stay: &Stay, extent: Extent) -> bool {
        let before = &self.lines[..join];
        let words: Vec<&String> =
            before.iter().filter(|line| is_words(line)).collect();
        let shown = words.len().saturating_sub(self.history_lines);
        // In a crowd nobody can tell from the book who is here.
        let known = match self.is_crowded() {
            true => HashSet::new(),
            false => known(before),
        };
        let unknown = stay.here.iter().filter(|name| !known.contains(*name));
        let mut past = words[shown..].iter().copied();
        let is_past = stay.earlier.iter().all(|l| past.next() == Some(l));
        let is_cut = extent == Extent::Beginning && stay.live.is_empty();
        is_past
            && (is_cut || past.next().is_none())
            && known.iter().all(|name| stay.here.contains(name))
            && unknown.into_iter().all(|name| name.starts_with("guest-"))
    }

    /// Whether they heard everything from there to where they left.
    fn is_stay(
        &self,
        join: usize,
        live: &[&String],
        visit: &Visit,
        stay: &Stay,
        extent: Extent,
    ) -> bool {
        let others = |line: &&String| visit.own_words(event(line)).is_none();
        let mut book = self.lines[join..].iter().filter(others);
        let is_beginning = live.iter().all(|line| book.next() == Some(*line));
        is_beginning
            && match (extent, book.next().map(|line| event(line))) {
                (Extent::Beginning, _) | (_, None) => true,
                (_, Some(Event::Left { name, .. }))
                    if name == stay.own_name() =>
                {
                    true
                }
                // Of whom the room has not heard, it does not tell that they
                // left.
                (_, Some(_)) => !stay.is_announced(),
            }
    }

    /// Whether anybody left for this reason.
    pub fn tells_that_somebody_was(&self, why: LeaveReason) -> bool {
        self.lines.iter().any(|line| {
            matches!(event(line), Event::Left { reason, .. }
                if reason == why)
        })
    }

    /// Whether somebody was shown out for reading too slowly.
    pub fn was_too_slow(&self, visit: &Visit) -> bool {
        Stay::of(visit).is_some_and(|stay| {
            let left = Event::Left {
                name: stay.own_name(),
                reason: LeaveReason::TooSlow,
            };
            self.lines.contains(&untimed(left))
                || visit.heard.contains("you read too slowly")
        })
    }
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("book: ")?;
        f.debug_list().entries(&self.lines).finish()
    }
}

/// Who says goodbye hears it, and nothing after it.
pub fn check_last_words(visit: &Visit, extent: Extent) {
    let heard = &visit.heard;
    let is_said = extent == Extent::Whole
        && visit.visitor.ending == Ending::Quit
        && !heard.contains("the server is closing\n");
    let is_last = heard.ends_with("* goodbye\n");
    assert!(is_last || !is_said, "no goodbye: {heard}");
}

/// Nothing that was said to one person reached two, or one twice.
pub fn check_private(visits: &[Visit]) {
    let mut delivered = HashSet::new();
    for line in visits.iter().flat_map(|visit| visit.heard.lines()) {
        // The last line of a connection that was cut may be cut too.
        if let Some(ServerLine { event, .. }) = ServerLine::parse(line)
            && let Event::Private { text, .. } = event
        {
            assert!(delivered.insert(text), "\"{text}\" was delivered twice");
        }
    }
}

/// Who is here after all this, as far as the room knows.
fn known(lines: &[String]) -> HashSet<String> {
    let mut here = HashSet::new();
    for line in lines {
        match event(line) {
            Event::Joined { name } => {
                here.insert(name.to_owned());
            }
            Event::Left { name, .. } => {
                here.remove(name);
            }
            Event::Renamed { from, to } => {
                here.remove(from);
                here.insert(to.to_owned());
            }
            _ => (),
        }
    }
    here
}

fn is_words(line: &str) -> bool {
    matches!(event(line), Event::Said { .. } | Event::Acted { .. })
}
