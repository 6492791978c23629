//! One visit to a room, from the name to the goodbye: what is to be done
//! about each thing that happens. Must not read, write, wait or look at a
//! clock: it is told what happened and when, and answers with [`Action`]s, so
//! that whatever shows them, and every test, sees the same visit.
//!
//! Read `room_line` (what it hears), `action` (what it answers with) and
//! `name_request` (whether the room has confirmed a name); this file; then its
//! parts, each about a time of the visit: `name`, `away` and `leaving`. A room
//! that numbers what it tells is `numbered` and `own_lines`, on what `numbers`
//! holds: `place` (where one is), `unconfirmed` (own lines on their way),
//! `catch_up` (what was missed) and `lag` (whether the room answers).
//! `backlog` (how long a room may take), `backoff` (how long to wait before it
//! is called again), `mentions` and `outage` are small and stand alone.

pub mod action;
pub mod away;
pub mod backlog;
pub mod backoff;
pub mod catch_up;
pub mod lag;
pub mod leaving;
pub mod mentions;
mod name;
pub mod name_request;
mod numbered;
mod numbers;
mod outage;
mod own_lines;
pub mod place;
pub mod room_line;
pub mod unconfirmed;

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use chat_common::events::Event;
use chat_common::lines::{Incoming, Line};

use crate::config::{Config, Keyboard};
use crate::exit::Exit;
use crate::typed::{Meaning, TYPED_BYTES_MAX, Typed};
use crate::visit::action::{Action, Actions, Prompt};
use crate::visit::backlog::Backlog;
use crate::visit::backoff::Backoff;
use crate::visit::name_request::NameRequest;
use crate::visit::numbers::Numbers;
use crate::visit::outage::{Goodbye, Outage};
use crate::visit::room_line::{HEARD_BYTES_MAX, RoomLine};

/// How long a server may take to confirm or refuse a name.
pub const CONFIRM_WAIT_MAX: Duration = Duration::from_secs(10);

/// How long a call may take before the person is told what is waited for.
pub const CALL_SILENCE_MAX: Duration = Duration::from_secs(1);

/// How a connection ended.
#[derive(Debug)]
pub enum Gone {
    /// The server closed it.
    Closed,
    /// It broke.
    Lost(io::Error),
}

/// How far the visit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A name is being asked for; nobody has been called.
    Naming,
    /// The reader is calling the server.
    Calling,
    /// The room has been asked for numbers; nothing is said before the
    /// answer.
    Numbering,
    /// The name has been requested; nothing else is said before the answer.
    Requesting,
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
    /// The name to ask the room for, once there is one that keeps the rules.
    name_request: Option<NameRequest>,
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
    /// The pauses between two calls; they go on growing until a stay has
    /// lasted.
    backoff: Backoff,
    /// Since when the room has known the name, while it does.
    inside_since: Option<Instant>,
    /// What the server said that shows us out, if it did.
    shown_out: Option<String>,
    /// What the room's goodbye, if it has said one, tells of the lines that
    /// it was given.
    goodbye: Option<Goodbye>,
    /// When the room was last given a line, on this connection.
    sent_at: Option<Instant>,
    /// The room's numbers, and those of our lines.
    numbers: Numbers,
}

impl Visit {
    /// A visit that has not begun.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            phase: Phase::Naming,
            name_request: None,
            held: VecDeque::new(),
            keyboard_ended: false,
            sent: 0,
            backlog: Backlog::default(),
            deadline: None,
            outage: None,
            backoff: Backoff::default(),
            inside_since: None,
            shown_out: None,
            goodbye: None,
            sent_at: None,
            numbers: Numbers::default(),
        }
    }

    /// The person's name as far as it is known.
    pub fn name(&self) -> &str {
        self.name_request.as_ref().map_or("", NameRequest::name)
    }

    /// What the person's next line will be.
    pub fn prompt(&self) -> Prompt {
        let name = self.name().to_owned();
        match self.phase {
            Phase::Naming | Phase::NamingAgain => Prompt::Name,
            _ if self.outage.is_some() => Prompt::Away(name),
            _ => match self.numbers.lag.time() {
                Some(time) => Prompt::Lagging(name, time),
                None => Prompt::Talk(name),
            },
        }
    }

    /// The person's lines that are on their way, in order.
    pub fn waiting(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.numbers.unconfirmed.waiting()
    }

    /// When [`Visit::late`] is to be called.
    pub fn deadline(&self) -> Option<Instant> {
        let numbers = self.numbers.deadlines();
        numbers.into_iter().chain([self.deadline]).flatten().min()
    }

    /// The visit begins: with a name, or with the question for one.
    pub fn begin(&mut self, now: Instant) -> Actions {
        match self.config.name.take() {
            Some(name) => self.answer_with_name(&name, now),
            None => vec![Action::Ask],
        }
    }

    /// The person finished a line.
    pub fn typed(&mut self, typed: Typed, now: Instant) -> Actions {
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
            Phase::Calling
            | Phase::Numbering
            | Phase::Requesting
            | Phase::Away
            | Phase::Ghost => self.typed_too_early(typed, meaning, now),
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
    pub fn typed_too_long(&mut self) -> Actions {
        vec![Action::Tell(format!(
            "a line longer than {TYPED_BYTES_MAX} bytes was not sent"
        ))]
    }

    /// The server answered the call.
    pub fn connected(&mut self, now: Instant) -> Actions {
        self.shown_out = None;
        self.goodbye = None;
        self.sent_at = None;
        if let Some(request) = &mut self.name_request {
            request.begin();
        }
        match self.wants_numbers() {
            true => self.ask_for_numbers(now),
            false => self.ask_room_for_name(now),
        }
    }

    /// Nobody answered, and this is why.
    pub fn unreachable(&mut self, why: &str, now: Instant) -> Actions {
        if self.survives() {
            return self.lose("", now);
        }
        vec![Action::Tell(why.to_owned()), Action::End(Exit::Failed)]
    }

    /// The room sent lines.
    pub fn heard<'l>(
        &mut self,
        lines: &'l [Incoming],
        now: Instant,
    ) -> Vec<Action<'l>> {
        let mut actions = Vec::new();
        for line in lines {
            match line {
                Incoming::Line(line) => {
                    actions.extend(self.heard_text(line, now));
                }
                Incoming::TooLong => actions.push(Action::Tell(format!(
                    "a line longer than {HEARD_BYTES_MAX} bytes is not shown"
                ))),
                // Asked by telnet only; this client is none.
                Incoming::TimingMark => (),
            }
        }
        actions
    }

    fn heard_line<'l>(
        &mut self,
        line: RoomLine<'l>,
        now: Instant,
    ) -> Vec<Action<'l>> {
        let answer = self.answer_of_room(&line);
        self.note_end(&line, now);
        let mut actions = Vec::new();
        if !self.is_told_in_other_words(&answer) {
            actions.push(Action::Show(line));
        }
        if matches!(line.event(), Some(Event::SlowDown { .. })) {
            actions.push(Action::BePatient);
        }
        actions.extend(self.take_answer(answer, now));
        actions
    }

    /// The server is gone.
    pub fn gone(&mut self, gone: &Gone, now: Instant) -> Actions {
        let mut actions = self.end_numbers(now);
        actions.extend(self.follow_loss(gone, now));
        actions
    }

    fn follow_loss(&mut self, gone: &Gone, now: Instant) -> Actions {
        let how = match (self.phase, gone) {
            (Phase::Interrupted, _) | (Phase::Leaving, Gone::Closed) => {
                return vec![Action::End(Exit::Left)];
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
            Action::Tell(format!("the server at {address} is gone: {how}")),
            Action::End(Exit::Failed),
        ]
    }

    /// A deadline has passed.
    pub fn late(&mut self, now: Instant) -> Actions {
        let mut actions = self.late_with_numbers(now);
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.deadline = None;
            actions.extend(self.late_with_visit(now));
        }
        actions
    }

    fn late_with_visit(&mut self, now: Instant) -> Actions {
        let address = &self.config.address;
        match self.phase {
            Phase::Away => {
                self.phase = Phase::Calling;
                vec![Action::Call]
            }
            Phase::Calling => {
                vec![Action::Tell(format!("calling {address} ..."))]
            }
            Phase::Ghost => self.ask_room_for_name(now),
            Phase::Numbering if self.is_asking_a_stranger() => {
                self.go_on_without_numbers(now)
            }
            // The reader will tell that the server is gone.
            Phase::Numbering | Phase::Requesting if self.survives() => {
                vec![Action::HangUp]
            }
            Phase::Numbering | Phase::Requesting => {
                let wait = CONFIRM_WAIT_MAX.as_secs();
                let what = format!(
                    "the server at {address} has not confirmed the name in \
                     {wait} seconds; is it a chat room?"
                );
                vec![Action::Tell(what), Action::End(Exit::Failed)]
            }
            _ => self.end_without_goodbye(),
        }
    }

    /// A line came while the room does not know the name.
    fn typed_too_early(
        &mut self,
        typed: Typed,
        meaning: Meaning,
        now: Instant,
    ) -> Actions {
        match meaning {
            Meaning::Leave if self.may_leave() => self.leave(now),
            Meaning::Nothing => Vec::new(),
            Meaning::Leave | Meaning::Send => self.hold(typed),
        }
    }

    fn say(&mut self, typed: Typed, meaning: Meaning, now: Instant) -> Actions {
        match meaning {
            Meaning::Nothing => Vec::new(),
            Meaning::Leave => self.leave(now),
            Meaning::Send => {
                self.sent = self.sent.saturating_add(1);
                self.backlog.grow(typed.worth(), now);
                self.sent_at = Some(now);
                self.hand_over(typed, now)
            }
        }
    }
}

#[cfg(test)]
mod tests;
