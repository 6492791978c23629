//! A request to stop: remembers that it was made, and wakes the thread that
//! waits at the door. Must not know who asks, or what stopping means.

use crate::platform::sync::{AtomicBool, Ordering};

/// Whether this was the first request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// It was.
    First,
    /// Somebody asked before.
    Again,
}

/// The request. Shared by whoever may ask and the thread that is asked.
pub struct Shutdown {
    /// Only ever goes from false to true.
    triggered: AtomicBool,
    /// Wakes the thread at the door.
    knock: Box<dyn Fn() + Send + Sync>,
}

impl Shutdown {
    /// No request yet. `knock` must make a waiting `accept` return.
    pub fn new(knock: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            triggered: AtomicBool::new(false),
            knock: Box::new(knock),
        }
    }

    /// Asks to stop.
    pub fn trigger(&self) -> Request {
        if self.triggered.swap(true, Ordering::SeqCst) {
            return Request::Again;
        }
        // After the flag is set, or the woken thread might not see it and
        // wait again.
        (self.knock)();
        Request::First
    }

    /// Whether anybody has asked.
    pub fn is_triggered(&self) -> bool {
        self.triggered.load(Ordering::SeqCst)
    }
}
