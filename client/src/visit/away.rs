//! The part of a visit in which the server is gone: it is called again, the
//! name is claimed again, and what is typed meanwhile is kept.

use std::time::{Duration, Instant};

use chat_common::events::ServerLine;
use chat_common::lines::Line;

use super::{Phase, Step, Visit};
use crate::config::Reconnect;
use crate::exit::Exit;
use crate::pauses::{PAUSE_MAX, Pauses};
use crate::typed::{Meaning, Typed};

/// How long a name that is taken is claimed again before the person is
/// asked. Most often it is one's own: a server that did not see the
/// connection break keeps the name for 30 seconds.
pub const GHOST_WAIT_MAX: Duration = Duration::from_secs(40);

/// How long to wait between those claims: few enough for any room.
pub const GHOST_PAUSE: Duration = Duration::from_secs(2);

/// How many lines are kept while there is nobody to say them to; what one
/// types in an hour, and little enough to be said in a minute.
pub const HELD_LINES_MAX: usize = 500;

/// The time between losing the server and being known to it again.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// Whether the person knows that the server is called without a word of
    /// theirs.
    is_told: bool,
    /// When the room first said that the name is taken.
    taken_since: Option<Instant>,
}

impl Visit {
    /// Whether a server that goes now is called again.
    pub(super) fn survives(&self) -> bool {
        self.config.reconnect == Reconnect::Always
            && !matches!(self.phase, Phase::Leaving | Phase::Interrupted)
            && (self.phase == Phase::Inside || self.outage.is_some())
    }

    /// The server is gone, and will be called again.
    pub(super) fn lose(&mut self, how: &str, now: Instant) -> Vec<Step> {
        self.forget_pauses_after_a_stay(now);
        let outage = self.outage.get_or_insert_default();
        outage.taken_since = None;
        let is_told = std::mem::replace(&mut outage.is_told, true);
        self.phase = Phase::Away;
        self.deadline = Some(now + self.pauses.take());
        if is_told {
            return Vec::new();
        }
        vec![Step::Tell(format!(
            "the server at {} is gone: {how}; the last lines you sent may be \
             missing; calling it again, /quit leaves",
            self.config.address
        ))]
    }

    /// A server that lets everybody in and loses them at once is not called
    /// every second for that.
    fn forget_pauses_after_a_stay(&mut self, now: Instant) {
        let since = self.inside_since.take();
        if since.is_some_and(|since| now >= since + PAUSE_MAX) {
            self.pauses = Pauses::default();
        }
    }

    /// Takes note of a line with which the server ends our stay.
    pub(super) fn note_dismissal(&mut self, line: &Line) {
        let heard = ServerLine::parse(line.as_str());
        if let Some(event) = heard.map(|heard| heard.event)
            && event.ends_stay()
        {
            let words = event.to_string();
            let why = words.strip_prefix("* ").unwrap_or(&words);
            self.shown_out = Some(why.to_owned());
        }
    }

    /// The server does not want us just now: who is there comes back when
    /// they say so, and nobody else does.
    pub(super) fn be_shown_out(&mut self, why: &str) -> Vec<Step> {
        if !self.survives() {
            let address = &self.config.address;
            let what =
                format!("the server at {address} does not let us stay: {why}");
            return vec![Step::Tell(what), Step::End(Exit::Failed)];
        }
        self.inside_since = None;
        self.outage = Some(Outage::default());
        self.phase = Phase::ShownOut;
        self.deadline = None;
        // The server itself has just said why.
        let what = "press Enter to come back; /quit leaves";
        vec![Step::Tell(what.to_owned())]
    }

    /// The person has been shown out and pressed Enter.
    pub(super) fn come_back(
        &mut self,
        typed: Typed,
        meaning: Meaning,
        now: Instant,
    ) -> Vec<Step> {
        let mut steps = match meaning {
            Meaning::Leave => return self.leave(now),
            Meaning::Nothing => Vec::new(),
            Meaning::Send => self.hold(typed),
        };
        self.phase = Phase::Calling;
        steps.push(Step::Tell("calling the server again".to_owned()));
        steps.push(Step::Call);
        steps
    }

    /// The room refused the name that was ours before the outage.
    pub(super) fn ghost_has_name(
        &mut self,
        why: &str,
        now: Instant,
    ) -> Vec<Step> {
        let Some(outage) = &mut self.outage else {
            return Vec::new();
        };
        let first = outage.taken_since.is_none();
        let since = *outage.taken_since.get_or_insert(now);
        if now >= since + GHOST_WAIT_MAX {
            self.phase = Phase::NamingAgain;
            let what = format!("the room still refuses the name: {why}");
            return vec![Step::Tell(what), Step::Ask];
        }
        self.phase = Phase::Ghost;
        self.deadline = Some(now + GHOST_PAUSE);
        let wait = GHOST_WAIT_MAX.as_secs();
        let what = format!(
            "the server is back, but refuses the name ({why}); it may be held \
             by your own lost connection: asking again for {wait} seconds"
        );
        first.then_some(Step::Tell(what)).into_iter().collect()
    }

    /// Keeps a line until the room knows the name.
    pub(super) fn hold(&mut self, typed: Typed) -> Vec<Step> {
        if self.held.len() >= HELD_LINES_MAX {
            return vec![not_sent(&typed.line)];
        }
        let what = format!("kept until then: {}", typed.line.as_str());
        self.held.push_back(typed);
        let told = self.outage.as_ref().map(|_| Step::Tell(what));
        told.into_iter().collect()
    }

    /// What was kept will not be said any more.
    pub(super) fn give_up_held(&mut self) -> Vec<Step> {
        let held = std::mem::take(&mut self.held);
        held.iter().map(|typed| not_sent(&typed.line)).collect()
    }
}

fn not_sent(line: &Line) -> Step {
    Step::Tell(format!("not sent: {}", line.as_str()))
}
