//! The part of a visit in which the server is gone: it is called again, the
//! name is claimed again, and what is typed meanwhile is kept.

use std::time::{Duration, Instant};

use chat_common::lines::Line;

use super::{Phase, Step, Visit};
use crate::config::Reconnect;
use crate::pauses::Pauses;
use crate::typed::Typed;

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
#[derive(Debug)]
pub(super) struct Outage {
    pauses: Pauses,
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
        let mut steps = Vec::new();
        let outage = self.outage.get_or_insert_with(|| {
            steps.push(Step::Tell(format!(
                "the server at {} is gone: {how}; the last lines you sent \
                 may be missing; calling it again, /quit leaves",
                self.config.address
            )));
            Outage {
                pauses: Pauses::default(),
                taken_since: None,
            }
        });
        outage.taken_since = None;
        self.phase = Phase::Away;
        self.deadline = Some(now + outage.pauses.take());
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
