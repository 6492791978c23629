//! Who comes and who goes, and what the room and the log are told of it. Runs
//! under the room's lock; must not wait for anything.

use chat_common::events::{Event, LeaveReason};
use chat_common::names::Name;

use crate::limits::newcomers::Arrival;
use crate::people::crowd::{NAMED_AT_ONCE_MAX, Telling};
use crate::people::last_words;
use crate::platform::sync::Arc;
use crate::room::jobs::Job;
use crate::room::state::RoomState;
use crate::room::writer::{Standing, Writer};

impl RoomState {
    /// Tells the room that somebody has joined, unless it knows.
    ///
    /// In a crowd, a newcomer with a name that somebody else had is told of
    /// by name all the same, so that nobody is mistaken. Not at once: whoever
    /// comes and goes in old names could fill the room with lines. But before
    /// anything they say is heard, or at the next telling.
    pub fn announce(&mut self, nth: usize) {
        match self.writers[nth].standing {
            Standing::Named | Standing::Counted => return,
            Standing::Expected => return self.introduce(nth),
            Standing::Unknown if self.is_told_by_name(nth) => {
                return self.introduce(nth);
            }
            Standing::Unknown => (),
        }
        let name = Arc::clone(&self.writers[nth].name);
        let (standing, telling) = if self.former_names.contains(&name) {
            (Standing::Expected, self.crowd.await_telling())
        } else {
            (Standing::Counted, self.crowd.count_arrival())
        };
        self.writers[nth].standing = standing;
        self.ask_to_tell(telling);
        // Nobody is counted to themselves.
        let name = name.as_str();
        let line = self.broadcast.line(Event::Joined { name });
        self.put_to(nth, line.as_bytes());
    }

    /// Tells the room the name of somebody whom it has yet to hear of by name.
    pub fn introduce_if_expected(&mut self, nth: usize) {
        if self.writers[nth].standing == Standing::Expected {
            self.introduce(nth);
        }
    }

    /// Tells the room the name of somebody who has joined.
    pub fn introduce(&mut self, nth: usize) {
        self.tell_crowd();
        let writer = &mut self.writers[nth];
        let told = std::mem::replace(&mut writer.standing, Standing::Named);
        let name = writer.name.as_str();
        let line = self.broadcast.tell(Event::Joined { name });
        // Who was expected knows that they joined.
        if told == Standing::Expected {
            writer.skip(line);
        }
    }

    /// Tells the names of some who are expected, and has the others told
    /// later.
    pub fn introduce_some(&mut self) {
        let is_expected = |w: &Writer| w.standing == Standing::Expected;
        let expected: Vec<usize> = (0..self.writers.len())
            .filter(|nth| is_expected(&self.writers[*nth]))
            .collect();
        for nth in expected.iter().take(NAMED_AT_ONCE_MAX) {
            self.introduce(*nth);
        }
        if expected.len() > NAMED_AT_ONCE_MAX {
            let telling = self.crowd.await_telling();
            self.ask_to_tell(telling);
        }
    }

    /// Takes somebody out of the room, with some last words to them, and
    /// tells the others.
    pub fn depart(&mut self, nth: usize, reason: LeaveReason) {
        let mut writer = self.writers.remove(nth);
        writer.give(self.broadcast.text(), &mut self.jobs);
        let standing = writer.standing;
        let name = Arc::clone(&writer.name);
        self.log_departure(&writer, reason);
        self.say_last(writer, &last_words::last_words(reason));
        match standing {
            // Of whom the room has not heard, it does not hear that they left.
            Standing::Unknown | Standing::Expected => return,
            Standing::Named if !self.is_crowd() => {
                self.tell_crowd();
                let name = name.as_str();
                self.broadcast.tell(Event::Left { name, reason });
            }
            Standing::Counted | Standing::Named => {
                let telling = self.crowd.count_departure();
                self.ask_to_tell(telling);
            }
        }
        self.let_go(&name);
    }

    /// A name is free, and whoever takes it is told of by name. Nobody can
    /// take a guest's.
    pub fn let_go(&mut self, name: &Name) {
        if !name.is_guests() {
            self.former_names.remember(name);
        }
    }

    /// Tells the count, if there is one: before anybody is told by name, so
    /// that nobody leaves whose arrival comes later.
    pub fn tell_crowd(&mut self) {
        if let Some(event) = self.crowd.take() {
            self.broadcast.tell(event);
        }
    }

    fn ask_to_tell(&self, telling: Telling) {
        if telling == Telling::ToBeAsked {
            self.jobs.send(Job::TellCrowd);
        }
    }

    /// Whether the room is told the name of this newcomer.
    fn is_told_by_name(&self, nth: usize) -> bool {
        !self.is_crowd() && self.writers[nth].arrival == Arrival::Named
    }

    fn is_crowd(&self) -> bool {
        self.writers.len() > self.named_people_max
    }

    /// Tells the log that somebody came, unless it knows.
    pub fn log_arrival(&mut self, nth: usize) {
        let writer = &mut self.writers[nth];
        if !std::mem::replace(&mut writer.in_log, true) {
            let (id, from) = (writer.id.0, writer.from);
            self.log.event(format_args!("client {id} came from {from}"));
        }
    }

    fn log_departure(&self, writer: &Writer, reason: LeaveReason) {
        let (id, from) = (writer.id.0, writer.from);
        let told = last_words::for_the_log(from, &writer.name, reason);
        match writer.in_log || matches!(reason, LeaveReason::OtherProtocol(_)) {
            true => self.log.event(format_args!("client {id} {told}")),
            false => self.log.detail(format_args!(
                "client {id} came from {from} and left without a word"
            )),
        }
    }
}
