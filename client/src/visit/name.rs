//! The part of a visit that is about the name. Must not let anything be said
//! before the room has confirmed it.

use std::time::Instant;

use chat_common::names::Name;

use crate::config::Keyboard;
use crate::exit::Exit;
use crate::visit::action::{Action, Actions};
use crate::visit::backlog::Backlog;
use crate::visit::name_request::{Answer, NameRequest};
use crate::visit::room_line::RoomLine;
use crate::visit::{CALL_SILENCE_MAX, CONFIRM_WAIT_MAX, Phase, Visit};

impl Visit {
    /// The person, or the command line, said what name to take.
    pub(super) fn answer_with_name(
        &mut self,
        text: &str,
        now: Instant,
    ) -> Actions {
        let name = match Name::parse(text.trim()) {
            Ok(name) => name,
            Err(error) => return self.name_is_wrong(error.to_string()),
        };
        match &mut self.name_request {
            Some(request) => request.want(name),
            None => self.name_request = Some(NameRequest::new(name)),
        }
        if self.phase == Phase::NamingAgain {
            return self.ask_room_for_name(now);
        }
        self.phase = Phase::Calling;
        self.deadline = Some(now + CALL_SILENCE_MAX);
        match self.wants_numbers() {
            true => vec![Action::Recall, Action::Call],
            false => vec![Action::Call],
        }
    }

    /// This program found the name wrong, before any room was asked.
    fn name_is_wrong(&mut self, why: String) -> Actions {
        let next = match self.config.keyboard {
            Keyboard::Person => Action::Ask,
            Keyboard::Pipe => Action::End(Exit::Failed),
        };
        vec![Action::Tell(why), next]
    }

    /// Asks the room for the name; from now on it must not take forever.
    pub(super) fn ask_room_for_name(&mut self, now: Instant) -> Actions {
        self.phase = Phase::Requesting;
        self.deadline = Some(now + CONFIRM_WAIT_MAX);
        let request = self.name_request.as_ref().map(NameRequest::request);
        let request = request.map(|line| self.send(line.into()));
        request.into_iter().collect()
    }

    /// What a line means for the name. Heard even while nothing is asked:
    /// the line with the guest name may come at any time.
    pub(super) fn answer_of_room(&mut self, line: &RoomLine<'_>) -> Answer {
        let request = self.name_request.as_mut();
        let answer = request.map_or(Answer::NoAnswer, |it| it.hear(line));
        match self.phase {
            Phase::Requesting => answer,
            _ => Answer::NoAnswer,
        }
    }

    /// Does what the room's answer asks for.
    pub(super) fn take_answer(
        &mut self,
        answer: Answer,
        now: Instant,
    ) -> Actions {
        match answer {
            Answer::NoAnswer => Vec::new(),
            Answer::Confirmed => self.enter(now),
            Answer::Refused(why) => {
                self.deadline = None;
                if self.outage.is_some() {
                    self.ghost_has_name(&why, now)
                } else {
                    self.name_is_refused(why)
                }
            }
        }
    }

    /// A name is asked for again and again after an outage: the room's
    /// refusals are told once.
    pub(super) fn is_told_in_other_words(&self, answer: &Answer) -> bool {
        self.outage.is_some() && matches!(answer, Answer::Refused(_))
    }

    /// The room's own line has been shown; a pipe's owner does not always see
    /// that.
    fn name_is_refused(&mut self, why: String) -> Actions {
        match self.config.keyboard {
            Keyboard::Person => {
                self.phase = Phase::NamingAgain;
                vec![Action::Ask]
            }
            Keyboard::Pipe => vec![
                Action::Tell(format!("the room refused the name: {why}")),
                Action::End(Exit::Failed),
            ],
        }
    }

    /// The name is confirmed: what has been typed meanwhile is said.
    pub(super) fn enter(&mut self, now: Instant) -> Actions {
        self.phase = Phase::Inside;
        self.inside_since = Some(now);
        self.deadline = None;
        self.sent = 0;
        self.backlog = Backlog::default();
        let mut actions = Vec::new();
        if self.outage.take().is_some() {
            let name = self.name();
            actions.push(Action::Tell(format!("back in the room as {name}")));
        }
        actions.extend(self.send_again(now));
        for typed in std::mem::take(&mut self.held) {
            if self.phase == Phase::Inside {
                let meaning = self.meaning(&typed);
                actions.extend(self.say(typed, meaning, now));
            }
        }
        if self.keyboard_ended && self.phase == Phase::Inside {
            actions.extend(self.leave(now));
        }
        actions
    }
}
