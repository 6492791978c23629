//! One visit to a room, from the name to the goodbye: what is to be done
//! about each thing that happens. May not read, write, wait or look at a
//! clock: it is told what happened and when, and answers with [`Step`]s, so
//! that whatever shows them, and every test, sees the same visit.

pub mod away;
pub mod leaving;
mod name;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use chat_common::events::{Event, ServerLine};
use chat_common::lines::{Incoming, Line};

use crate::backlog::Backlog;
use crate::claim::Claim;
use crate::config::{Config, Keyboard};
use crate::connection::ConnectError;
use crate::exit::Exit;
use crate::face::Prompt;
use crate::keyboard::TYPED_BYTES_MAX;
use crate::news::Gone;
use crate::pauses::Pauses;
use crate::reader::HEARD_BYTES_MAX;
use crate::typed::{Meaning, Typed};
use away::Outage;

/// How long a server may take to confirm or refuse a name.
pub const CONFIRM_WAIT_MAX: Duration = Duration::from_secs(10);

/// How long a call may take before the person is told what is waited for.
pub const CALL_SILENCE_MAX: Duration = Duration::from_secs(1);

/// Something to do, in the order given.
#[derive(Debug)]
pub enum Step {
    /// Start a reader, which calls the server.
    Call,
    /// Show a line of the room.
    Show(Line),
    /// Tell the person something the room did not say.
    Tell(String),
    /// Ask the person for a name: the next line is the answer.
    Ask,
    /// Hand a line of the person's to the server.
    Say(Typed),
    /// Hand a line of this program's to the server.
    Send(Typed),
    /// Say no more to the server, and let it see that.
    HalfClose,
    /// Wait patiently where the server takes nothing for a while.
    BePatient,
    /// Give the connection up.
    HangUp,
    /// The visit is over.
    End(Exit),
}

/// How far the visit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A name is being asked for; nobody has been called.
    Naming,
    /// The reader is calling the server.
    Calling,
    /// The name has been asked for, and nothing else may be said.
    Claiming,
    /// The room refused the name; another is being asked for.
    NamingAgain,
    /// The room knows the name.
    Inside,
    /// The server is gone; after a pause it is called again.
    Away,
    /// The server has shown us out; it is called again when the person says
    /// so.
    ShownOut,
    /// The server is back and refuses the name; after a pause it is asked
    /// for again.
    Ghost,
    /// Goodbye has been said.
    Leaving,
    /// The person wants out at once.
    Interrupted,
}

/// A visit to a room.
#[derive(Debug)]
pub struct Visit {
    config: Config,
    phase: Phase,
    /// The name to claim, once there is one that keeps the rules.
    claim: Option<Claim>,
    /// Typed before the name was confirmed: said when it is.
    held: VecDeque<Typed>,
    /// Whether no more lines will be typed.
    keyboard_ended: bool,
    /// How many lines the room has been given.
    sent: u32,
    /// What the room may still have to take.
    backlog: Backlog,
    /// When to stop waiting for the server, or to call it again.
    deadline: Option<Instant>,
    /// From the loss of the server until it knows the name again.
    outage: Option<Outage>,
    /// Between two calls; they go on growing until a stay has lasted.
    pauses: Pauses,
    /// Since when the room has known the name, while it does.
    inside_since: Option<Instant>,
    /// What the server said that shows us out, if it did.
    shown_out: Option<String>,
}

impl Visit {
    /// A visit that has not begun.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            phase: Phase::Naming,
            claim: None,
            held: VecDeque::new(),
            keyboard_ended: false,
            sent: 0,
            backlog: Backlog::default(),
            deadline: None,
            outage: None,
            pauses: Pauses::default(),
            inside_since: None,
            shown_out: None,
        }
    }

    /// The person's name as far as it is known.
    pub fn name(&self) -> &str {
        self.claim.as_ref().map_or("", Claim::name)
    }

    /// What the person's next line will be.
    pub fn prompt(&self) -> Prompt {
        let name = self.name().to_owned();
        match self.phase {
            Phase::Naming | Phase::NamingAgain => Prompt::Name,
            _ if self.outage.is_some() => Prompt::Away(name),
            _ => Prompt::Talk(name),
        }
    }

    /// When [`Visit::late`] is to be called.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The visit begins: with a name, or with the question for one.
    pub fn begin(&mut self, now: Instant) -> Vec<Step> {
        match self.config.name.take() {
            Some(name) => self.answer_with_name(&name, now),
            None => vec![Step::Ask],
        }
    }

    /// The person finished a line.
    pub fn typed(&mut self, typed: Typed, now: Instant) -> Vec<Step> {
        if self.keyboard_ended {
            return Vec::new();
        }
        let meaning = self.meaning(&typed);
        match self.phase {
            Phase::Naming | Phase::NamingAgain if meaning == Meaning::Leave => {
                self.leave(now)
            }
            Phase::Naming | Phase::NamingAgain => {
                self.answer_with_name(typed.line.as_str(), now)
            }
            Phase::Calling | Phase::Claiming | Phase::Away | Phase::Ghost => {
                self.typed_too_early(typed, meaning, now)
            }
            Phase::ShownOut => self.come_back(typed, meaning, now),
            Phase::Inside => self.say(typed, meaning, now),
            Phase::Leaving | Phase::Interrupted => Vec::new(),
        }
    }

    /// What a line asks of this program, from whoever it comes: a person has
    /// `/quit` and keys, and may say "exit" to the room. No word to the room
    /// is an answer to the question for a name.
    fn meaning(&self, typed: &Typed) -> Meaning {
        let is_asked = matches!(self.phase, Phase::Naming | Phase::NamingAgain);
        let has_words = is_asked || self.config.keyboard == Keyboard::Pipe;
        if has_words && typed.is_leaving_word() {
            return Meaning::Leave;
        }
        typed.meaning()
    }

    /// The person's line was longer than the keyboard takes.
    pub fn typed_too_long(&mut self) -> Vec<Step> {
        vec![Step::Tell(format!(
            "a line longer than {TYPED_BYTES_MAX} bytes was not sent"
        ))]
    }

    /// The server answered the call.
    pub fn connected(&mut self, now: Instant) -> Vec<Step> {
        self.shown_out = None;
        self.ask_room_for_name(now)
    }

    /// Nobody answered.
    pub fn unreachable(
        &mut self,
        error: &ConnectError,
        now: Instant,
    ) -> Vec<Step> {
        if self.survives() {
            return self.lose("", now);
        }
        vec![Step::Tell(error.to_string()), Step::End(Exit::Failed)]
    }

    /// The room sent lines.
    pub fn heard(&mut self, lines: Vec<Incoming>, now: Instant) -> Vec<Step> {
        let mut steps = Vec::new();
        for line in lines {
            match line {
                Incoming::Line(line) => {
                    let answer = self.answer_of_room(&line);
                    let slowed = is_slowed(&line);
                    self.note_dismissal(&line);
                    if !self.is_told_in_other_words(&answer) {
                        steps.push(Step::Show(line));
                    }
                    steps.extend(slowed.then_some(Step::BePatient));
                    steps.extend(self.take_answer(answer, now));
                }
                Incoming::TooLong => steps.push(Step::Tell(format!(
                    "a line longer than {HEARD_BYTES_MAX} bytes is not shown"
                ))),
                // Asked by telnet only; this client is none.
                Incoming::TimingMark => (),
            }
        }
        steps
    }

    /// The server is gone.
    pub fn gone(&mut self, gone: &Gone, now: Instant) -> Vec<Step> {
        let how = match (self.phase, gone) {
            (Phase::Interrupted, _) | (Phase::Leaving, Gone::Closed) => {
                return vec![Step::End(Exit::Left)];
            }
            (_, Gone::Closed) => "it closed the connection".to_owned(),
            (_, Gone::Lost(error)) => format!("the connection broke: {error}"),
        };
        if let Some(why) = self.shown_out.take() {
            return self.be_shown_out(&why);
        }
        if self.survives() {
            return self.lose(&how, now);
        }
        let address = &self.config.address;
        vec![
            Step::Tell(format!("the server at {address} is gone: {how}")),
            Step::End(Exit::Failed),
        ]
    }

    /// The deadline has passed.
    pub fn late(&mut self, now: Instant) -> Vec<Step> {
        self.deadline = None;
        let address = &self.config.address;
        match self.phase {
            Phase::Away => {
                self.phase = Phase::Calling;
                vec![Step::Call]
            }
            Phase::Calling => {
                vec![Step::Tell(format!("calling {address} ..."))]
            }
            Phase::Ghost => self.ask_room_for_name(now),
            // The reader will tell that the server is gone.
            Phase::Claiming if self.survives() => vec![Step::HangUp],
            Phase::Claiming => {
                let wait = CONFIRM_WAIT_MAX.as_secs();
                let what = format!(
                    "the server at {address} has not confirmed the name in \
                     {wait} seconds; is it a chat room?"
                );
                vec![Step::Tell(what), Step::End(Exit::Failed)]
            }
            Phase::Leaving if self.sent > 0 => {
                let what = format!(
                    "the server at {address} did not say goodbye; the last \
                     lines may not have been said"
                );
                vec![Step::Tell(what), Step::End(Exit::Left)]
            }
            _ => vec![Step::End(Exit::Left)],
        }
    }

    /// A line came while the room does not know the name.
    fn typed_too_early(
        &mut self,
        typed: Typed,
        meaning: Meaning,
        now: Instant,
    ) -> Vec<Step> {
        match meaning {
            Meaning::Leave if self.may_leave() => self.leave(now),
            Meaning::Nothing => Vec::new(),
            Meaning::Leave | Meaning::Send => self.hold(typed),
        }
    }

    fn say(
        &mut self,
        typed: Typed,
        meaning: Meaning,
        now: Instant,
    ) -> Vec<Step> {
        match meaning {
            Meaning::Nothing => Vec::new(),
            Meaning::Leave => self.leave(now),
            Meaning::Send => {
                self.sent = self.sent.saturating_add(1);
                self.backlog.grow(typed.worth(), now);
                vec![Step::Say(typed)]
            }
        }
    }
}

/// Whether the room tells us that it takes our lines more slowly from now on.
fn is_slowed(line: &Line) -> bool {
    matches!(
        ServerLine::parse(line.as_str()),
        Some(ServerLine {
            event: Event::SlowDown { .. },
            ..
        })
    )
}
