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
use crate::room::client_id::ClientId;
use crate::room::entry::Entry;
use crate::room::queue::Proposal;
use crate::room::request::Request;
use crate::room::state::{Closed, RoomState};
use crate::room::step::Step;

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
    while queue.is_empty() {
        if queue.is_closed() {
            return Err(Closed);
        }
        if room.proposed.wait_until(&mut queue, until).timed_out() {
            return Ok(None);
        }
    }
    drop(queue);
    let mut state = room.state.lock();
    let mut proposals = room.queue.lock().take();
    let plan = decide_some(&mut state, &mut proposals, room.hold_bytes_max());
    room.queue.lock().put_back(proposals);
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
    room.queue.lock().set_applied();
    room.applied.notify_all();
}

/// Takes the first of what has been proposed, as much as adds so many bytes to
/// an outbox at most, but at least one thing.
fn decide_some(
    state: &mut RoomState,
    proposals: &mut VecDeque<Proposal>,
    bytes_max: usize,
) -> Plan {
    let mut steps = Vec::new();
    let mut bytes = 0;
    while let Some((author, request)) = first(proposals) {
        let nth = state.position(author);
        bytes += nth.map_or(0, |nth| bytes_of(state, nth, request));
        let is_rename = matches!(request, Request::Rename(_));
        if !steps.is_empty() && (bytes > bytes_max || is_rename) {
            break;
        }
        let request = take_first(proposals);
        if let (Some(nth), Some(request)) = (nth, request) {
            steps.push((author, state.decide(nth, request)));
        }
        if is_rename {
            break;
        }
    }
    Plan(steps)
}

/// How many bytes this adds to anybody's outbox at most. Of words it is looked
/// at closely: a flood of short ones is planned together.
fn bytes_of(state: &RoomState, nth: usize, request: &Request) -> usize {
    let writer = &state.writers[nth];
    match request {
        Request::Say(words) | Request::Act(words) if writer.is_told_of() => {
            Entry::bytes_of(&writer.name, words)
        }
        _ => request.bytes_max(),
    }
}

/// What is asked for first, and by whom.
fn first(proposals: &VecDeque<Proposal>) -> Option<(ClientId, &Request)> {
    let proposal = proposals.front()?;
    Some((proposal.author, proposal.requests.front()?))
}

/// Takes that off. What stands behind a leave is dropped.
fn take_first(proposals: &mut VecDeque<Proposal>) -> Option<Request> {
    let requests = &mut proposals.front_mut()?.requests;
    let request = requests.pop_front();
    if requests.is_empty() || matches!(request, Some(Request::Leave(_))) {
        proposals.pop_front();
    }
    request
}
