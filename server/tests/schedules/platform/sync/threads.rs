//! Scoped threads, and a system that may refuse to start one.

use std::io;

use shuttle::sync::Arc;
pub use shuttle::thread::Scope;

use super::{Condvar, Mutex};
use crate::circumstances::{self, Threads};

/// Of so many threads that are asked for, one is refused, in a circumstances that
/// refuses threads.
const THREADS_ASKED_FOR: usize = 3;

/// How a thread is to be started. The checker neither names scoped threads
/// nor sizes their stacks.
pub struct Builder;

impl Builder {
    pub fn new() -> Self {
        Self
    }

    pub fn name(self, _: String) -> Self {
        self
    }

    pub fn stack_size(self, _: usize) -> Self {
        self
    }

    pub fn spawn_scoped<'scope, F>(
        self,
        scope: &'scope Scope<'scope, '_>,
        body: F,
    ) -> io::Result<()>
    where
        F: FnOnce() + Send + 'scope,
    {
        let refuses = circumstances::now().threads == Threads::MayBeRefused;
        if refuses && circumstances::one_in(THREADS_ASKED_FOR) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        scope.spawn(body);
        Ok(())
    }
}

/// Runs `body`, and returns when every thread it started has ended.
///
/// The checker wakes the owner of a scope when the last of its threads ends,
/// whatever the owner waits for at that moment. So one more thread stays
/// alive until the body has returned.
pub fn scope<'env, F, T>(body: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let body_is_over = Arc::new(Gate::default());
    let theirs = Arc::clone(&body_is_over);
    shuttle::thread::scope(|scope| {
        scope.spawn(move || theirs.wait());
        let result = body(scope);
        body_is_over.open();
        result
    })
}

/// Opens once.
#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.is_open.lock() = true;
        self.opened.notify_all();
    }

    fn wait(&self) {
        let mut is_open = self.is_open.lock();
        while !*is_open {
            self.opened.wait(&mut is_open);
        }
    }
}
