//! The channels of `crossbeam`, as far as the server uses them: one kind of
//! sender, a receiver that knows deadlines. A queue behind a lock.

use std::collections::VecDeque;

pub use crossbeam_channel::{
    RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError,
};
use shuttle::sync::Arc;

use super::{Condvar, Instant, Mutex};

pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    bounded(usize::MAX)
}

pub fn bounded<T>(places: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel {
        queue: Mutex::new(Queue {
            waiting: VecDeque::new(),
            places,
            senders: 1,
            receivers: 1,
        }),
        changed: Condvar::new(),
    });
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

struct Channel<T> {
    queue: Mutex<Queue<T>>,
    changed: Condvar,
}

struct Queue<T> {
    waiting: VecDeque<T>,
    places: usize,
    senders: usize,
    receivers: usize,
}

impl<T> Queue<T> {
    fn put(&mut self, item: T) -> Result<(), TrySendError<T>> {
        if self.receivers == 0 {
            Err(TrySendError::Disconnected(item))
        } else if self.waiting.len() >= self.places {
            Err(TrySendError::Full(item))
        } else {
            self.waiting.push_back(item);
            Ok(())
        }
    }

    fn take(&mut self) -> Result<T, TryRecvError> {
        match self.waiting.pop_front() {
            Some(item) => Ok(item),
            None if self.senders == 0 => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }
}

pub struct Sender<T>(Arc<Channel<T>>);

impl<T> Sender<T> {
    pub fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        let put = self.0.queue.lock().put(item);
        self.0.changed.notify_all();
        put
    }

    pub fn send(&self, mut item: T) -> Result<(), SendError<T>> {
        let mut queue = self.0.queue.lock();
        loop {
            match queue.put(item) {
                Ok(()) => break,
                Err(TrySendError::Disconnected(item)) => {
                    return Err(SendError(item));
                }
                Err(TrySendError::Full(same)) => item = same,
            }
            self.0.changed.wait(&mut queue);
        }
        drop(queue);
        self.0.changed.notify_all();
        Ok(())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.queue.lock().senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.queue.lock().senders -= 1;
        self.0.changed.notify_all();
    }
}

pub struct Receiver<T>(Arc<Channel<T>>);

impl<T> Receiver<T> {
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let taken = self.0.queue.lock().take();
        self.0.changed.notify_all();
        taken
    }

    pub fn recv(&self) -> Result<T, RecvError> {
        self.take_when_there(None).map_err(|_| RecvError)
    }

    pub fn recv_deadline(
        &self,
        deadline: Instant,
    ) -> Result<T, RecvTimeoutError> {
        self.take_when_there(Some(deadline))
    }

    fn take_when_there(
        &self,
        deadline: Option<Instant>,
    ) -> Result<T, RecvTimeoutError> {
        let mut queue = self.0.queue.lock();
        loop {
            match queue.take() {
                Ok(item) => {
                    drop(queue);
                    self.0.changed.notify_all();
                    return Ok(item);
                }
                Err(TryRecvError::Disconnected) => {
                    return Err(RecvTimeoutError::Disconnected);
                }
                Err(TryRecvError::Empty) => (),
            }
            match deadline {
                None => self.0.changed.wait(&mut queue),
                Some(deadline) => {
                    let wait = self.0.changed.wait_until(&mut queue, deadline);
                    if wait.timed_out() {
                        return Err(RecvTimeoutError::Timeout);
                    }
                }
            }
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut queue = self.0.queue.lock();
        queue.receivers -= 1;
        let unread = std::mem::take(&mut queue.waiting);
        drop(queue);
        // Not under the lock: what is unread may hold a sender of its own.
        drop(unread);
        self.0.changed.notify_all();
    }
}

impl<T> Iterator for &Receiver<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.recv().ok()
    }
}
