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
//! Read `request` and `entry` (what is asked for, what has happened), `queue`
//! (what has been proposed), this file, `writer` and `state` (what the lock
//! guards), then `apply` and `presence` (what is done under it). `jobs` and
//! `job_runner` are for what must not happen under the lock; `broadcast`,
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

use chat_common::events::{Event, LeaveReason};

use crate::config::Config;
use crate::logging::log::Log;
use crate::platform::progress::Progress;
use crate::platform::sync::{Arc, Mutex, Sender, yield_now};
use crate::room::client_id::ClientId;
use crate::room::jobs::{Job, Jobs};
use crate::room::queue::Queue;
use crate::room::record::Record;
use crate::room::request::Request;
use crate::room::state::{Closed, RoomState};
use crate::room::writer::Newcomer;

/// The room.
pub struct Room {
    /// Who is here and what they have been told. Nothing that waits, but for
    /// the queue's lock and an outbox's, may happen while it is held.
    state: Mutex<RoomState>,
    /// What has been proposed and not applied. Lock order: `state`, then
    /// `queue`; nobody takes `state` while they hold `queue`.
    queue: Mutex<Queue>,
    /// How many bytes a client may be behind.
    backlog_bytes_max: usize,
    /// How far the keeping of entries is, if they are kept.
    progress: Option<Arc<Progress>>,
}

impl Room {
    /// An empty room, whose time is the log's.
    pub fn new(
        config: &Config,
        log: Log,
        jobs: Sender<Job>,
        record: Record,
    ) -> Self {
        let jobs = Jobs::new(jobs);
        let progress = record.journal.as_ref().map(|it| it.progress.clone());
        let state = RoomState::new(config, log, jobs, record);
        Self {
            state: Mutex::new(state),
            queue: Mutex::new(Queue::default()),
            backlog_bytes_max: config.backlog_bytes_max,
            progress,
        }
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
        state.join(newcomer, self.backlog_bytes_max / 2)?;
        state.settle();
        Ok(())
    }

    /// Has these things done, in this order. Returns when they have been
    /// done and kept, or dropped: the author has left or the room is closed. So
    /// a client's own order needs nothing else. Which of the two it was, the
    /// author's outbox says ([`crate::net::outbox::Outbox::is_over`]).
    ///
    /// Whoever gets the lock applies what all have proposed, so most who wait
    /// for it find that theirs has been applied meanwhile. One hold adds at
    /// most a quarter of a backlog to an outbox: a client that keeps up must
    /// not be too slow for what arrives at once.
    pub fn propose(&self, author: ClientId, requests: Vec<Request>) {
        let several = requests.len() > 1;
        let ticket = self.queue.lock().push(author, requests);
        let Some(ticket) = ticket else {
            // The room closes, and perhaps nobody has had its lock for that.
            self.state.lock().close();
            return;
        };
        if several {
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
                let last = state.last_number;
                drop(state);
                return self.wait_until_kept(last);
            };
            let rest = state.apply(proposals, self.backlog_bytes_max / 4);
            if !rest.is_empty() {
                self.queue.lock().put_back(rest);
            }
            state.settle();
        }
    }

    /// Waits until this entry is kept, if entries are kept.
    fn wait_until_kept(&self, number: u64) {
        let progress = self.progress.as_ref();
        if let Some(news) = progress.and_then(|it| it.wait_for(number)) {
            let mut state = self.state.lock();
            state.broadcast.tell(Event::Notice(&news));
            state.settle();
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
        self.state.lock().close();
        if let Some(progress) = &self.progress {
            progress.advance(u64::MAX, None);
        }
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
