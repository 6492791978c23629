//! The thread that does what the room leaves to be done by somebody who may
//! wait: it starts a catch-up thread for each client that has fallen behind,
//! tells the count of a crowd when its time has come, and cuts off whoever was
//! shown out and does not go. Must not speak to a client.

use crate::logging::log::Log;
use crate::net::linger::LAST_WORDS_MAX;
use crate::net::outbox::Outbox;
use crate::people::crowd::TELLING_INTERVAL;
use crate::platform::agenda::{Agenda, Next};
use crate::platform::machine::CATCH_UP_STACK_BYTES;
use crate::platform::sync::{
    Arc, AtomicUsize, Builder, Instant, Ordering, Receiver, Scope,
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

/// What is to be done later.
enum Due {
    /// Tell the count of a crowd.
    Telling,
    /// Cut off somebody who was shown out.
    CutOff(ClientId),
}

impl<'scope> JobRunner<'scope, '_> {
    /// Does jobs until the room is closed and all are done.
    pub fn run(&self, jobs: &Receiver<Job>) {
        let mut agenda = Agenda::default();
        loop {
            let next = agenda.next(jobs);
            let now = Instant::now();
            match next {
                Next::Sent(Job::CatchUp(id, outbox)) => {
                    self.start_catch_up(id, outbox);
                }
                Next::Sent(Job::TellCrowd) => {
                    agenda.add(now + TELLING_INTERVAL, Due::Telling);
                }
                Next::Sent(Job::CutOff(id)) => {
                    agenda.add(now + LAST_WORDS_MAX, Due::CutOff(id));
                }
                Next::Due(Due::Telling) => self.room.tell_crowd(),
                Next::Due(Due::CutOff(id)) => self.room.cut_off(id),
                Next::Over => return,
            }
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
