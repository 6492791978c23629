//! Threads, locks, channels, and the time they wait by: the one place they
//! come from.
//!
//! The files that decide who waits for whom import them from here and from
//! nowhere else, so that a model checker can compile the same files over its
//! own threads, locks and channels, and over a time that it makes pass.

pub use std::sync::Arc;
pub use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub use std::thread::{Builder, Scope, scope, sleep};
pub use std::time::Instant;

pub use crossbeam_channel::{
    Receiver, RecvTimeoutError, Sender, TrySendError, bounded, unbounded,
};
pub use parking_lot::{Condvar, Mutex};
