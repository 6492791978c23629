//! The part of a visit that is about the person's own lines in a room that
//! numbers: each is said once, whatever breaks, and the person sees what has
//! become of it.

use std::time::Instant;

use chat_common::lines::Line;
use chat_common::numbered::{Became, ClientLine};

use crate::typed::Typed;
use crate::visit::Visit;
use crate::visit::action::{Action, Actions};
use crate::visit::numbers::Stage;
use crate::visit::unconfirmed::{Fate, UNCONFIRMED_LINES_MAX};

/// How many lines of unknown fate are shown; what one types in an hour.
const UNKNOWN_LINES_MAX: usize = 500;

impl Visit {
    /// A line that this program says for the person.
    pub(super) fn send(&mut self, typed: Typed) -> Action<'static> {
        Action::Send(match self.numbers.stage {
            Stage::Numbered => {
                let number = self.numbers.unconfirmed.next_number();
                numbered(number, typed)
            }
            Stage::Plain | Stage::Asked => typed,
        })
    }

    /// Says a line of the person's to the room.
    pub(super) fn hand_over(&mut self, typed: Typed, now: Instant) -> Actions {
        if self.numbers.stage != Stage::Numbered {
            return vec![Action::Say(typed)];
        }
        if !self.numbers.unconfirmed.has_room() {
            let text = typed.line.as_str();
            return vec![Action::Tell(format!(
                "not sent, because the room has not confirmed the \
                 {UNCONFIRMED_LINES_MAX} lines before it: {text}"
            ))];
        }
        self.numbers.lag.begin(now);
        let number = self.numbers.unconfirmed.send(typed.line.clone());
        let mut actions = self.show_commands();
        actions.push(Action::Send(numbered(number, typed)));
        actions
    }

    /// Says again what the room has not taken before a loss.
    pub(super) fn send_again(&mut self, now: Instant) -> Actions {
        let mut actions = Vec::new();
        for (number, line) in self.numbers.unconfirmed.send_again() {
            self.numbers.lag.begin(now);
            actions.push(Action::Send(numbered(number, line.into())));
        }
        actions
    }

    /// Shows what the room took before a loss, and will say no more about.
    pub(super) fn show_taken(&mut self) -> Actions {
        let taken = self.numbers.unconfirmed.settle_taken().into_iter();
        let mut actions: Actions =
            taken.map(|line| Action::Own(line, None)).collect();
        actions.extend(self.show_commands());
        actions
    }

    /// Commands whose turn to be shown has come.
    pub(super) fn show_commands(&mut self) -> Actions {
        let commands = self.numbers.unconfirmed.commands_to_show();
        let shown = commands.into_iter().map(|line| Action::Own(line, None));
        shown.collect()
    }

    /// The room has taken this line of ours.
    pub(super) fn confirmed(
        &mut self,
        number: u64,
        became: Option<Became<'_>>,
        now: Instant,
    ) -> Actions {
        if let Some(became) = became {
            self.numbers.advance(became.number, now);
        }
        let fates = self.numbers.unconfirmed.confirm(number);
        let mut actions = Vec::new();
        for fate in fates {
            actions.extend(match fate {
                Fate::Confirmed(line) => {
                    let at = became.and_then(|it| it.at);
                    self.show_own(line, at.map(str::to_owned))
                }
                Fate::TakenBefore(line) => self.show_own(line, None),
                Fate::PassedOver(line) => {
                    let what = format!("not said: {}", line.as_str());
                    vec![Action::Tell(what)]
                }
            });
        }
        actions.extend(self.show_commands());
        let is_all = self.numbers.unconfirmed.is_empty();
        self.numbers.lag.answered(is_all, now);
        actions
    }

    /// Shows a line of the person's among what was said, or among what they
    /// missed.
    pub(super) fn show_own(
        &mut self,
        line: Line,
        at: Option<String>,
    ) -> Actions {
        match &mut self.numbers.missed {
            Some(missed) if !missed.is_shown => {
                missed.add_own(line, at);
                Vec::new()
            }
            _ => vec![Action::Own(line, at)],
        }
    }

    /// The room has answered the question whether it is there.
    pub(super) fn heard_pong(&mut self, number: u64, now: Instant) -> Actions {
        if self.numbers.lag.is_answer(number) {
            let is_all = self.numbers.unconfirmed.is_empty();
            self.numbers.lag.answered(is_all, now);
        }
        Vec::new()
    }

    /// The room has not answered for a while.
    pub(super) fn ask_whether_there(&mut self) -> Actions {
        let question = self.numbers.lag.late().map(ClientLine::Ping);
        let lines = question.map(|it| Typed::new(&it.to_string()));
        lines.map(Action::Send).into_iter().collect()
    }

    /// What is to be said about lines that the room has not confirmed, when
    /// the visit is over.
    pub(super) fn give_up_unconfirmed(&mut self) -> Actions {
        let lines = self.numbers.unconfirmed.give_up();
        unknown_fate(&lines)
    }
}

fn numbered(k: u64, typed: Typed) -> Typed {
    typed.with_text(|text| ClientLine::Sent { k, text }.to_string())
}

/// Nobody will say whether these lines were said.
pub(super) fn unknown_fate(lines: &[Line]) -> Actions {
    let what = match lines.len() {
        0 => return Vec::new(),
        1 => "the room has not confirmed this line, which may have been said \
              or not:"
            .to_owned(),
        count => format!(
            "the room has not confirmed these {count} lines, which may have \
             been said or not:"
        ),
    };
    let quoted = lines.iter().take(UNKNOWN_LINES_MAX);
    let quoted = quoted.map(|line| format!("not confirmed: {}", line.as_str()));
    let more = lines.len().saturating_sub(UNKNOWN_LINES_MAX);
    let more = (more > 0).then(|| format!("and {more} more"));
    [what]
        .into_iter()
        .chain(quoted)
        .chain(more)
        .map(Action::Tell)
        .collect()
}
