//! The part of a visit in which the server is gone: it is called again, the
//! name is requested again, and what is typed meanwhile is kept.

use std::time::{Duration, Instant};

use chat_common::events::Event;
use chat_common::lines::Line;

use crate::config::Reconnect;
use crate::exit::Exit;
use crate::typed::{Meaning, Typed};
use crate::visit::action::{Action, Actions};
use crate::visit::backoff::{Backoff, PAUSE_MAX};
use crate::visit::numbers::Stage;
use crate::visit::outage::{Goodbye, Outage};
use crate::visit::room_line::RoomLine;
use crate::visit::{Phase, Visit};

/// How long a name that is taken is requested again before the person is
/// asked. Most often it is one's own: a server that did not see the
/// connection break keeps the name for 30 seconds.
pub const GHOST_WAIT_MAX: Duration = Duration::from_secs(40);

/// How long to wait between those requests: few enough for any room.
pub const GHOST_PAUSE: Duration = Duration::from_secs(2);

/// How long before its goodbye a room must have been given a line to have
/// taken it for certain: one that closes drops what it has not come to yet.
pub const SURELY_TAKEN: Duration = Duration::from_millis(500);

/// How many lines are kept while there is nobody to say them to; what one
/// types in an hour, and little enough to be said in a minute.
pub const HELD_LINES_MAX: usize = 500;

impl Visit {
    /// Whether a server that goes now is called again.
    pub(super) fn survives(&self) -> bool {
        self.config.reconnect == Reconnect::Always
            && !matches!(self.phase, Phase::Leaving | Phase::Interrupted)
            && (self.phase == Phase::Inside || self.outage.is_some())
    }

    /// The server is gone, and will be called again.
    pub(super) fn lose(&mut self, how: &str, now: Instant) -> Actions {
        self.forget_backoff_after_a_stay(now);
        let outage = self.outage.get_or_insert_default();
        outage.taken_since = None;
        let is_told = std::mem::replace(&mut outage.is_told, true);
        self.phase = Phase::Away;
        self.deadline = Some(now + self.backoff.take());
        if is_told {
            return Vec::new();
        }
        let address = &self.config.address;
        let fate = self.fate_of_lines();
        vec![Action::Tell(format!(
            "the server at {address} is gone: {how}{fate}; calling it again, \
             /quit leaves"
        ))]
    }

    /// What is known of the lines that were sent just before the loss.
    fn fate_of_lines(&self) -> String {
        let count = self.numbers.unconfirmed.len();
        match (self.numbers.stage, count) {
            (Stage::Numbered, 0) => String::new(),
            (Stage::Numbered, 1) => "; your last line is not confirmed, and \
                                     is sent again if it has not come"
                .to_owned(),
            (Stage::Numbered, _) => format!(
                "; your last {count} lines are not confirmed, and those that \
                 have not come are sent again"
            ),
            _ if self.sent_at.is_none() => String::new(),
            _ => match self.goodbye {
                Some(Goodbye::TookAll) => "",
                Some(Goodbye::MayLackTheLast) => {
                    "; what you sent in its last moment may not have been said"
                }
                None => "; the last lines you sent may be missing",
            }
            .to_owned(),
        }
    }

    /// A server that lets everybody in and loses them at once is not called
    /// every second for that.
    fn forget_backoff_after_a_stay(&mut self, now: Instant) {
        let since = self.inside_since.take();
        if since.is_some_and(|since| now >= since + PAUSE_MAX) {
            self.backoff = Backoff::default();
        }
    }

    /// Takes note of a line with which the server ends our stay, or its own.
    pub(super) fn note_end(&mut self, line: &RoomLine<'_>, now: Instant) {
        if line.event() == Some(Event::Closing) {
            let is_long_ago = |at| now >= at + SURELY_TAKEN;
            let has_all = self.sent_at.is_none_or(is_long_ago)
                && self.backlog.wait(now).is_zero();
            self.goodbye = Some(match has_all {
                true => Goodbye::TookAll,
                false => Goodbye::MayLackTheLast,
            });
        }
        if let Some(event) = line.event()
            && event.ends_stay()
        {
            let words = event.to_string();
            let why = words.strip_prefix("* ").unwrap_or(&words);
            self.shown_out = Some(why.to_owned());
        }
    }

    /// The server does not want us just now: who is there comes back when
    /// they say so, and nobody else does.
    pub(super) fn be_shown_out(&mut self, why: &str) -> Actions {
        if !self.survives() {
            let address = &self.config.address;
            let what =
                format!("the server at {address} does not let us stay: {why}");
            return vec![Action::Tell(what), Action::End(Exit::Failed)];
        }
        self.inside_since = None;
        self.outage = Some(Outage::default());
        self.phase = Phase::ShownOut;
        self.deadline = None;
        // The server itself has just said why.
        let what = "press Enter to come back; /quit leaves";
        vec![Action::Tell(what.to_owned())]
    }

    /// The person has been shown out and pressed Enter.
    pub(super) fn come_back(
        &mut self,
        typed: Typed,
        meaning: Meaning,
        now: Instant,
    ) -> Actions {
        let mut actions = match meaning {
            Meaning::Leave => return self.leave(now),
            Meaning::Nothing => Vec::new(),
            Meaning::Send => self.hold(typed),
        };
        self.phase = Phase::Calling;
        actions.push(Action::Tell("calling the server again".to_owned()));
        actions.push(Action::Call);
        actions
    }

    /// The room refused the name that was ours before the outage.
    pub(super) fn ghost_has_name(
        &mut self,
        why: &str,
        now: Instant,
    ) -> Actions {
        let Some(outage) = &mut self.outage else {
            return Vec::new();
        };
        let first = outage.taken_since.is_none();
        let since = *outage.taken_since.get_or_insert(now);
        if now >= since + GHOST_WAIT_MAX {
            self.phase = Phase::NamingAgain;
            let what = format!("the room still refuses the name: {why}");
            return vec![Action::Tell(what), Action::Ask];
        }
        self.phase = Phase::Ghost;
        self.deadline = Some(now + GHOST_PAUSE);
        let wait = GHOST_WAIT_MAX.as_secs();
        let what = format!(
            "the server is back, but refuses the name ({why}); it may be held \
             by your own lost connection: asking again for {wait} seconds"
        );
        first.then_some(Action::Tell(what)).into_iter().collect()
    }

    /// Keeps a line until the room knows the name.
    pub(super) fn hold(&mut self, typed: Typed) -> Actions {
        if self.held.len() >= HELD_LINES_MAX {
            return vec![not_sent(&typed.line)];
        }
        let what = format!("kept until then: {}", typed.line.as_str());
        self.held.push_back(typed);
        let told = self.outage.as_ref().map(|_| Action::Tell(what));
        told.into_iter().collect()
    }

    /// What was kept will not be said any more.
    pub(super) fn give_up_held(&mut self) -> Actions {
        let held = std::mem::take(&mut self.held);
        held.iter().map(|typed| not_sent(&typed.line)).collect()
    }
}

fn not_sent(line: &Line) -> Action<'static> {
    Action::Tell(format!("not sent: {}", line.as_str()))
}
