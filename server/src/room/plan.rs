//! What becomes of what has been proposed, decided before it happens: so it can
//! be kept before anybody hears of it. Runs under the room's lock; must not
//! change who is here, what they are called, or what they are told.

use std::collections::VecDeque;

use chat_common::events::LeaveReason;
use chat_common::names::Name;

use crate::people::refusal::Refusal;
use crate::platform::sync::Arc;
use crate::room::client_id::ClientId;
use crate::room::entry::{Entry, What};
use crate::room::queue::{self, Proposal};
use crate::room::request::{Action, Request};
use crate::room::state::RoomState;

/// What is to happen under one hold of the lock, in this order. Whoever has
/// made it is the next to apply one, so that numbers stay in order.
pub struct Batch {
    /// Each with its author.
    pub steps: Vec<(ClientId, Step)>,
}

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

impl Batch {
    /// What of it is remembered.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.steps.iter().filter_map(|(_, step)| match step {
            Step::Entry(entry) => Some(entry),
            _ => None,
        })
    }
}

impl RoomState {
    /// Takes the first of what has been proposed, until this hold adds so many
    /// bytes to an outbox, but at least one thing.
    ///
    /// Nothing comes behind a change of name, which changes who says it; so a
    /// name is looked at and taken with nothing in between. Whoever has
    /// something planned stays until it has happened: they have one proposal
    /// at a time, to leave is the last thing in it, and
    /// [`RoomState::settle`] shows none of them out.
    pub fn plan(
        &mut self,
        proposals: &mut VecDeque<Proposal>,
        bytes_max: usize,
    ) -> Batch {
        let mut steps = Vec::new();
        let mut bytes = self.broadcast.bytes();
        let mut nth = None;
        while let Some((author, request)) = queue::first(proposals) {
            // Whoever has left asks for nothing any more: authors are looked up
            // by their id, so that nothing is said in a name after its owner
            // has gone. Most stand where they stood a request before.
            nth = self.position_near(nth, author);
            let adds = nth.map_or(0, |nth| self.bytes_max(nth, request));
            let renames = matches!(request, Request::Rename(_));
            if bytes > 0 && bytes + adds > bytes_max
                || renames && !steps.is_empty()
            {
                break;
            }
            let request = queue::take_first(proposals);
            if let (Some(nth), Some(request)) = (nth, request) {
                bytes += adds;
                self.writers[nth].is_planned = true;
                steps.push((author, self.decide(nth, request)));
            }
            if renames {
                break;
            }
        }
        Batch { steps }
    }

    /// Where somebody stands, if not where they stood before.
    pub fn position_near(
        &self,
        before: Option<usize>,
        id: ClientId,
    ) -> Option<usize> {
        let stands = |nth: &usize| {
            self.writers.get(*nth).is_some_and(|writer| writer.id == id)
        };
        before.filter(stands).or_else(|| self.position(id))
    }

    /// How many bytes this adds to anybody's outbox at most.
    fn bytes_max(&self, nth: usize, request: &Request) -> usize {
        let writer = &self.writers[nth];
        match request {
            Request::Say(text) | Request::Act(text) if writer.is_told_of() => {
                Entry::bytes_of(&writer.name, text)
            }
            _ => request.bytes_max(),
        }
    }

    fn decide(&mut self, nth: usize, request: Request) -> Step {
        match request {
            Request::Say(text) => self.entry(nth, What::Said(text)),
            Request::Act(text) => self.entry(nth, What::Acted(text)),
            Request::Rename(name) => {
                let name = name.map_err(Refusal::NotAName);
                let free = name.and_then(|name| {
                    self.check_name(nth, &name)?;
                    Ok(name)
                });
                match free {
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

    fn entry(&mut self, nth: usize, what: What) -> Step {
        self.last_number += 1;
        Step::Entry(Entry {
            number: self.last_number,
            at: self.broadcast.now(),
            author: Arc::clone(&self.writers[nth].name),
            what,
        })
    }
}
