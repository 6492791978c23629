//! The room: who is here, and everything that happens to all of them at once.
//! The one lock. Must not know what a socket is, or wait for anything but its
//! own two locks and an outbox's.
//!
//! Whoever wants something to happen **proposes** it ([`Room::propose`]);
//! whoever holds the lock **applies** what has been proposed, their own and
//! others', in one order. So everything that everyone must see in the same
//! order happens under one hold of the lock, and a thousand clients who talk
//! at once are told together, not one by one.
//!
//! Where what is said is kept, one thread applies it, the journal's, which keeps
//! it first: nobody hears what is not kept.
//!
//! Read `request` and `entry` (what is asked for, what happens), `queue`
//! (what has been proposed), this file, `writer` and `state` (what the lock
//! guards), then `apply` and `presence` (what is done under it). `jobs`
//! and `job_runner` are for what must not happen under the lock; `broadcast`,
//! `history` and `record` are small and alone.

pub mod apply;
pub mod broadcast;
pub mod client_id;
pub mod entry;
pub mod history;
pub mod job_runner;
pub mod jobs;
pub mod presence;
pub mod queue;
pub mod record;
pub mod request;
pub mod state;
pub mod writer;

use chat_common::events::LeaveReason;

use crate::config::Config;
use crate::logging::log::Log;
use crate::past::Archive;
use crate::platform::sync::{
    Arc, Condvar, Mutex, Receiver, unbounded, yield_now,
};
use crate::room::client_id::ClientId;
use crate::room::jobs::{Job, Jobs};
use crate::room::queue::{Queue, Ticket};
use crate::room::record::Record;
use crate::room::request::Request;
use crate::room::state::{Closed, RoomState};
use crate::room::writer::Newcomer;

/// The room.
pub struct Room {
    /// Who is here and what they have been told. Nothing that waits, but for
    /// the queue's lock and an outbox's, may happen while it is held.
    pub state: Mutex<RoomState>,
    /// What has been proposed and not applied. Lock order: `state`, then
    /// `queue`; nobody takes `state` while they hold `queue`.
    pub queue: Mutex<Queue>,
    /// Signaled when something has been proposed, or the room is closed.
    pub proposed: Condvar,
    /// Signaled when the journal has applied something, or the room is closed.
    pub applied: Condvar,
    /// Where what is kept can be read, if it is: then one thread applies.
    pub archive: Option<Arc<dyn Archive>>,
    /// How many bytes one hold adds to an outbox at most, a quarter of a
    /// backlog: who keeps up must not be too slow for what comes at once.
    pub hold_bytes_max: usize,
}

impl Room {
    /// An empty room, whose time is the log's, and what it leaves to be done.
    pub fn new(
        config: &Config,
        log: Log,
        record: Record,
    ) -> (Self, Receiver<Job>) {
        let (jobs, to_do) = unbounded();
        let archive = record.archive.clone();
        let state = RoomState::new(config, log, Jobs::new(jobs), record);
        let room = Self {
            state: Mutex::new(state),
            queue: Mutex::new(Queue::default()),
            proposed: Condvar::new(),
            applied: Condvar::new(),
            archive,
            hold_bytes_max: config.backlog_bytes_max / 4,
        };
        (room, to_do)
    }

    /// Adds a newcomer and greets them.
    ///
    /// The past is put into the outbox under the same hold that adds it to
    /// the writers, so the present follows it with no gap and nothing twice.
    ///
    /// # Errors
    /// [`Closed`] when the room is.
    pub fn join(&self, newcomer: &Newcomer) -> Result<(), Closed> {
        let mut state = self.state.lock();
        state.join(newcomer, 2 * self.hold_bytes_max)?;
        state.settle();
        Ok(())
    }

    /// Has these things done, in this order. Returns when they have been
    /// done, or dropped: the author has left or the room is closed. So
    /// a client's own order needs nothing else. Which of the two it was, the
    /// author's outbox says ([`crate::net::outbox::Outbox::is_over`]).
    ///
    /// Whoever gets the lock applies what all have proposed, so most who wait
    /// for it find that theirs has been applied meanwhile. Where lines are
    /// kept, the journal applies all.
    pub fn propose(&self, author: ClientId, requests: Vec<Request>) {
        let several = requests.len() > 1;
        let ticket = self.queue.lock().push(author, requests);
        let Some(ticket) = ticket else {
            // The room closes, and perhaps nobody has had its lock for that.
            self.state.lock().close();
            return;
        };
        if self.archive.is_some() {
            self.await_journal(ticket);
        } else if several {
            // Others propose theirs meanwhile, and one hold says all of it.
            yield_now();
        }
        loop {
            let mut state = self.state.lock();
            let waiting = self.queue.lock().take_unless_passed(ticket);
            let Some(proposals) = waiting else {
                if self.queue.lock().is_closed() {
                    state.close();
                }
                return;
            };
            let rest = state.apply(proposals, self.hold_bytes_max);
            if !rest.is_empty() {
                self.queue.lock().put_back(rest);
            }
            state.settle();
        }
    }

    /// Waits until this has been applied or dropped.
    fn await_journal(&self, ticket: Ticket) {
        self.proposed.notify_all();
        let mut queue = self.queue.lock();
        while !queue.has_passed(ticket) {
            self.applied.wait(&mut queue);
        }
    }

    /// Shows somebody out as too slow.
    pub fn show_out(&self, id: ClientId) {
        let mut state = self.state.lock();
        state.jobs.show_out(id);
        state.settle();
    }

    /// Forgets somebody who has left and whose connection is closed.
    pub fn forget(&self, id: ClientId) {
        self.state.lock().departing.retain(|left| left.id != id);
    }

    /// Tells of the arrivals and departures that were only counted.
    pub fn tell_crowd(&self) {
        let mut state = self.state.lock();
        state.crowd.telling_is_due();
        state.tell_crowd();
        state.introduce_some();
        state.settle();
    }

    /// Says goodbye to everyone and lets nobody in any more; what was proposed
    /// and not applied is dropped. Most clients close their end then, and
    /// their sessions find the stay over; nobody is announced as leaving.
    pub fn close(&self) {
        // First, so that nobody applies anything any more who gets the room's
        // lock before: with many who talk, that could take seconds.
        self.queue.lock().close();
        if self.archive.is_some() {
            self.proposed.notify_all();
            self.applied.notify_all();
        }
        self.state.lock().close();
    }

    /// Ends the connection of somebody who has left, if it is still open.
    pub fn cut_off(&self, id: ClientId) {
        let state = self.state.lock();
        if let Some(left) = state.departing.iter().find(|left| left.id == id) {
            left.outbox.abandon();
        }
    }

    /// Ends every connection that is still open after [`Room::close`].
    pub fn abandon(&self) {
        for left in &self.state.lock().departing {
            left.outbox.abandon();
        }
    }

    /// Ends a stay: nothing more is said in that name, and it is free.
    pub fn leave(&self, id: ClientId, reason: LeaveReason) {
        self.propose(id, vec![Request::Leave(reason)]);
    }
}
