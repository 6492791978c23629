//! One who does not read stops everybody: a send that waits, under the lock.
//!
//! A bounded queue for each client is a good idea: memory cannot grow. But
//! when it is full, `send` waits, and here it waits with the room's lock in
//! its hand. Whoever wants the lock waits too, also the one who would empty
//! the queue, or leave.
//!
//! The cure: under the lock only what cannot wait, `try_send`; and a decision
//! about those whose queue is full.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{Mutex, Sender, bounded, scope};

/// How many lines may wait for a client.
const LINES_WAITING_MAX: usize = 1;

#[derive(Default)]
struct Room {
    outboxes: Mutex<Vec<Sender<&'static str>>>,
}

impl Room {
    fn join(&self, outbox: Sender<&'static str>) {
        self.outboxes.lock().push(outbox);
    }

    fn say(&self, line: &'static str) {
        for outbox in self.outboxes.lock().iter() {
            // Waits while the queue is full.
            let _ = outbox.send(line);
        }
    }

    fn leave(&self) {
        self.outboxes.lock().clear();
    }
}

#[test]
#[should_panic(expected = "deadlock!")]
fn a_send_that_waits_under_the_lock_stops_everybody() {
    explore(CALM, SCHEDULES, || {
        let room = Room::default();
        let (outbox, inbox) = bounded(LINES_WAITING_MAX);
        room.join(outbox);
        scope(|scope| {
            scope.spawn(|| {
                for line in ["one", "two"] {
                    room.say(line);
                }
            });
            // The client has seen enough: it leaves before it reads on.
            scope.spawn(|| room.leave());
        });
        drop(inbox);
    });
}
