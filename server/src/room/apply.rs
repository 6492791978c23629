//! Does what somebody has asked for: decides what becomes of it, and then lets
//! it happen, so that it can be kept in between. Runs under the room's lock;
//! must not wait for anything.
//!
//! One function for each thing that can happen. A new [`Step`] that nobody
//! does here does not compile.

use std::collections::VecDeque;

use chat_common::events::{Event, LeaveReason};
use chat_common::names::Name;

use crate::net::text;
use crate::people::refusal::{self, Refusal};
use crate::platform::sync::Arc;
use crate::room::client_id::ClientId;
use crate::room::entry::{Entry, What};
use crate::room::queue::Proposal;
use crate::room::request::{Action, Request};
use crate::room::state::RoomState;
use crate::room::writer::Standing;

/// One thing that is to happen.
pub enum Step {
    /// This, and it is remembered.
    Entry(Entry),
    /// The author is told why they get no other name.
    NoName(Refusal),
    /// The author is announced.
    Announce,
    /// What a command does.
    Do(Box<dyn Action>),
    /// The author is told this.
    Answer(Vec<u8>),
    /// The author leaves.
    Leave(LeaveReason),
}

impl RoomState {
    /// Does what has been proposed, in order, until this hold has added so
    /// many bytes to an outbox, but at least one thing; returns the rest.
    pub fn apply(
        &mut self,
        mut proposals: VecDeque<Proposal>,
        bytes_max: usize,
    ) -> VecDeque<Proposal> {
        let mut nth = None;
        while let Some(proposal) = proposals.front_mut() {
            let author = proposal.author;
            let Some(request) = proposal.requests.pop_front() else {
                proposals.pop_front();
                continue;
            };
            let bytes = self.broadcast.bytes();
            if bytes > 0 && bytes + request.bytes_max() > bytes_max {
                proposal.requests.push_front(request);
                break;
            }
            // Whoever has left asks for nothing any more: authors are looked up
            // here, by their id, so that nothing is said in a name after its
            // owner has gone. Most stand where they stood a request before.
            nth = nth
                .filter(|nth| self.stands_at(*nth, author))
                .or_else(|| self.position(author));
            if let Some(nth) = nth {
                let step = self.decide(nth, request);
                self.apply_one(nth, step);
            }
        }
        proposals
    }

    fn stands_at(&self, nth: usize, id: ClientId) -> bool {
        self.writers.get(nth).is_some_and(|writer| writer.id == id)
    }

    /// Decides what becomes of it. Of two who ask for a name, one is first, so
    /// no name is decided on before all that was decided has happened.
    pub fn decide(&mut self, nth: usize, request: Request) -> Step {
        match request {
            Request::Say(text) => self.entry(nth, What::Said(text)),
            Request::Act(text) => self.entry(nth, What::Acted(text)),
            Request::Rename(name) => {
                let name = name.map_err(Refusal::NotAName);
                match name.and_then(|name| self.free(nth, name)) {
                    Ok(name) => self.entry(nth, What::Renamed(name)),
                    Err(why) => Step::NoName(why),
                }
            }
            Request::Announce => Step::Announce,
            Request::Do(action) => Step::Do(action),
            Request::Answer(bytes) => Step::Answer(bytes),
            Request::Leave(reason) => Step::Leave(reason),
        }
    }

    fn entry(&mut self, nth: usize, what: What) -> Step {
        self.last_number += 1;
        Step::Entry(Entry {
            number: self.last_number,
            at: self.broadcast.now(),
            author: Arc::clone(&self.writers[nth].name),
            what,
        })
    }

    /// The name, if nobody else has it.
    fn free(&self, nth: usize, name: Arc<Name>) -> Result<Arc<Name>, Refusal> {
        let others = self.writers.iter().enumerate();
        let others = others.filter(|(other, _)| *other != nth);
        refusal::check(&name, others.map(|(_, writer)| &*writer.name))?;
        match *self.writers[nth].name == *name {
            true => Err(Refusal::Yours((*name).clone())),
            false => Ok(name),
        }
    }

    /// Does one thing that somebody here has asked for.
    pub fn apply_one(&mut self, nth: usize, step: Step) {
        match step {
            // A connection that was opened and closed is not worth a line.
            Step::Leave(reason) if reason != LeaveReason::Quit => (),
            _ => self.log_arrival(nth),
        }
        match step {
            Step::Entry(entry) => match entry.what {
                What::Said(_) | What::Acted(_) => self.say(nth, entry),
                What::Renamed(ref name) => self.rename(nth, name, &entry),
            },
            Step::NoName(why) => self.report(nth, "name", Err(why)),
            Step::Announce => self.announce(nth),
            Step::Do(action) => {
                let verb = action.verb();
                let done = action.run(self, nth);
                self.report(nth, verb, done);
            }
            Step::Answer(bytes) => self.put_to(nth, &bytes),
            Step::Leave(reason) => self.depart(nth, reason),
        }
    }

    /// Something is said or done: everyone but the author is told.
    fn say(&mut self, nth: usize, entry: Entry) {
        self.announce(nth);
        let own = self.broadcast.tell(entry.event());
        self.writers[nth].skip(own);
        self.write_down(&entry);
        self.history.push(entry);
    }

    /// Gives somebody another name.
    fn rename(&mut self, nth: usize, name: &Arc<Name>, entry: &Entry) {
        let standing = self.writers[nth].standing;
        // Or the line would begin with a name that nobody has heard.
        self.introduce_if_expected(nth);
        let id = self.writers[nth].id;
        self.log.event(format_args!("client {} is {name}", id.0));
        self.writers[nth].name = Arc::clone(name);
        if standing == Standing::Unknown {
            // Only the newcomer has known the guest name: to everyone else
            // the arrival of `name` is one line.
            let line = self.broadcast.line(entry.event());
            self.put_to(nth, line.as_bytes());
            self.announce(nth);
        } else {
            self.let_go(&entry.author);
            self.broadcast.tell(entry.event());
        }
    }

    /// Tells somebody something alone.
    pub fn answer(&mut self, nth: usize, event: Event<'_>) {
        let line = text::answers([event]);
        self.put_to(nth, line.as_bytes());
    }

    /// Tells somebody why what they asked for with `/verb` was not done.
    fn report(&mut self, nth: usize, verb: &str, done: Result<(), Refusal>) {
        if let Err(refusal) = done {
            let id = self.writers[nth].id.0;
            self.log.detail(format_args!(
                "client {id} was refused /{verb}: {}",
                refusal.in_short()
            ));
            let why = &refusal.to_string();
            self.answer(nth, Event::Refused { verb, why });
        }
    }
}
