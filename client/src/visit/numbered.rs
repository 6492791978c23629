//! The part of a visit that is about a room that numbers what it tells: it is
//! asked for numbers, what was missed is heard, and nothing is heard twice.
//! `own_lines` is about what the person says there.

use std::time::Instant;

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::numbered::{self, Control, Marked};

use crate::config::Keyboard;
use crate::visit::action::{Action, Actions};
use crate::visit::catch_up::{CatchUp, Missed};
use crate::visit::lag::Lag;
use crate::visit::mentions::mentions;
use crate::visit::name_request::NameRequest;
use crate::visit::numbers::{CATCH_UP_SILENCE_MAX, Once, Stage};
use crate::visit::own_lines::unknown_fate;
use crate::visit::place::{self, Place};
use crate::visit::room_line::RoomLine;
use crate::visit::{CONFIRM_WAIT_MAX, Phase, Visit};

/// How many of the skipped a room shows at once: `/last` takes no more.
const LAST_LINES_MAX: u64 = 500;

/// How much of a line that makes no sense is quoted.
const QUOTED_CHARS_MAX: usize = 60;

impl Visit {
    /// Whether rooms are asked for numbers. A pipe does not come back, and
    /// its lines are a program's, which reads them as they are.
    pub(super) fn wants_numbers(&self) -> bool {
        self.config.keyboard == Keyboard::Person
    }

    /// Where an earlier run of this program was, if it is known.
    pub fn recalled(&mut self, place: Option<Place>) {
        if let Some(place) = place {
            self.numbers.recall(place);
        }
    }

    /// Asks for numbers; nothing else is said before the answer, because a
    /// room that has none would say the numbers to everybody.
    pub(super) fn ask_for_numbers(&mut self, now: Instant) -> Actions {
        self.numbers.begin();
        self.phase = Phase::Numbering;
        self.deadline = Some(now + CONFIRM_WAIT_MAX);
        let hello = place::hello(self.numbers.place().as_ref());
        vec![Action::Send(hello.into())]
    }

    /// Takes in a line, whichever way the room speaks.
    pub(super) fn heard_text<'l>(
        &mut self,
        line: &'l Line,
        now: Instant,
    ) -> Vec<Action<'l>> {
        match self.numbers.stage {
            Stage::Plain => self.heard_line(RoomLine::read(line), now),
            Stage::Asked => self.heard_before_answer(line, now),
            Stage::Numbered => self.heard_marked(line, now),
        }
    }

    fn heard_before_answer<'l>(
        &mut self,
        line: &'l Line,
        now: Instant,
    ) -> Vec<Action<'l>> {
        if let Some(Marked::Control(Control::Epoch { epoch, last })) =
            Marked::parse(line.as_str())
        {
            return self.begin_numbers(epoch, last, now);
        }
        let heard = RoomLine::read(line);
        if let Some(Event::Refused { verb, .. }) = heard.event()
            && verb == numbered::VERB
        {
            return self.go_on_without_numbers(now);
        }
        if self.numbers.epoch.is_none() {
            return self.heard_line(heard, now);
        }
        // What of it has been seen before is known with the answer.
        self.answer_of_room(&heard);
        self.note_end(&heard, now);
        if self.numbers.hold(line) {
            return Vec::new();
        }
        self.show_greeting(|_| true)
    }

    /// Whether a room that has never given numbers has not answered the
    /// question for them. One that has is only slow.
    pub(super) fn is_asking_a_stranger(&self) -> bool {
        let is_known = self.survives() && self.numbers.token.is_some();
        self.numbers.stage == Stage::Asked && !is_known
    }

    /// The room does not know the question, or did not answer it.
    pub(super) fn go_on_without_numbers(&mut self, now: Instant) -> Actions {
        self.numbers.stage = Stage::Plain;
        let mut actions = self.show_greeting(|_| true);
        if self.numbers.is_news(Once::NoNumbers) {
            let what = "this room gives no numbers: what is said may be lost \
                        or doubled on the way";
            actions.push(Action::Tell(what.to_owned()));
        }
        let lines = self.numbers.unconfirmed.begin_anew();
        actions.extend(unknown_fate(&lines));
        actions.extend(self.ask_room_for_name(now));
        actions
    }

    /// The room answers, and says where it is.
    fn begin_numbers(
        &mut self,
        epoch: &str,
        last: u64,
        now: Instant,
    ) -> Actions {
        self.numbers.stage = Stage::Numbered;
        let Some((old, was_at)) = self.numbers.epoch.take() else {
            self.numbers.epoch = Some((epoch.to_owned(), last));
            return Vec::new();
        };
        let (actions, at) = if old != epoch {
            let mut actions = self.show_greeting(|_| true);
            actions.push(Action::Tell(
                "the room has begun a new history: what was said while you \
                 were away, but for what it has just shown, is not in it"
                    .to_owned(),
            ));
            (actions, last)
        } else if was_at > last {
            let mut actions = self.show_greeting(|_| true);
            actions.push(Action::Tell(format!(
                "the room's numbers have gone back from {was_at} to {last}: \
                 what you missed cannot be told from what you have seen"
            )));
            (actions, last)
        } else {
            // It is sent again, with its number, if it has been missed.
            self.numbers.heard = was_at;
            (self.show_greeting(|line| !is_numbered(line)), was_at)
        };
        self.numbers.epoch = Some((epoch.to_owned(), at));
        self.numbers.keep_by(now);
        actions
    }

    /// What is due that is about numbers.
    pub(super) fn late_with_numbers(&mut self, now: Instant) -> Actions {
        let place = self.numbers.take_due(now);
        let mut actions: Actions =
            place.map(Action::Keep).into_iter().collect();
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if is_due(self.numbers.missed_by) {
            actions.extend(self.end_missed(now));
        }
        if is_due(self.numbers.lag.deadline()) {
            actions.extend(self.ask_whether_there());
        }
        actions
    }

    /// The connection is gone: what has come of what was missed is shown.
    pub(super) fn end_numbers(&mut self, now: Instant) -> Actions {
        // What has numbers will come again with them.
        let mut actions = self.show_greeting(|line| !is_numbered(line));
        actions.extend(self.show_all_missed(now));
        self.numbers.lag = Lag::default();
        let place = self.numbers.take_changed();
        actions.extend(place.map(Action::Keep));
        actions
    }

    /// Shows what was kept back, or what of it is like this.
    fn show_greeting(&mut self, shows: fn(&RoomLine<'_>) -> bool) -> Actions {
        let lines = self.numbers.take_greeting().into_iter();
        let shown = lines.filter(|line| shows(&RoomLine::read(line)));
        shown.map(Action::ShowKept).collect()
    }

    fn heard_marked<'l>(
        &mut self,
        line: &'l Line,
        now: Instant,
    ) -> Vec<Action<'l>> {
        match Marked::parse(line.as_str()) {
            Some(Marked::Line(text)) => {
                self.heard_line(RoomLine::of(text), now)
            }
            Some(Marked::Entry { number, line }) => {
                self.heard_entry(number, line, now)
            }
            Some(Marked::Control(control)) => self.heard_control(control, now),
            None if line.as_str().starts_with(['#', '-', '=']) => {
                self.heard_garbage(line.as_str())
            }
            // Nothing of a guest can stand here.
            None => self.heard_line(RoomLine::read(line), now),
        }
    }

    /// Told once, or a room that speaks another version fills the screen.
    fn heard_garbage(&mut self, text: &str) -> Actions {
        if !self.numbers.is_news(Once::Garbage) {
            return Vec::new();
        }
        let quoted: String = text.chars().take(QUOTED_CHARS_MAX).collect();
        vec![Action::Tell(format!(
            "the room has sent what this client does not understand, and such \
             lines are left out: {quoted}"
        ))]
    }

    fn heard_entry<'l>(
        &mut self,
        number: u64,
        text: &'l str,
        now: Instant,
    ) -> Vec<Action<'l>> {
        if number <= self.numbers.heard {
            return self.heard_again(number);
        }
        self.numbers.heard = number;
        self.numbers.advance(number, now);
        let line = RoomLine::of(text);
        match self.numbers.missed {
            None => self.heard_line(line, now),
            Some(_) => self.heard_missed(number, line, now),
        }
    }

    fn heard_again(&mut self, number: u64) -> Actions {
        if !self.numbers.is_news(Once::Repeated) {
            return Vec::new();
        }
        vec![Action::Tell(format!(
            "the room has given number {number} again; lines with numbers \
             that you have seen are left out"
        ))]
    }

    /// Kept until the last has come, and only shown: names in it may be
    /// somebody else's by now.
    fn heard_missed<'l>(
        &mut self,
        number: u64,
        line: RoomLine<'l>,
        now: Instant,
    ) -> Vec<Action<'l>> {
        if let Some((own, at)) = self.own_line_in(&line) {
            return self.show_own(own, at);
        }
        let missed = self.missed_lines(now);
        if missed.is_shown {
            return vec![Action::Show(line.of_the_past())];
        }
        missed.add(number, line.text());
        if !missed.is_full() {
            return Vec::new();
        }
        let full = missed.take_full();
        self.show_missed(full, now)
    }

    /// What was said before a loss is the person's own, if the room shows it
    /// among what they missed.
    fn own_line_in(
        &mut self,
        line: &RoomLine<'_>,
    ) -> Option<(Line, Option<String>)> {
        let (Event::Said { name, text } | Event::Acted { name, text }) =
            line.event()?
        else {
            return None;
        };
        if name != self.name() {
            return None;
        }
        let own = self.numbers.unconfirmed.settle_if_said(text)?;
        let at = line.parsed()?.at.map(str::to_owned);
        Some((own, at))
    }

    fn heard_control(&mut self, control: Control<'_>, now: Instant) -> Actions {
        let is_answer = self.phase == Phase::Numbering;
        match control {
            Control::Token(token) if is_answer => self.get_token(token, now),
            Control::TakenTo(number)
                if is_answer && self.numbers.token.is_some() =>
            {
                self.numbers.unconfirmed.resume(number);
                self.numbers.missed_by = Some(now + CATCH_UP_SILENCE_MAX);
                self.greet_room(now)
            }
            Control::Taken { k, became } => self.confirmed(k, became, now),
            Control::Pong(number) => self.heard_pong(number, now),
            Control::Skipped(count) => {
                self.missed_lines(now).skipped = count;
                Vec::new()
            }
            Control::Missed(_) => {
                self.missed_lines(now);
                Vec::new()
            }
            Control::End => self.end_missed(now),
            // Once is enough for each of these.
            Control::Epoch { .. } | Control::Token(_) | Control::TakenTo(_) => {
                self.heard_garbage(&Marked::Control(control).to_string())
            }
        }
    }

    fn get_token(&mut self, token: &str, now: Instant) -> Actions {
        self.numbers.token = Some(token.to_owned());
        self.numbers.keep_by(now);
        let lines = self.numbers.unconfirmed.begin_anew();
        let mut actions = unknown_fate(&lines);
        actions.extend(self.greet_room(now));
        actions
    }

    /// The room has given back the name of a dead connection, or is asked for
    /// the name.
    fn greet_room(&mut self, now: Instant) -> Actions {
        let is_given = |request: &NameRequest| request.is_mine();
        match self.name_request.as_ref().is_some_and(is_given) {
            true => self.enter(now),
            false => self.ask_room_for_name(now),
        }
    }

    /// A room is coming to what was missed, or is at it.
    fn missed_lines(&mut self, now: Instant) -> &mut CatchUp {
        self.numbers.missed_by = Some(now + CATCH_UP_SILENCE_MAX);
        self.numbers.missed.get_or_insert_default()
    }

    /// All that was missed has come, or all that will.
    pub(super) fn end_missed(&mut self, now: Instant) -> Actions {
        let mut actions = self.show_all_missed(now);
        actions.extend(self.show_taken());
        actions
    }

    fn show_all_missed(&mut self, now: Instant) -> Actions {
        self.numbers.missed_by = None;
        let missed = self.numbers.missed.take();
        missed
            .map(|missed| self.show_missed(missed, now))
            .unwrap_or_default()
    }

    /// The marker, and what was missed below it.
    fn show_missed(&mut self, mut missed: CatchUp, now: Instant) -> Actions {
        missed.leave_out_arrivals();
        self.numbers.advance(missed.last, now);
        let mut actions = Vec::new();
        if missed.skipped > 0 {
            actions.push(Action::Tell(skipped(missed.skipped, missed.first)));
        }
        let heard = missed.lines.iter().filter_map(|missed| match missed {
            Missed::Heard(line) => Some(line),
            Missed::Own(..) => None,
        });
        let naming = heard.clone().filter(|line| self.is_named_in(line));
        let naming = naming.count();
        let count = heard.count();
        if count > 0 {
            actions.push(Action::Tell(marker(count, naming)));
        }
        let lines = missed.lines.into_iter();
        actions.extend(lines.map(|missed| match missed {
            Missed::Heard(line) => Action::ShowMissed(line),
            Missed::Own(line, at) => Action::Own(line, at),
        }));
        actions
    }

    /// Whether somebody else mentions the person in this line.
    fn is_named_in(&self, line: &Line) -> bool {
        let me = self.name();
        match RoomLine::read(line).event() {
            Some(Event::Said { name, text } | Event::Acted { name, text }) => {
                name != me && !mentions(text, me).is_empty()
            }
            _ => false,
        }
    }
}

/// What stands above the lines that were missed.
fn marker(count: usize, naming: usize) -> String {
    let lines = if count == 1 { "line" } else { "lines" };
    match naming {
        0 => format!("you missed {count} {lines}"),
        1 => format!("you missed {count} {lines} (1 names you)"),
        _ => format!("you missed {count} {lines} ({naming} name you)"),
    }
}

/// How many more were missed, and how they are to be had.
fn skipped(count: u64, first: Option<u64>) -> String {
    let lines = if count == 1 { "line" } else { "lines" };
    let what = format!("you missed {count} more {lines} before those below");
    let Some(first) = first else {
        return what;
    };
    let shown = count.min(LAST_LINES_MAX);
    format!("{what}: /last {shown} before {first} shows the latest of them")
}

/// Whether lines like this have numbers in a room that gives any: they come
/// again, with their number, if they were missed.
fn is_numbered(line: &RoomLine<'_>) -> bool {
    let Some(heard) = line.parsed() else {
        return false;
    };
    let is_kept = matches!(
        heard.event,
        Event::Said { .. } | Event::Acted { .. } | Event::Renamed { .. }
    );
    heard.earlier || is_kept
}
