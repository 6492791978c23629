//! Threads, locks, channels, and the time they wait by: the one place they
//! come from.
//!
//! The files that decide who waits for whom import them from here and from
//! nowhere else, so that a model checker can compile the same files over its
//! own threads, locks and channels, and over a time that it makes pass.
//!
//! What the Rust book does not have:
//! * A **scope** does not end before the threads that were started in it, so
//!   they may borrow what stands outside of it.
//! * parking_lot's **Mutex** does not remember that a thread panicked: `lock`
//!   returns the guard itself, and no `Result`. Whoever has waited for long
//!   gets the lock before those who come and take it at once.
//! * On a **Condvar** a thread waits, having let go of the lock, until another
//!   says that something has changed. It may wake up without that, too, so
//!   one looks again, in a loop.

pub use std::sync::Arc;
pub use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub use std::thread::{Builder, Scope, scope, sleep, yield_now};
pub use std::time::Instant;

pub use crossbeam_channel::{
    Receiver, RecvTimeoutError, Sender, TrySendError, bounded, unbounded,
};
pub use parking_lot::{Condvar, Mutex, MutexGuard};
