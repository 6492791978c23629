//! Does what somebody has asked for. Runs under the room's lock; must not
//! wait for anything.
//!
//! One function for each thing that can be asked for. A new [`Request`] that
//! nobody does here does not compile.

use std::collections::VecDeque;

use chat_common::events::Event;
use chat_common::names::Name;

use crate::net::text;
use crate::people::refusal::Refusal;
use crate::platform::sync::Arc;
use crate::room::client_id::ClientId;
use crate::room::entry::{Entry, What};
use crate::room::queue::Proposal;
use crate::room::request::Request;
use crate::room::state::RoomState;
use crate::room::writer::Standing;

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
                self.apply_one(nth, request);
            }
        }
        proposals
    }

    fn stands_at(&self, nth: usize, id: ClientId) -> bool {
        self.writers.get(nth).is_some_and(|writer| writer.id == id)
    }

    fn apply_one(&mut self, nth: usize, request: Request) {
        if request.is_more_than_a_connection() {
            self.log_arrival(nth);
        }
        match request {
            Request::Announce => self.announce(nth),
            Request::Say(text) => self.say(nth, What::Said(text)),
            Request::Act(text) => self.say(nth, What::Acted(text)),
            Request::Rename(name) => {
                let renamed = name.map_err(Refusal::NotAName);
                let renamed = renamed.and_then(|it| self.rename(nth, it));
                self.report(nth, "name", renamed);
            }
            Request::Do(action) => {
                let verb = action.verb();
                let done = action.run(self, nth);
                self.report(nth, verb, done);
            }
            Request::Answer(bytes) => self.put_to(nth, &bytes),
            Request::Leave(reason) => self.depart(nth, reason),
        }
    }

    /// Something is said or done: everyone but the author is told.
    fn say(&mut self, nth: usize, what: What) {
        self.announce(nth);
        let entry = self.entry(nth, what);
        let own = self.broadcast.tell(entry.event());
        self.writers[nth].skip(own);
        self.write_down(&entry);
        self.history.push(entry);
    }

    /// What somebody has just done.
    fn entry(&mut self, nth: usize, what: What) -> Entry {
        self.last_number += 1;
        let entry = Entry {
            number: self.last_number,
            at: self.broadcast.now(),
            author: Arc::clone(&self.writers[nth].name),
            what,
        };
        self.keep(&entry);
        entry
    }

    /// Gives somebody another name, if nobody else has it. Checking and taking
    /// are one hold of the lock: of two who ask, one is first.
    fn rename(&mut self, nth: usize, name: Arc<Name>) -> Result<(), Refusal> {
        self.check_name(nth, &name)?;
        let standing = self.writers[nth].standing;
        // Or the line would begin with a name that nobody has heard.
        self.introduce_if_expected(nth);
        let entry = self.entry(nth, What::Renamed(Arc::clone(&name)));
        let id = self.writers[nth].id;
        self.log.event(format_args!("client {} is {name}", id.0));
        self.writers[nth].name = name;
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
        Ok(())
    }

    fn check_name(&self, nth: usize, name: &Name) -> Result<(), Refusal> {
        for (other, writer) in self.writers.iter().enumerate() {
            if other == nth {
                continue;
            } else if writer.name.is_same_as(name) {
                return Err(Refusal::Taken(name.clone()));
            } else if writer.name.looks_like(name) {
                return Err(Refusal::LooksLike {
                    asked: name.clone(),
                    present: (*writer.name).clone(),
                });
            }
        }
        match *self.writers[nth].name == *name {
            true => Err(Refusal::Yours(name.clone())),
            false => Ok(()),
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
