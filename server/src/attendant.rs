//! The thread that does what the room leaves to be done by somebody who may
//! wait: it starts a writer for each client that has fallen behind, tells the
//! count of a crowd when its time has come, and cuts off whoever was shown out
//! and does not go. May not speak to a client.

use std::collections::VecDeque;

use crate::crowd::TELLING_INTERVAL;
use crate::errand::{ClientId, Errand};
use crate::log::Log;
use crate::outbox::Outbox;
use crate::parting::FAREWELL_MAX;
use crate::room::Room;
use crate::sync::{
    Arc, AtomicUsize, Builder, Instant, Ordering, Receiver, RecvTimeoutError,
    Scope,
};
use crate::wire::Wire;

/// A writer copies bytes from a queue to a socket, nothing else.
pub const WRITER_STACK_BYTES: usize = 128 * 1024;

/// What the attendant knows.
pub struct Attendant<'scope, 'env, W> {
    /// Where the writers live: nobody leaves it before they have ended.
    pub scope: &'scope Scope<'scope, 'env>,
    /// Whose errands these are.
    pub room: &'scope Room<W>,
    /// Where clients that fell behind are told of.
    pub log: &'scope Log,
    /// How many writers there may be at once.
    pub writers_max: usize,
    /// How many there are. Raised here, lowered by each writer at its end.
    pub writers: Arc<AtomicUsize>,
}

/// What is to be done later, and when.
#[derive(Default)]
struct Agenda {
    /// When to tell the count of a crowd.
    telling_at: Option<Instant>,
    /// Whom to cut off when, the first first.
    cut_offs: VecDeque<(Instant, ClientId)>,
}

impl Agenda {
    /// When the first of it is due.
    fn next(&self) -> Option<Instant> {
        let cut_off = self.cut_offs.front().map(|(at, _)| *at);
        self.telling_at.into_iter().chain(cut_off).min()
    }
}

impl<'scope, W: Wire + 'scope> Attendant<'scope, '_, W> {
    /// Does errands until the room is closed and all are done.
    pub fn run(&self, errands: &Receiver<Errand<W>>) {
        let mut agenda = Agenda::default();
        loop {
            let errand = match agenda.next() {
                None => errands.recv().map_err(RecvTimeoutError::from),
                Some(at) => errands.recv_deadline(at),
            };
            let now = Instant::now();
            match errand {
                Ok(Errand::Drain(id, outbox)) => self.start_writer(id, outbox),
                Ok(Errand::TellCrowd) => {
                    agenda.telling_at = Some(now + TELLING_INTERVAL);
                }
                Ok(Errand::CutOff(id)) => {
                    agenda.cut_offs.push_back((now + FAREWELL_MAX, id));
                }
                Err(RecvTimeoutError::Timeout) => self.keep(&mut agenda),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Does the first of what is due.
    fn keep(&self, agenda: &mut Agenda) {
        if agenda.telling_at == agenda.next() {
            agenda.telling_at = None;
            self.room.tell_crowd();
        } else if let Some((_, id)) = agenda.cut_offs.pop_front() {
            self.room.cut_off(id);
        }
    }

    /// Who falls behind when no writer is free is too slow.
    fn start_writer(&self, id: ClientId, outbox: Arc<Outbox<W>>) {
        self.log
            .detail(format_args!("client {} has fallen behind", id.0));
        if self.writers.load(Ordering::Relaxed) >= self.writers_max {
            self.give_up(id, &outbox, "every writer is in use");
            return;
        }
        self.writers.fetch_add(1, Ordering::Relaxed);
        let writers = Arc::clone(&self.writers);
        let theirs = Arc::clone(&outbox);
        let started = Builder::new()
            .name(format!("writer {}", id.0))
            .stack_size(WRITER_STACK_BYTES)
            .spawn_scoped(self.scope, move || {
                theirs.drain();
                writers.fetch_sub(1, Ordering::Relaxed);
            });
        if let Err(error) = started {
            self.writers.fetch_sub(1, Ordering::Relaxed);
            self.give_up(id, &outbox, &error.to_string());
        }
    }

    fn give_up(&self, id: ClientId, outbox: &Outbox<W>, why: &str) {
        self.log.trouble(format_args!(
            "client {} fell behind and is shown out: {why}",
            id.0
        ));
        self.room.show_out(id);
        outbox.abandon();
    }
}
