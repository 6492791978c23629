//! What a hold of the room's lock leaves to be done: by a thread that may
//! wait, or at the end of the hold. May not do it.

use crate::outbox::{Outbox, Put};
use crate::sync::{Arc, Sender};

/// One stay of one client, from `accept` to the end. Never used again, so
/// that it cannot mean somebody else who has taken the same name since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientId(pub u64);

/// What needs a thread that may wait.
pub enum Errand<W> {
    /// Start a thread that drains this client's outbox.
    Drain(ClientId, Arc<Outbox<W>>),
    /// Tell the count of arrivals and departures when
    /// [`crate::crowd::TELLING_INTERVAL`] has passed.
    TellCrowd,
    /// Cut this client's connection if it is still there when
    /// [`crate::parting::FAREWELL_MAX`] has passed: the room has ended the
    /// stay, and nothing wakes a session whose client keeps silent.
    CutOff(ClientId),
}

/// What is left to do. Guarded by the room's lock.
pub struct Errands<W> {
    /// To the thread that does what may wait. `None` once the room is closed:
    /// that thread ends when nobody can send to it any more.
    sender: Option<Sender<Errand<W>>>,
    /// Who was found too slow under this hold and is shown out at its end.
    too_slow: Vec<ClientId>,
}

impl<W> Errands<W> {
    /// Nothing to do yet.
    pub fn new(sender: Sender<Errand<W>>) -> Self {
        Self {
            sender: Some(sender),
            too_slow: Vec::new(),
        }
    }

    /// Whether there is still somebody who does what is left here: until the
    /// room is closed.
    pub fn are_done(&self) -> bool {
        self.sender.is_some()
    }

    /// What is sent from now on is lost; what was sent is still done.
    pub fn close(&mut self) {
        self.sender = None;
    }

    /// Leaves something for the thread that may wait.
    pub fn send(&self, errand: Errand<W>) {
        if let Some(sender) = &self.sender {
            // It fails when the server ends because of a panic elsewhere.
            let _ = sender.send(errand);
        }
    }

    /// Leaves whatever has to follow a put into this client's outbox.
    pub fn follow_up(
        &mut self,
        id: ClientId,
        outbox: &Arc<Outbox<W>>,
        put: Put,
    ) {
        match put {
            Put::Done => (),
            Put::NeedsWriter => {
                self.send(Errand::Drain(id, Arc::clone(outbox)));
            }
            Put::TooSlow => self.too_slow.push(id),
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
