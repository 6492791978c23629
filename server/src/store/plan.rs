//! How the journal applies: it plans what becomes of the first of what has been
//! proposed, and does it later, when it is kept. Must not write anything.
//!
//! What keeps a plan true until then: an author has one proposal at a time, and
//! to leave is the last thing in it; nobody is shown out
//! ([`RoomState::settle`]); a change of name is planned alone. Who joins
//! meanwhile has a guest's name, which nobody can choose. The room may close:
//! then what was planned is kept, and nobody hears of it.

use std::collections::VecDeque;

use chat_common::events::Event;

use crate::platform::sync::Instant;
use crate::room::Room;
use crate::room::apply::Step;
use crate::room::client_id::ClientId;
use crate::room::entry::Entry;
use crate::room::queue::Proposal;
use crate::room::request::Request;
use crate::room::state::{Closed, RoomState};
use crate::room::writer::Standing;

/// What a line has beside a name and a text: a time, and the signs around
/// them.
const FRAME_BYTES_MAX: usize = 16;

/// What is to happen under one hold of the lock, in this order, each with its
/// author.
pub struct Plan(Vec<(ClientId, Step)>);

impl Plan {
    /// What of it is remembered.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter_map(|(_, step)| match step {
            Step::Entry(entry) => Some(entry),
            _ => None,
        })
    }
}

/// Waits until something is proposed, and plans the first of it; `None` when
/// the time is over. It is to be done before more is planned.
///
/// # Errors
/// [`Closed`] when the room is.
pub fn plan(room: &Room, until: Instant) -> Result<Option<Plan>, Closed> {
    let mut queue = room.queue.lock();
    while queue.waiting.is_empty() {
        if queue.is_closed() {
            return Err(Closed);
        }
        if room.proposed.wait_until(&mut queue, until).timed_out() {
            return Ok(None);
        }
    }
    drop(queue);
    let mut state = room.state.lock();
    let waiting = &mut room.queue.lock().waiting;
    let plan = decide_some(&mut state, waiting, room.hold_bytes_max);
    state.is_planned = true;
    Ok(Some(plan))
}

/// Does what has been planned, and tells everyone this.
pub fn apply(room: &Room, plan: Plan, news: Option<&str>) {
    let mut state = room.state.lock();
    for (author, step) in plan.0 {
        if let Some(nth) = state.position(author) {
            state.apply_one(nth, step);
        }
    }
    if let Some(news) = news {
        state.broadcast.tell(Event::Notice(news));
    }
    state.is_planned = false;
    state.settle();
    drop(state);
    let waiting = &mut room.queue.lock().waiting;
    while waiting.front().is_some_and(|it| it.requests.is_empty()) {
        waiting.pop_front();
    }
    room.applied.notify_all();
}

/// Takes the first of what has been proposed, as much as adds so many bytes to
/// an outbox at most, but at least one thing. A proposal of which nothing is
/// left stays until it has happened: its author waits for that.
fn decide_some(
    state: &mut RoomState,
    waiting: &mut VecDeque<Proposal>,
    bytes_max: usize,
) -> Plan {
    let mut steps = Vec::new();
    let mut bytes = 0;
    for Proposal { author, requests } in waiting {
        let nth = state.position(*author);
        while let Some(request) = requests.front() {
            bytes += nth.map_or(0, |nth| bytes_of(state, nth, request));
            let is_rename = matches!(request, Request::Rename(_));
            if !steps.is_empty() && (bytes > bytes_max || is_rename) {
                return Plan(steps);
            }
            if let (Some(nth), Some(request)) = (nth, requests.pop_front()) {
                if matches!(request, Request::Leave(_)) {
                    // What stands behind it is dropped.
                    requests.clear();
                }
                steps.push((*author, state.decide(nth, request)));
            }
            if is_rename {
                return Plan(steps);
            }
        }
    }
    Plan(steps)
}

/// How many bytes this adds to anybody's outbox at most. Of words it is looked
/// at closely: a flood of short ones is planned together.
fn bytes_of(state: &RoomState, nth: usize, request: &Request) -> usize {
    let writer = &state.writers[nth];
    match (request, writer.standing) {
        (
            Request::Say(words) | Request::Act(words),
            Standing::Named | Standing::Counted,
        ) => {
            let name = writer.name.as_str();
            FRAME_BYTES_MAX + name.len() + words.as_str().len()
        }
        // Their arrival comes before their words.
        _ => request.bytes_max(),
    }
}
