//! A line nobody sends: who writes is decided by a number that was true a
//! moment ago.
//!
//! A counter says how many lines wait for a client. At zero nobody is
//! writing, so whoever puts a line there must start a writer; the writer ends
//! when it brings the counter back to zero. Here the putter looks at the
//! counter first and adds to it later. If the writer sends its last line and
//! ends in between, the putter thinks it is still there.
//!
//! The cure: `fetch_add` returns what the counter was at the very moment it
//! was raised, and that value decides. Or a lock: what is looked at under it
//! stays true.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{AtomicUsize, Mutex, Ordering, scope};

#[derive(Default)]
struct Outbox {
    waiting: AtomicUsize,
    queue: Mutex<Vec<&'static str>>,
    sent: Mutex<Vec<&'static str>>,
}

/// What is left to do after a put.
enum Put {
    Done,
    NeedsWriter,
}

impl Outbox {
    fn put(&self, line: &'static str) -> Put {
        let before = self.waiting.load(Ordering::SeqCst);
        self.queue.lock().push(line);
        // What `fetch_add` returns is passed over.
        self.waiting.fetch_add(1, Ordering::SeqCst);
        match before {
            0 => Put::NeedsWriter,
            _ => Put::Done,
        }
    }

    fn drain(&self) {
        loop {
            let line = self.queue.lock().remove(0);
            self.sent.lock().push(line);
            if self.waiting.fetch_sub(1, Ordering::SeqCst) == 1 {
                return;
            }
        }
    }
}

#[test]
#[should_panic(expected = "a line is never sent")]
fn a_hand_over_decided_by_an_old_number_loses_a_line() {
    explore(CALM, SCHEDULES, || {
        let outbox = Outbox::default();
        scope(|scope| {
            for line in ["one", "two"] {
                if let Put::NeedsWriter = outbox.put(line) {
                    scope.spawn(|| outbox.drain());
                }
            }
        });
        let sent = outbox.sent.lock();
        assert_eq!(*sent, ["one", "two"], "a line is never sent");
    });
}
