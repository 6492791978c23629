//! How far a thread has come, for those who wait for it. Must not know with
//! what. Its lock is the last in the lock order: whoever waits holds no other.

use crate::platform::sync::{Condvar, Mutex};

/// How far a thread has come.
#[derive(Default)]
pub struct Progress {
    reached: Mutex<Reached>,
    changed: Condvar,
}

#[derive(Default)]
struct Reached {
    number: u64,
    /// What is to be told of it, by whoever hears it first.
    news: Option<String>,
}

impl Progress {
    /// Up to here nobody needs to wait any more.
    pub fn advance(&self, number: u64, news: Option<String>) {
        let mut reached = self.reached.lock();
        reached.number = reached.number.max(number);
        reached.news = news.or(reached.news.take());
        self.changed.notify_all();
    }

    /// Returns when it has come so far, with the news if there are any.
    pub fn wait_for(&self, number: u64) -> Option<String> {
        let mut reached = self.reached.lock();
        while reached.number < number {
            self.changed.wait(&mut reached);
        }
        reached.news.take()
    }
}
