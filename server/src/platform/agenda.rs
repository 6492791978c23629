//! What a thread is to do later, and when, beside what others send to it. Must
//! not know what that is.

use crate::platform::sync::{Instant, Receiver, RecvTimeoutError};

/// What is to be done later.
pub struct Agenda<T> {
    /// In no order: there is little.
    due: Vec<(Instant, T)>,
}

/// What a thread is to do next.
pub enum Next<J, T> {
    /// This has been sent to it.
    Sent(J),
    /// The time for this has come.
    Due(T),
    /// Nothing any more: nobody can send to it.
    Over,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { due: Vec::new() }
    }
}

impl<T> Agenda<T> {
    /// This is to be done then.
    pub fn add(&mut self, at: Instant, what: T) {
        self.due.push((at, what));
    }

    /// Waits until something has been sent or its time has come.
    pub fn next<J>(&mut self, sent: &Receiver<J>) -> Next<J, T> {
        let nth = (0..self.due.len()).min_by_key(|nth| self.due[*nth].0);
        let received = match nth {
            None => sent.recv().map_err(RecvTimeoutError::from),
            Some(nth) => sent.recv_deadline(self.due[nth].0),
        };
        match (received, nth) {
            (Ok(job), _) => Next::Sent(job),
            (Err(RecvTimeoutError::Timeout), Some(nth)) => {
                Next::Due(self.due.remove(nth).1)
            }
            (Err(_), _) => Next::Over,
        }
    }
}
