//! Does what has been planned. Runs under the room's lock; must not wait for
//! anything.
//!
//! One function for each thing that can happen. A new [`Step`] that nobody
//! does here does not compile.

use chat_common::events::{Event, LeaveReason};
use chat_common::names::Name;

use crate::net::text;
use crate::people::refusal::Refusal;
use crate::platform::sync::Arc;
use crate::room::entry::{Entry, What};
use crate::room::plan::{Batch, Step};
use crate::room::state::RoomState;
use crate::room::writer::Standing;

impl RoomState {
    /// Does what has been planned.
    pub fn apply(&mut self, batch: Batch) {
        let mut nth = None;
        for (author, step) in batch.steps {
            nth = self.position_near(nth, author);
            // They are here, or the room has closed meanwhile.
            if let Some(nth) = nth {
                self.writers[nth].is_planned = false;
                self.apply_one(nth, step);
            }
        }
    }

    fn apply_one(&mut self, nth: usize, step: Step) {
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
