//! Let in after the goodbye: a flag beside the lock.
//!
//! Whether the room is open is an atomic: reading it is free. The newcomer
//! reads it, the room closes and says goodbye to everyone who is there, and
//! then the newcomer is added: to a room that nobody will ever close. Their
//! thread waits for a goodbye that has been said, and the server does not
//! end.
//!
//! The cure: what is decided by the flag happens under the lock, so the flag
//! lives under the lock.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{Arc, AtomicBool, Mutex, Ordering, scope};

type Outbox = Arc<Mutex<Vec<&'static str>>>;

#[derive(Default)]
struct Room {
    is_closed: AtomicBool,
    outboxes: Mutex<Vec<Outbox>>,
}

impl Room {
    fn join(&self) -> Option<Outbox> {
        if self.is_closed.load(Ordering::SeqCst) {
            return None;
        }
        // Here the room may close.
        let outbox = Outbox::default();
        self.outboxes.lock().push(Arc::clone(&outbox));
        Some(outbox)
    }

    fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        for outbox in self.outboxes.lock().iter() {
            outbox.lock().push("goodbye");
        }
    }
}

#[test]
#[should_panic(expected = "let in, and never told goodbye")]
fn a_flag_beside_the_lock_lets_somebody_in_too_late() {
    explore(CALM, SCHEDULES, || {
        let room = Room::default();
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| room.close());
            scope.spawn(|| *newcomer.lock() = room.join());
        });
        if let Some(outbox) = &*newcomer.lock() {
            let heard = outbox.lock();
            assert_eq!(*heard, ["goodbye"], "let in, and never told goodbye");
        }
    });
}
