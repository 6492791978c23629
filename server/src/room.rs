//! The room: who is here, and everything that happens to all of them at
//! once. The one lock. May not know what a socket is, or wait for anything.
//!
//! Everything that must be seen in the same order by everyone happens under
//! one hold of `Room::inside`: a line reaches every outbox, a name is
//! checked and taken, a newcomer is shown the past and added to the present.
//! Nothing that can wait happens under it. What somebody else must do, a
//! thread with time to wait, is left as an [`Errand`].

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::names::{self, Name};

use crate::clock::Clock;
use crate::config::Config;
use crate::crowd::Arrival;
use crate::errand::{ClientId, Errand, Errands};
use crate::inside::{Departure, Inside, NAMES_LISTED_MAX, Standing, Writer};
use crate::outbox::Outbox;
use crate::refusal::Refusal;
use crate::scribe::Scribe;
use crate::sync::{Arc, Mutex, Sender};
use crate::wire::Wire;
use crate::wording::{self, Manner};

/// Whether to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Flow {
    /// Go on.
    Stay,
    /// The stay is over.
    Leave,
}

/// The room.
pub struct Room<W> {
    inside: Mutex<Inside<W>>,
    /// How many bytes a client may be behind.
    backlog_bytes_max: usize,
}

impl<W: Wire> Room<W> {
    /// An empty room.
    pub fn new(
        config: &Config,
        clock: Clock,
        errands: Sender<Errand<W>>,
        transcript: Option<Scribe>,
    ) -> Self {
        let errands = Errands::new(errands);
        let inside =
            Inside::new(clock, config.history_lines, errands, transcript);
        Self {
            inside: Mutex::new(inside),
            backlog_bytes_max: config.backlog_bytes_max,
        }
    }

    /// Adds a newcomer and greets them, or says that the room is closed.
    ///
    /// The past is put into the outbox under the same hold that adds it to
    /// the writers, so the present follows it with no gap and nothing twice.
    pub fn join(
        &self,
        id: ClientId,
        arrival: Arrival,
        outbox: &Arc<Outbox<W>>,
    ) -> Flow {
        let mut inside = self.inside.lock();
        if !inside.errands.are_done() {
            return Flow::Leave;
        }
        inside.writers.push(Writer {
            id,
            name: Name::guest(id.0),
            arrival,
            standing: Standing::Unknown,
            wrote_last: None,
            outbox: Arc::clone(outbox),
        });
        let greeting = inside.greeting(id, self.backlog_bytes_max / 2);
        let nth = inside.writers.len() - 1;
        inside.put_to(nth, &greeting);
        inside.settle();
        Flow::Stay
    }

    /// Tells the room that somebody has joined, unless it knows.
    pub fn announce(&self, id: ClientId) -> Flow {
        self.with_writer(id, |inside, nth| inside.announce(nth))
    }

    /// Says these lines to everyone else, in this order.
    ///
    /// One hold of the lock adds at most a quarter of a backlog to an outbox:
    /// a client that keeps up must not be too slow for what arrives at once.
    pub fn say(&self, id: ClientId, manner: Manner, lines: &[Line]) -> Flow {
        let mut rest = lines;
        while !rest.is_empty() {
            let flow = self.with_writer(id, |inside, nth| {
                inside.announce(nth);
                let bytes_max = self.backlog_bytes_max / 4;
                rest = inside.say(nth, manner, rest, bytes_max);
            });
            if flow == Flow::Leave {
                return Flow::Leave;
            }
        }
        Flow::Stay
    }

    /// Gives somebody another name, if nobody else has it. Checking and
    /// taking are one hold of the lock: of two who ask, one is first.
    ///
    /// # Errors
    /// [`Refusal::Taken`], [`Refusal::LooksLike`], [`Refusal::Yours`].
    pub fn rename(&self, id: ClientId, name: Name) -> Result<(), Refusal> {
        self.ask(id, |inside, nth| inside.rename(nth, name))
    }

    /// Says something to one person alone.
    ///
    /// # Errors
    /// [`Refusal::Nobody`], [`Refusal::Oneself`].
    pub fn tell(
        &self,
        id: ClientId,
        to: &str,
        text: &Line,
    ) -> Result<(), Refusal> {
        // Outside the lock: it takes as long as the text is.
        let key = names::key(to);
        self.ask(id, |inside, nth| {
            let reader = inside.writers.iter();
            let reader = reader.map(|w| &w.name).position(|n| n.has_key(&key));
            let reader = reader.ok_or(Refusal::Nobody(to.to_owned()))?;
            inside.tell(nth, reader, text)
        })
    }

    /// Says something to whoever wrote to this person alone last.
    ///
    /// # Errors
    /// [`Refusal::NothingToAnswer`], or [`Refusal::Nobody`] when they left.
    pub fn reply(&self, id: ClientId, text: &Line) -> Result<(), Refusal> {
        self.ask(id, |inside, nth| {
            let last = inside.writers[nth].wrote_last.clone();
            let (reader, name) = last.ok_or(Refusal::NothingToAnswer)?;
            let reader = inside.position(reader);
            let reader = reader.ok_or(Refusal::Nobody(name.to_string()))?;
            inside.tell(nth, reader, text)
        })
    }

    /// Lists who is here, to this person alone.
    pub fn list(&self, id: ClientId) -> Flow {
        self.with_writer(id, |inside, nth| {
            let names = inside.names(NAMES_LISTED_MAX);
            let here = inside.here(&names, NAMES_LISTED_MAX);
            inside.put_to(nth, wording::answer(here));
        })
    }

    /// Tells one person something, and nobody else.
    pub fn answer(&self, id: ClientId, events: &[Event<'_>]) -> Flow {
        self.with_writer(id, |inside, nth| {
            inside.put_to(nth, wording::answers(events.iter().copied()));
        })
    }

    /// Sends one client what is not for reading: an answer to telnet.
    pub fn signal(&self, id: ClientId, bytes: &[u8]) -> Flow {
        self.with_writer(id, |inside, nth| inside.put_to(nth, bytes))
    }

    /// Ends a stay: nothing more is said in that name, and it is free. The
    /// last words go to the one who leaves. Says who left and why, which is
    /// something else than `departure` if the room has ended the stay before.
    pub fn leave(
        &self,
        id: ClientId,
        departure: Departure,
        last_words: Option<&str>,
    ) -> Option<(Name, Departure)> {
        let mut inside = self.inside.lock();
        if let Some(nth) = inside.position(id) {
            inside.depart(nth, departure, last_words);
            inside.settle();
        }
        let left = inside.departing.iter().find(|left| left.id == id)?;
        Some((left.name.clone(), left.departure))
    }

    /// Shows somebody out as too slow.
    pub fn show_out(&self, id: ClientId) {
        let mut inside = self.inside.lock();
        inside.errands.show_out(id);
        inside.settle();
    }

    /// Forgets somebody who has left and whose connection is closed.
    pub fn forget(&self, id: ClientId) {
        self.inside.lock().departing.retain(|left| left.id != id);
    }

    /// Tells of the arrivals and departures that were only counted.
    pub fn tell_crowd(&self) {
        let mut inside = self.inside.lock();
        inside.crowd.telling_is_due();
        inside.tell_crowd();
        inside.introduce_some();
        inside.settle();
    }

    /// Says goodbye to everyone and lets nobody in any more. Most clients close
    /// their end then, and their sessions find the stay over; nobody is
    /// announced as leaving.
    pub fn close(&self) {
        self.inside.lock().close();
    }

    /// Ends the connection of somebody who has left, if it is still open.
    pub fn cut_off(&self, id: ClientId) {
        let inside = self.inside.lock();
        if let Some(left) = inside.departing.iter().find(|left| left.id == id) {
            left.outbox.abandon();
        }
    }

    /// Ends every connection that is still open after [`Room::close`].
    pub fn abandon(&self) {
        for left in &self.inside.lock().departing {
            left.outbox.abandon();
        }
    }

    /// Runs `act` under the lock for somebody who is here, and settles.
    fn with_writer(
        &self,
        id: ClientId,
        act: impl FnOnce(&mut Inside<W>, usize),
    ) -> Flow {
        let mut inside = self.inside.lock();
        let Some(nth) = inside.position(id) else {
            return Flow::Leave;
        };
        act(&mut inside, nth);
        inside.settle();
        Flow::Stay
    }

    fn ask(
        &self,
        id: ClientId,
        act: impl FnOnce(&mut Inside<W>, usize) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut answer = Err(Refusal::NotHere);
        let _ = self.with_writer(id, |inside, nth| answer = act(inside, nth));
        answer
    }
}
