//! What a hold of the room's lock leaves to be done: by a thread that may
//! wait, or at the end of the hold. Must not do it.

use crate::net::outbox::{Outbox, Put};
use crate::platform::sync::{Arc, Sender};
use crate::room::client_id::ClientId;

/// What needs a thread that may wait.
pub enum Job {
    /// Start a catch-up thread, which drains this client's outbox.
    CatchUp(ClientId, Arc<Outbox>),
    /// Tell the count of arrivals and departures when
    /// [`crate::people::crowd::TELLING_INTERVAL`] has passed.
    TellCrowd,
    /// Cut this client's connection if it is still there when
    /// [`crate::net::linger::LAST_WORDS_MAX`] has passed: the room has ended
    /// the stay, and nothing wakes a session whose client keeps silent.
    CutOff(ClientId),
}

/// What is left to do. Guarded by the room's lock.
pub struct Jobs {
    /// To the thread that runs them. `None` once the room is closed: that
    /// thread ends when nobody can send to it any more.
    sender: Option<Sender<Job>>,
    /// Who was found too slow under this hold and is shown out at its end.
    too_slow: Vec<ClientId>,
}

impl Jobs {
    /// Nothing to do yet.
    pub fn new(sender: Sender<Job>) -> Self {
        Self {
            sender: Some(sender),
            too_slow: Vec::new(),
        }
    }

    /// Whether there is nobody who does them any more: the room is closed.
    pub fn is_closed(&self) -> bool {
        self.sender.is_none()
    }

    /// What is sent from now on is lost; what was sent is still done.
    pub fn close(&mut self) {
        self.sender = None;
    }

    /// Leaves something for the thread that may wait.
    pub fn send(&self, job: Job) {
        if let Some(sender) = &self.sender {
            // It fails when the server ends because of a panic elsewhere.
            let _ = sender.send(job);
        }
    }

    /// Leaves whatever has to follow a put into this client's outbox.
    pub fn follow_up(&mut self, id: ClientId, outbox: &Arc<Outbox>, put: Put) {
        match put {
            Put::Done => (),
            Put::NeedsCatchUp => {
                self.send(Job::CatchUp(id, Arc::clone(outbox)));
            }
            Put::TooSlow => self.show_out(id),
        }
    }

    /// Somebody is to be shown out at the end of this hold.
    pub fn show_out(&mut self, id: ClientId) {
        self.too_slow.push(id);
    }

    /// The next to be shown out.
    pub fn next_too_slow(&mut self) -> Option<ClientId> {
        self.too_slow.pop()
    }
}
