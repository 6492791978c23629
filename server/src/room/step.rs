//! What becomes of what somebody asks for: decided before it happens, so that it
//! can be kept before anybody hears of it. Runs under the room's lock; must not
//! change who is here, what they are called, or what they are told.

use chat_common::events::LeaveReason;
use chat_common::names::Name;

use crate::people::refusal::Refusal;
use crate::platform::sync::Arc;
use crate::room::entry::{Entry, What};
use crate::room::request::{Action, Request};
use crate::room::state::RoomState;

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
    /// Decides what becomes of it. Of two who ask for a name, one is first, so
    /// no name is decided on before all that was decided has happened.
    pub fn decide(&mut self, nth: usize, request: Request) -> Step {
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
