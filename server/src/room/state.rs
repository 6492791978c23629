//! What the room's lock guards, and how a hold of it ends. Must not take the
//! lock, and must not wait for anything.
//!
//! A function that needs the lock is a method of [`RoomState`], and nobody
//! has a `RoomState` who does not hold the lock: the type says it.
//!
//! What a hold of the lock tells everyone is one text ([`Broadcast`]), given
//! to all at the end of the hold ([`RoomState::settle`]): one send to each
//! client, however many things happened. Whoever is told something alone is
//! first given the text so far, so that nobody hears things out of order.

use chat_common::events::{Event, LeaveReason};

use crate::config::Config;
use crate::logging::log::Log;
use crate::net::outbox::Outbox;
use crate::net::text;
use crate::people::crowd::Crowd;
use crate::people::former_names::FormerNames;
use crate::platform::sync::Arc;
use crate::room::broadcast::Broadcast;
use crate::room::client_id::ClientId;
use crate::room::entry::Entry;
use crate::room::history::History;
use crate::room::jobs::{Job, Jobs};
use crate::room::record::Record;
use crate::room::writer::{Newcomer, Writer};

/// How many names a newcomer is shown.
pub const NAMES_GREETED_MAX: usize = 20;

/// Nobody is let in any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Everything the one lock guards.
pub struct RoomState {
    /// Everyone who is here, in the order they came.
    pub writers: Vec<Writer>,
    /// Those who have left and are still being sent their last words.
    pub departing: Vec<Departing>,
    /// Arrivals and departures not told of yet.
    pub crowd: Crowd,
    /// More people than so many are a crowd.
    pub named_people_max: usize,
    /// Names that somebody had.
    pub former_names: FormerNames,
    /// What this hold leaves to be done. Closed when the room is.
    pub jobs: Jobs,
    /// What was said last.
    pub history: History,
    /// The number of the last entry; 0 before the first.
    pub last_number: u64,
    /// What remembers the room. Empty once it is closed: its threads can end.
    record: Record,
    /// What this hold tells everyone.
    pub broadcast: Broadcast,
    /// Whether something has been decided and has not happened: until then
    /// nobody goes, nobody is called anything else, and it gets no later.
    pub is_planned: bool,
    /// Where names and departures are told of.
    pub log: Log,
}

/// Somebody who has left.
pub struct Departing {
    /// Which stay it was.
    pub id: ClientId,
    /// Where their last words are, so that it can be cut short.
    pub outbox: Arc<Outbox>,
}

impl RoomState {
    /// Nobody is here, nothing was said.
    pub fn new(
        config: &Config,
        log: Log,
        jobs: Jobs,
        mut record: Record,
    ) -> Self {
        let past = std::mem::take(&mut record.past);
        Self {
            writers: Vec::new(),
            departing: Vec::new(),
            crowd: Crowd::default(),
            named_people_max: config.named_people_max,
            former_names: FormerNames::default(),
            jobs,
            history: History::new(config.history_lines, past),
            last_number: record.last_number,
            record,
            is_planned: false,
            broadcast: Broadcast::new(log.clock()),
            log,
        }
    }

    /// Where in [`RoomState::writers`] somebody stands, while they are here.
    pub fn position(&self, id: ClientId) -> Option<usize> {
        self.writers.iter().position(|writer| writer.id == id)
    }

    /// Adds a newcomer, who is shown the past in at most so many bytes.
    ///
    /// # Errors
    /// [`Closed`] when the room is.
    pub fn join(
        &mut self,
        newcomer: &Newcomer,
        greeting_bytes_max: usize,
    ) -> Result<(), Closed> {
        if self.jobs.is_closed() {
            return Err(Closed);
        }
        let given = self.broadcast.text().len();
        self.writers.push(Writer::new(newcomer, given));
        let nth = self.writers.len() - 1;
        let greeting = self.greeting(nth, greeting_bytes_max);
        self.put_to(nth, greeting.as_bytes());
        Ok(())
    }

    fn greeting(&mut self, nth: usize, bytes_max: usize) -> String {
        let names = self.names(NAMES_GREETED_MAX);
        let mut greeting = text::answers([
            Event::Welcome,
            self.here(&names, NAMES_GREETED_MAX),
            Event::YouAre {
                guest: self.writers[nth].name.as_str(),
            },
        ]);
        if let Some(notice) = &self.record.notice {
            greeting.push_str(&text::answers([Event::Notice(notice)]));
        }
        let left = bytes_max.saturating_sub(greeting.len());
        let now = self.broadcast.now();
        greeting.push_str(&self.history.replay(left, now));
        greeting
    }

    /// The names of those who are here, but at most so many.
    pub fn names(&self, names_max: usize) -> String {
        let names = self.writers.iter().map(|writer| writer.name.as_str());
        text::list(names, names_max)
    }

    /// Who is here, with these names, which are so many at most.
    pub fn here<'a>(&self, names: &'a str, names_max: usize) -> Event<'a> {
        let count = self.writers.len();
        let more = count.saturating_sub(names_max);
        Event::Here { count, names, more }
    }

    /// Has what somebody said written into the transcript, if there is one.
    pub fn write_down(&mut self, entry: &Entry) {
        if self.record.transcript.is_some() {
            self.broadcast.write_down(entry.event());
        }
    }

    /// Puts something into one outbox, after what everyone has been told.
    pub fn put_to(&mut self, nth: usize, bytes: &[u8]) {
        self.broadcast.count(bytes.len());
        let writer = &mut self.writers[nth];
        writer.give(self.broadcast.text(), &mut self.jobs);
        writer.put(bytes, &mut self.jobs);
    }

    /// Ends a hold: gives everyone what it told, and shows out whoever is too
    /// slow for it. Telling the others of that may find more. Nobody is shown out
    /// while something is planned.
    pub fn settle(&mut self) {
        self.give_all();
        // The others are told of it, which may be too much for another.
        while !self.is_planned
            && let Some(id) = self.jobs.next_too_slow()
        {
            if let Some(nth) = self.position(id) {
                self.depart(nth, LeaveReason::TooSlow);
                self.jobs.send(Job::CutOff(id));
            }
            self.give_all();
        }
        if !self.is_planned {
            self.broadcast.let_time_pass();
        }
        let written_down = self.broadcast.end();
        if let Some(transcript) = &self.record.transcript
            && !written_down.is_empty()
        {
            transcript.write(written_down);
        }
    }

    /// Gives everyone what this hold has told, each without their own words.
    fn give_all(&mut self) {
        if self.broadcast.text().is_empty() {
            return;
        }
        for writer in &mut self.writers {
            writer.give(self.broadcast.text(), &mut self.jobs);
            writer.begin_anew();
        }
        self.broadcast.clear();
    }

    /// Puts the last words into the outbox of somebody who is not among the
    /// writers any more.
    pub fn say_last(&mut self, writer: Writer, words: &str) {
        let put = writer.outbox.put_last(words.as_bytes());
        self.jobs.follow_up(writer.id, &writer.outbox, put);
        self.departing.push(Departing {
            id: writer.id,
            outbox: writer.outbox,
        });
    }

    /// Says goodbye to everyone. Nobody is announced as leaving; who came in a
    /// crowd is counted first, so that nobody was heard who never joined.
    pub fn close(&mut self) {
        self.tell_crowd();
        self.give_all();
        let goodbye = self.broadcast.line(Event::Closing);
        for writer in std::mem::take(&mut self.writers) {
            self.say_last(writer, &goodbye);
        }
        self.jobs.close();
        self.record = Record::default();
    }
}
