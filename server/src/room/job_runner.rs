//! The thread that does what the room leaves to be done by somebody who may
//! wait: it starts a catch-up thread for each client that has fallen behind,
//! tells the count of a crowd when its time has come, and cuts off whoever was
//! shown out and does not go. Must not speak to a client.

use std::collections::VecDeque;

use crate::logging::log::Log;
use crate::net::linger::LAST_WORDS_MAX;
use crate::net::outbox::Outbox;
use crate::people::crowd::TELLING_INTERVAL;
use crate::platform::machine::CATCH_UP_STACK_BYTES;
use crate::platform::sync::{
    Arc, AtomicUsize, Builder, Instant, Ordering, Receiver, RecvTimeoutError,
    Scope,
};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::jobs::Job;

/// What the job runner knows.
pub struct JobRunner<'scope, 'env> {
    /// Where the catch-up threads live: nobody leaves it before they have
    /// ended.
    pub scope: &'scope Scope<'scope, 'env>,
    /// Whose jobs these are.
    pub room: &'scope Room,
    /// Where clients that fell behind are told of.
    pub log: &'scope Log,
    /// How many catch-up threads there may be at once.
    pub catch_ups_max: usize,
    /// How many there are. Raised here, lowered by each thread at its end.
    pub catch_ups: Arc<AtomicUsize>,
}

/// What is to be done later, and when.
#[derive(Default)]
struct Agenda {
    /// When to tell the count of a crowd.
    telling_at: Option<Instant>,
    /// Whom to cut off when; the earliest is in front.
    cut_offs: VecDeque<(Instant, ClientId)>,
}

impl Agenda {
    /// When the first of it is due.
    fn next(&self) -> Option<Instant> {
        let cut_off = self.cut_offs.front().map(|(at, _)| *at);
        self.telling_at.into_iter().chain(cut_off).min()
    }
}

impl<'scope> JobRunner<'scope, '_> {
    /// Does jobs until the room is closed and all are done.
    pub fn run(&self, jobs: &Receiver<Job>) {
        let mut agenda = Agenda::default();
        loop {
            let job = match agenda.next() {
                None => jobs.recv().map_err(RecvTimeoutError::from),
                Some(at) => jobs.recv_deadline(at),
            };
            let now = Instant::now();
            match job {
                Ok(Job::CatchUp(id, outbox)) => {
                    self.start_catch_up(id, outbox);
                }
                Ok(Job::TellCrowd) => {
                    agenda.telling_at = Some(now + TELLING_INTERVAL);
                }
                Ok(Job::CutOff(id)) => {
                    agenda.cut_offs.push_back((now + LAST_WORDS_MAX, id));
                }
                Err(RecvTimeoutError::Timeout) => self.run_first(&mut agenda),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Does the first of what is due.
    fn run_first(&self, agenda: &mut Agenda) {
        if agenda.telling_at == agenda.next() {
            agenda.telling_at = None;
            self.room.tell_crowd();
        } else if let Some((_, id)) = agenda.cut_offs.pop_front() {
            self.room.cut_off(id);
        }
    }

    /// When no more threads may be started, a client that falls behind cannot
    /// be helped, and is shown out.
    fn start_catch_up(&self, id: ClientId, outbox: Arc<Outbox>) {
        self.log
            .detail(format_args!("client {} has fallen behind", id.0));
        if self.catch_ups.load(Ordering::Relaxed) >= self.catch_ups_max {
            self.give_up(id, &outbox, "every catch-up thread is in use");
            return;
        }
        self.catch_ups.fetch_add(1, Ordering::Relaxed);
        let catch_ups = Arc::clone(&self.catch_ups);
        let theirs = Arc::clone(&outbox);
        let started = Builder::new()
            .name(format!("catch-up {}", id.0))
            .stack_size(CATCH_UP_STACK_BYTES)
            .spawn_scoped(self.scope, move || {
                theirs.drain();
                catch_ups.fetch_sub(1, Ordering::Relaxed);
            });
        if let Err(error) = started {
            self.catch_ups.fetch_sub(1, Ordering::Relaxed);
            self.give_up(id, &outbox, &error.to_string());
        }
    }

    fn give_up(&self, id: ClientId, outbox: &Outbox, why: &str) {
        self.log.trouble(format_args!(
            "client {} fell behind and is shown out: {why}",
            id.0
        ));
        self.room.show_out(id);
        outbox.abandon();
    }
}
