//! What a visit knows of the room's numbers and of its own. Pure; must not
//! decide what is done about them.

use std::time::{Duration, Instant};

use chat_common::lines::Line;

use crate::visit::catch_up::CatchUp;
use crate::visit::lag::Lag;
use crate::visit::place::Place;
use crate::visit::unconfirmed::Unconfirmed;

/// How long a place may be known here alone before it is kept: who kills this
/// program hears the last moment again.
pub const KEEP_PAUSE: Duration = Duration::from_millis(200);

/// How long a room may say nothing between two entries that were missed:
/// then what has come is shown.
pub const CATCH_UP_SILENCE_MAX: Duration = Duration::from_secs(10);

/// How many lines of a greeting wait for the room's answer: many times what a
/// room of ours says before it.
pub const GREETING_LINES_MAX: usize = 1000;

/// How many bytes of it.
pub const GREETING_BYTES_MAX: usize = 8 * 1024 * 1024;

/// How far this connection has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// Lines have no numbers.
    #[default]
    Plain,
    /// The room has been asked for them, and has not answered.
    Asked,
    /// It answers with numbers.
    Numbered,
}

/// What the person is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Once {
    /// The room gives no numbers.
    NoNumbers,
    /// A number came again.
    Repeated,
    /// A line came that makes no sense here.
    Garbage,
}

/// The numbers of a visit, over all its connections.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) stage: Stage,
    /// The room's history, and the last number that was heard of.
    pub(super) epoch: Option<(String, u64)>,
    /// What the room knows this client by.
    pub(super) token: Option<String>,
    /// The number of the last entry that was heard. Not that of one's own
    /// lines: what one does may be heard of after it is confirmed.
    pub(super) heard: u64,
    /// The person's lines on their way.
    pub(super) unconfirmed: Unconfirmed,
    /// Whether the room answers.
    pub(super) lag: Lag,
    /// What was missed, while it is coming.
    pub(super) missed: Option<CatchUp>,
    /// When more of it must have come.
    pub(super) missed_by: Option<Instant>,
    /// Lines that came before the room's answer: which of them are to be
    /// shown is known with it.
    greeting: Vec<Line>,
    greeting_bytes: usize,
    /// When the place is to be kept, if it has changed.
    keep_at: Option<Instant>,
    told: Vec<Once>,
}

impl Numbers {
    /// Where this client is, if the room has told it what to come back with.
    pub(super) fn place(&self) -> Option<Place> {
        let (epoch, last) = self.epoch.clone()?;
        let token = self.token.clone()?;
        Some(Place { epoch, last, token })
    }

    /// Where it was in an earlier run.
    pub(super) fn recall(&mut self, place: Place) {
        self.epoch = Some((place.epoch, place.last));
        self.token = Some(place.token);
    }

    /// The room has been asked for numbers, on a new connection.
    pub(super) fn begin(&mut self) {
        self.stage = Stage::Asked;
        self.heard = 0;
        self.missed = None;
        self.missed_by = None;
        self.lag = Lag::default();
        self.told.retain(|told| *told == Once::NoNumbers);
        self.take_greeting();
    }

    /// A number of the room has been heard of, and what has it is seen as
    /// soon as everything that was missed before it.
    pub(super) fn advance(&mut self, number: u64, now: Instant) {
        if let Some(missed) = self.missed.as_mut().filter(|it| !it.is_shown) {
            missed.last = missed.last.max(number);
        } else if let Some((_, last)) = &mut self.epoch
            && number > *last
        {
            *last = number;
            self.keep_at.get_or_insert(now + KEEP_PAUSE);
        }
    }

    /// The place is to be kept soon.
    pub(super) fn keep_by(&mut self, at: Instant) {
        self.keep_at = Some(at);
    }

    /// When something is due.
    pub(super) fn deadlines(&self) -> [Option<Instant>; 3] {
        [self.keep_at, self.missed_by, self.lag.deadline()]
    }

    /// The place, if it is to be kept by now.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Place> {
        self.keep_at
            .is_some_and(|at| at <= now)
            .then(|| self.take_changed())?
    }

    /// The place, if it has changed since it was kept.
    pub(super) fn take_changed(&mut self) -> Option<Place> {
        self.keep_at.take()?;
        self.place()
    }

    /// Keeps a line back until the room has answered. `false`: these are too
    /// many.
    pub(super) fn hold(&mut self, line: &Line) -> bool {
        self.greeting_bytes += line.as_str().len();
        self.greeting.push(line.clone());
        self.greeting.len() < GREETING_LINES_MAX
            && self.greeting_bytes < GREETING_BYTES_MAX
    }

    /// The lines that were kept back.
    pub(super) fn take_greeting(&mut self) -> Vec<Line> {
        self.greeting_bytes = 0;
        std::mem::take(&mut self.greeting)
    }

    /// Whether the person is to be told of this: the first time.
    pub(super) fn is_news(&mut self, what: Once) -> bool {
        let is_news = !self.told.contains(&what);
        if is_news {
            self.told.push(what);
        }
        is_news
    }
}
