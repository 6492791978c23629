//! The places at the server: one for each client, and a few for those who are
//! being refused in words. Must not know what somebody does in their place.
//!
//! A place is free again when it is dropped, by whichever thread has it, after
//! a panic too. Only the thread that accepts takes places, and it is told of
//! the free ones by a channel, so that nothing needs a lock.

use crate::limits::connection_limits::{ConnectionLimits, Full, Origin};
use crate::platform::sync::{Instant, Receiver, Sender, unbounded};

/// How many clients may be refused at once with time to read why; above
/// that, the connection is closed at once.
pub const REFUSALS_MAX: usize = 16;

/// Whose place it was.
#[derive(Clone, Copy)]
enum Gone {
    /// Somebody's who was let in.
    Client(Origin),
    /// Somebody's who was refused.
    Refused,
}

/// A place, until it is dropped.
pub struct Place {
    leaving: Sender<Gone>,
    gone: Gone,
}

impl Drop for Place {
    fn drop(&mut self) {
        // It fails when the acceptor has gone: then nobody counts.
        let _ = self.leaving.send(self.gone);
    }
}

/// Which places are taken.
pub struct Places {
    limits: ConnectionLimits,
    /// How many are being refused.
    refusals: usize,
    /// Handed to every place.
    leaving: Sender<Gone>,
    /// From every place, at its end.
    gone: Receiver<Gone>,
}

impl Places {
    /// All are free.
    pub fn new(limits: ConnectionLimits) -> Self {
        let (leaving, gone) = unbounded();
        Self {
            limits,
            refusals: 0,
            leaving,
            gone,
        }
    }

    /// Takes a place for a client from there.
    ///
    /// # Errors
    /// When there is none.
    pub fn take(&mut self, origin: Origin) -> Result<Place, Full> {
        while let Ok(gone) = self.gone.try_recv() {
            self.free(gone);
        }
        self.limits.take(origin)?;
        Ok(self.place(Gone::Client(origin)))
    }

    /// Takes a place for somebody who is refused, if one of those is free.
    pub fn take_to_refuse(&mut self) -> Option<Place> {
        if self.refusals >= REFUSALS_MAX {
            return None;
        }
        self.refusals += 1;
        Some(self.place(Gone::Refused))
    }

    /// Waits until all are free, or until the deadline.
    pub fn wait_until_free(&mut self, deadline: Instant) {
        while self.limits.taken() + self.refusals > 0 {
            match self.gone.recv_deadline(deadline) {
                Ok(gone) => self.free(gone),
                Err(_) => return,
            }
        }
    }

    fn place(&self, gone: Gone) -> Place {
        let leaving = self.leaving.clone();
        Place { leaving, gone }
    }

    fn free(&mut self, gone: Gone) {
        match gone {
            Gone::Client(origin) => self.limits.free(origin),
            Gone::Refused => self.refusals -= 1,
        }
    }
}
