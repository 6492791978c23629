//! `/last`, `/since`, `/search`: what was said before, shown to the asker alone. Must not
//! show what was said to one person alone: it is not kept.
//!
//! What is kept is read in the client's own thread, before the room is asked
//! for anything; what is only remembered, under the room's lock.

use std::time::Duration;

use chat_common::past::{LINES_SHOWN_MAX, Question};

use crate::config::{LAST_COST_LINES, SEARCH_COST_LINES};
use crate::net::outbox::Outbox;
use crate::past::{self, Archive, Asker, Page};
use crate::people::refusal::Refusal;
use crate::platform::sync::{Arc, Instant};
use crate::room::entry::Entry;
use crate::room::request::Action;
use crate::room::state::RoomState;

/// For how long one waits for the client to take in what it was told before,
/// until the session looks after other things.
const TAKING_IN_MAX: Duration = Duration::from_millis(100);

/// What follows where no more is known than the room remembers.
const NOT_KEPT: &str = "; nothing older is remembered here, or kept";

/// Show the asker what was said before.
#[derive(Debug)]
pub struct Find {
    question: Question,
    /// Where it is kept, if it is.
    archive: Option<Arc<dyn Archive>>,
    /// How many bytes the answer may have.
    bytes_max: usize,
    /// Whether what came before it has been done.
    is_next: bool,
    /// What is kept of it, once it has been read.
    answer: Option<Result<String, String>>,
}

impl Find {
    /// To be answered from there, in so many bytes.
    pub fn new(
        question: Question,
        archive: Option<Arc<dyn Archive>>,
        bytes_max: usize,
    ) -> Self {
        Self {
            question,
            archive,
            bytes_max,
            is_next: false,
            answer: None,
        }
    }
}

impl Action for Find {
    fn verb(&self) -> &'static str {
        self.question.verb()
    }

    fn lines(&self) -> u32 {
        match self.question {
            Question::Search { .. } => SEARCH_COST_LINES,
            _ => LAST_COST_LINES,
        }
    }

    /// A reader who is behind gets no more before it has taken that in. First
    /// the session has done what came before: the asker's own lines are found.
    fn prepare(&mut self, asker: &Outbox) -> bool {
        let Some(archive) = &self.archive else {
            return true;
        };
        let is_next = std::mem::replace(&mut self.is_next, true);
        let deadline = Instant::now() + TAKING_IN_MAX;
        if !is_next || !asker.wait_until_drained(deadline) {
            return false;
        }
        let asker = Asker {
            bytes_max: self.bytes_max,
            is_gone: &|| asker.is_over(),
        };
        self.answer = Some(archive.answer(&self.question, asker));
        true
    }

    fn bytes_max(&self) -> usize {
        self.bytes_max
    }

    fn run(
        self: Box<Self>,
        room: &mut RoomState,
        nth: usize,
    ) -> Result<(), Refusal> {
        let answer = match self.answer {
            Some(answer) => answer,
            None => remembered(&self.question, room, self.bytes_max),
        };
        let answer = answer.map_err(Refusal::NotShown)?;
        room.put_to(nth, answer.as_bytes());
        Ok(())
    }
}

/// The answer from what the room remembers.
fn remembered(
    question: &Question,
    room: &mut RoomState,
    bytes_max: usize,
) -> Result<String, String> {
    let now = room.broadcast.now();
    let entries = room.history.backwards();
    let lines = |it: &Entry| (it.number, past::line(it.at, now, it.event()));
    match question {
        Question::Last { count, before } => {
            let below = before.unwrap_or(u64::MAX);
            let asked = entries.filter(|it| it.number < below);
            let page = Page::of(asked.map(lines), *count, bytes_max);
            Ok(page.answer(&page.last(*before, NOT_KEPT)))
        }
        Question::Since { at } => {
            let at = past::time(at, &room.log.clock())?;
            let asked = entries.filter(|it| it.at.seconds() >= at.seconds());
            let page = Page::of(asked.map(lines), LINES_SHOWN_MAX, bytes_max);
            Ok(page.answer(&page.since(at, NOT_KEPT)))
        }
        Question::Search { .. } => Err("nothing is kept here that could be \
             searched; /last shows what is remembered"
            .to_owned()),
    }
}
