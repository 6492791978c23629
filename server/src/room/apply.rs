//! Does what somebody has asked for. Runs under the room's lock; must not
//! wait for anything.
//!
//! One function for each thing that can be asked for. A new [`Request`] that
//! nobody does here does not compile.

use std::collections::VecDeque;

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::names::Name;

use crate::net::text;
use crate::platform::sync::Arc;
use crate::room::client_id::ClientId;
use crate::room::entry::{Entry, What};
use crate::room::queue::Proposal;
use crate::room::refusal::Refusal;
use crate::room::request::{Recipient, Request, Whisper};
use crate::room::state::RoomState;
use crate::room::writer::Standing;

/// How many names `/users` shows: some five screens.
pub const NAMES_LISTED_MAX: usize = 200;

impl RoomState {
    /// Does what has been proposed, in order, until this hold has added so
    /// many bytes to an outbox, but at least one thing; returns the rest.
    pub fn apply(
        &mut self,
        mut proposals: VecDeque<Proposal>,
        bytes_max: usize,
    ) -> VecDeque<Proposal> {
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
            self.apply_one(author, request);
        }
        proposals
    }

    /// Whoever has left asks for nothing any more: authors are looked up
    /// here, by their id, so that nothing is said in a name after its owner
    /// has gone.
    fn apply_one(&mut self, author: ClientId, request: Request) {
        let Some(nth) = self.position(author) else {
            return;
        };
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
            Request::Whisper(whisper) => {
                let verb = whisper.to.verb();
                let told = self.whisper(nth, *whisper);
                self.report(nth, verb, told);
            }
            Request::ListUsers => self.list_users(nth),
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
        if standing == Standing::Expected {
            // Or the line would begin with a name that nobody has heard.
            self.introduce(nth);
        }
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

    /// Says something to one person alone.
    fn whisper(&mut self, nth: usize, whisper: Whisper) -> Result<(), Refusal> {
        let reader = self.recipient(nth, whisper.to)?;
        if reader == nth {
            let own = (*self.writers[nth].name).clone();
            return Err(Refusal::Oneself(own));
        }
        if self.writers[nth].standing == Standing::Expected {
            self.introduce(nth);
        }
        self.tell_alone(nth, reader, &whisper.text);
        Ok(())
    }

    fn recipient(&self, nth: usize, to: Recipient) -> Result<usize, Refusal> {
        let (reader, name) = match to {
            Recipient::Named { typed, key } => {
                let mut names = self.writers.iter().map(|it| &it.name);
                (names.position(|name| name.has_key(&key)), typed)
            }
            Recipient::LastWhisperer => {
                let last = self.writers[nth].last_whisperer.clone();
                let (id, name) = last.ok_or(Refusal::NothingToAnswer)?;
                (self.position(id), name.to_string())
            }
        };
        reader.ok_or(Refusal::Nobody(name))
    }

    fn tell_alone(&mut self, nth: usize, reader: usize, text: &Line) {
        let (id, name) = {
            let author = &self.writers[nth];
            (author.id, Arc::clone(&author.name))
        };
        let private = Event::Private {
            name: name.as_str(),
            text: text.as_str(),
        };
        let line = self.broadcast.line(private);
        self.put_to(reader, line.as_bytes());
        let said = format!("said to {} alone", self.writers[reader].name);
        self.answer(nth, Event::Notice(&said));
        self.writers[reader].last_whisperer = Some((id, name));
    }

    fn list_users(&mut self, nth: usize) {
        let names = self.names(NAMES_LISTED_MAX);
        let here = text::answers([self.here(&names, NAMES_LISTED_MAX)]);
        self.put_to(nth, here.as_bytes());
    }

    fn answer(&mut self, nth: usize, event: Event<'_>) {
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
