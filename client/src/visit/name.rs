//! The part of a visit that is about the name. May not let anything be said
//! before the room has confirmed it.

use std::time::Instant;

use chat_common::lines::Line;
use chat_common::names::Name;

use super::{CALL_SILENCE_MAX, CONFIRM_WAIT_MAX, Phase, Step, Visit};
use crate::backlog::Backlog;
use crate::claim::{Answer, Claim};
use crate::config::Keyboard;
use crate::exit::Exit;

impl Visit {
    /// The person, or the command line, said what name to take.
    pub(super) fn answer_with_name(
        &mut self,
        text: &str,
        now: Instant,
    ) -> Vec<Step> {
        let name = match Name::parse(text.trim()) {
            Ok(name) => name,
            Err(error) => return self.name_is_wrong(error.to_string()),
        };
        match &mut self.claim {
            Some(claim) => claim.want(name),
            None => self.claim = Some(Claim::new(name)),
        }
        if self.phase == Phase::NamingAgain {
            return self.ask_room_for_name(now);
        }
        self.phase = Phase::Calling;
        self.deadline = Some(now + CALL_SILENCE_MAX);
        vec![Step::Call]
    }

    /// This program found the name wrong, before any room was asked.
    fn name_is_wrong(&mut self, why: String) -> Vec<Step> {
        let next = match self.config.keyboard {
            Keyboard::Person => Step::Ask,
            Keyboard::Pipe => Step::End(Exit::Failed),
        };
        vec![Step::Tell(why), next]
    }

    /// Claims the name; from now on the room may not take forever.
    pub(super) fn ask_room_for_name(&mut self, now: Instant) -> Vec<Step> {
        self.phase = Phase::Claiming;
        self.deadline = Some(now + CONFIRM_WAIT_MAX);
        let request = self.claim.as_ref().map(Claim::request);
        request
            .map(|line| Step::Send(line.into()))
            .into_iter()
            .collect()
    }

    /// What a line means for the name. Heard even while nothing is asked:
    /// the line with the guest name may come at any time.
    pub(super) fn answer_of_room(&mut self, line: &Line) -> Answer {
        let claim = self.claim.as_mut();
        let answer = claim.map_or(Answer::NoAnswer, |claim| claim.hear(line));
        match self.phase {
            Phase::Claiming => answer,
            _ => Answer::NoAnswer,
        }
    }

    /// Does what the room's answer asks for.
    pub(super) fn take_answer(
        &mut self,
        answer: Answer,
        now: Instant,
    ) -> Vec<Step> {
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

    /// The room's own line has been shown; a pipe's owner may not see that.
    fn name_is_refused(&mut self, why: String) -> Vec<Step> {
        match self.config.keyboard {
            Keyboard::Person => {
                self.phase = Phase::NamingAgain;
                vec![Step::Ask]
            }
            Keyboard::Pipe => vec![
                Step::Tell(format!("the room refused the name: {why}")),
                Step::End(Exit::Failed),
            ],
        }
    }

    /// The name is confirmed: what has been typed meanwhile is said.
    fn enter(&mut self, now: Instant) -> Vec<Step> {
        self.phase = Phase::Inside;
        self.inside_since = Some(now);
        self.deadline = None;
        self.sent = 0;
        self.backlog = Backlog::default();
        let mut steps = Vec::new();
        if self.outage.take().is_some() {
            let name = self.name();
            steps.push(Step::Tell(format!("back in the room as {name}")));
        }
        for typed in std::mem::take(&mut self.held) {
            if self.phase == Phase::Inside {
                let meaning = self.meaning(&typed);
                steps.extend(self.say(typed, meaning, now));
            }
        }
        if self.keyboard_ended && self.phase == Phase::Inside {
            steps.extend(self.leave(now));
        }
        steps
    }
}
