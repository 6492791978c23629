//! A request to stop: remembers that it was made, and wakes the thread that
//! waits for clients. Must not know who asks, or what stopping means.

use crate::platform::sync::{AtomicBool, Ordering};

/// Whether this was the first request to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// It was.
    First,
    /// Somebody asked before.
    Again,
}

/// The request. Shared by whoever may ask and the thread that is asked.
pub struct Shutdown {
    /// Only ever goes from false to true.
    triggered: AtomicBool,
    /// Wakes the thread that waits for clients.
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Shutdown {
    /// No request yet. `wake` must make a waiting `accept` return.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            triggered: AtomicBool::new(false),
            wake: Box::new(wake),
        }
    }

    /// Asks to stop.
    pub fn trigger(&self) -> Trigger {
        if self.triggered.swap(true, Ordering::SeqCst) {
            return Trigger::Again;
        }
        // After the flag is set, or the woken thread might not see it and
        // wait again.
        (self.wake)();
        Trigger::First
    }

    /// Whether anybody has asked.
    pub fn is_triggered(&self) -> bool {
        self.triggered.load(Ordering::SeqCst)
    }
}
