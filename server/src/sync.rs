//! Threads, locks and channels: the one place they come from.
//!
//! The files that decide who waits for whom import them from here and from
//! nowhere else, so that a model checker can compile the same files over its
//! own threads, locks and channels.

pub use std::sync::Arc;
pub use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub use std::thread::{Builder, Scope, scope, sleep};

pub use crossbeam_channel::{
    Receiver, RecvTimeoutError, Sender, TrySendError, bounded, unbounded,
};
pub use parking_lot::{Condvar, Mutex, MutexGuard};
