//! What the server's `sync` offers, over the model checker: the same names,
//! but threads that are run one step at a time in an order the checker
//! chooses, locks and channels that tell it whenever somebody waits, and a
//! time that passes when a schedule wants it to.

mod channels;
mod locks;
mod threads;
pub mod time;

pub use channels::{
    Receiver, RecvTimeoutError, Sender, TrySendError, bounded, unbounded,
};
pub use locks::{Condvar, Mutex, MutexGuard};
pub use shuttle::sync::Arc;
pub use shuttle::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub use threads::{Builder, Scope, scope};
pub use time::{Instant, sleep};

/// Lets others go first. Nothing to do: which thread goes on is chosen at
/// every step anyway.
pub fn yield_now() {}
