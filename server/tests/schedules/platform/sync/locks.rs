//! The Mutex and the Condvar of `parking_lot`, as far as the server uses
//! them, over those of the model checker.

use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;

use shuttle::sync as checked;

use super::time::{self, Instant};

/// A lock without poison: a schedule ends with the first panic anyway.
#[derive(Debug, Default)]
pub struct Mutex<T>(checked::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(checked::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard {
            mutex: self,
            held: Some(hold(&self.0)),
        }
    }
}

fn hold<T>(mutex: &checked::Mutex<T>) -> checked::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A hold of a lock.
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    /// `None` only while a Condvar has it.
    held: Option<checked::MutexGuard<'a, T>>,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.held
            .as_ref()
            .expect("a Condvar has let go of the lock")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.held
            .as_mut()
            .expect("a Condvar has let go of the lock")
    }
}

/// Whether a wait ended because its time was over.
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

#[derive(Debug, Default)]
pub struct Condvar(checked::Condvar);

impl Condvar {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        if let Some(held) = guard.held.take() {
            let held = self.0.wait(held);
            guard.held = Some(held.unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// While time passes, this wakes up for no reason, as a Condvar may;
    /// while it stands still, only a notification ends it.
    pub fn wait_until<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        if !time::passes() {
            self.wait(guard);
            return WaitTimeoutResult(false);
        }
        guard.held = None;
        shuttle::thread::yield_now();
        guard.held = Some(hold(&guard.mutex.0));
        WaitTimeoutResult(time::is_over(deadline))
    }
}
