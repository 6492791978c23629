//! The part of a visit that is about its end: the room hears a goodbye, and
//! no line is dropped without a word.

use std::time::{Duration, Instant};

use crate::config::Keyboard;
use crate::exit::Exit;
use crate::typed::Typed;
use crate::visit::action::{Action, Actions};
use crate::visit::numbers::Stage;
use crate::visit::{Phase, Visit};

/// How long a server may take to close the connection after the goodbye.
pub const GOODBYE_WAIT_MAX: Duration = Duration::from_secs(2);

impl Visit {
    /// No more lines will be typed. A pipe's lines are still said. Once is
    /// enough: saying it again changes nothing.
    pub fn keyboard_ended(&mut self, now: Instant) -> Actions {
        if std::mem::replace(&mut self.keyboard_ended, true) {
            return Vec::new();
        }
        match self.phase {
            Phase::Calling | Phase::Numbering | Phase::Requesting
                if !self.may_leave() =>
            {
                Vec::new()
            }
            Phase::Leaving | Phase::Interrupted => Vec::new(),
            _ => self.leave(now),
        }
    }

    /// Ctrl-C: out at once, without the lines that wait. A second one does
    /// not wait for the server either.
    pub fn interrupted(&mut self, now: Instant) -> Actions {
        match self.phase {
            Phase::Interrupted => vec![Action::End(Exit::Left)],
            _ if !self.is_connected() => self.end_early(),
            _ => {
                self.phase = Phase::Interrupted;
                self.deadline = Some(now + GOODBYE_WAIT_MAX);
                let mut actions = self.give_up_held();
                actions.push(Action::HalfClose);
                actions
            }
        }
    }

    /// Whether the person may leave before the room knows their name. A pipe
    /// must not: whoever wrote it wants to hear whether the name was free.
    pub(super) fn may_leave(&self) -> bool {
        self.config.keyboard == Keyboard::Person
            && (self.held.is_empty() || self.outage.is_some())
    }

    /// Whether there is a server at the other end.
    pub(super) fn is_connected(&self) -> bool {
        !matches!(
            self.phase,
            Phase::Naming | Phase::Calling | Phase::Away | Phase::ShownOut
        )
    }

    /// Ends a visit without a server to say goodbye to.
    pub(super) fn end_early(&mut self) -> Actions {
        let mut actions = self.give_up_held();
        actions.push(Action::End(Exit::Left));
        actions
    }

    /// Goodbye, in words: the server reads them after every line before
    /// them, while the end of the stream alone would tell it that the rest
    /// need not be said any more.
    pub(super) fn leave(&mut self, now: Instant) -> Actions {
        if !self.is_connected() {
            return self.end_early();
        }
        self.phase = Phase::Leaving;
        let mut actions = self.give_up_held();
        let wait = match self.numbers.stage {
            Stage::Numbered if self.numbers.unconfirmed.is_empty() => {
                Duration::ZERO
            }
            _ => self.backlog.wait(now),
        };
        self.deadline = Some(now + GOODBYE_WAIT_MAX + wait);
        if !wait.is_zero() && self.config.keyboard == Keyboard::Person {
            let what = "the room may not have taken all your lines yet; \
                        leaving when it has, Ctrl-C leaves at once";
            actions.push(Action::Tell(what.to_owned()));
        }
        actions.push(self.send(Typed::new("/quit")));
        actions
    }

    /// The server has not closed the connection after the goodbye.
    pub(super) fn end_without_goodbye(&self) -> Actions {
        if self.phase != Phase::Leaving || self.sent == 0 {
            return vec![Action::End(Exit::Left)];
        }
        let fate = match self.numbers.stage {
            // What is not confirmed is told line by line.
            Stage::Numbered => "",
            _ => "; the last lines may not have been said",
        };
        let address = &self.config.address;
        let what = format!("the server at {address} did not say goodbye{fate}");
        vec![Action::Tell(what), Action::End(Exit::Left)]
    }

    /// The visit is over: what is left to be said to the person.
    pub fn finish(&mut self, now: Instant) -> Actions {
        let mut actions = self.end_numbers(now);
        actions.extend(self.show_taken());
        actions.extend(self.give_up_unconfirmed());
        actions
    }
}
