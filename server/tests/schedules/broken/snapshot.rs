//! Everyone hears every line, and no two agree in which order.
//!
//! To hold the lock for a shorter time, the list of outboxes is copied under
//! it, and the line is put into them afterwards. Two people who speak at the
//! same time then take turns in any way at all: one listener is reached by
//! the first line first, another by the second.
//!
//! The cure: put the line into every outbox under the hold in which its place
//! in the order is decided. If that takes too long, make the putting cheap.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{Arc, Mutex, scope};

type Outbox = Arc<Mutex<Vec<&'static str>>>;

#[derive(Default)]
struct Room {
    outboxes: Mutex<Vec<Outbox>>,
}

impl Room {
    fn join(&self) -> Outbox {
        let outbox = Outbox::default();
        self.outboxes.lock().push(Arc::clone(&outbox));
        outbox
    }

    fn say(&self, line: &'static str) {
        let snapshot = self.outboxes.lock().clone();
        // The lock is free again, and the order is anybody's.
        for outbox in snapshot {
            outbox.lock().push(line);
        }
    }
}

#[test]
#[should_panic(expected = "ada and bob disagree about the order")]
fn lines_sent_after_the_lock_are_heard_in_any_order() {
    explore(CALM, SCHEDULES, || {
        let room = Room::default();
        let (ada, bob) = (room.join(), room.join());
        scope(|scope| {
            scope.spawn(|| room.say("one"));
            scope.spawn(|| room.say("two"));
        });
        let (ada, bob) = (ada.lock(), bob.lock());
        assert_eq!(*ada, *bob, "ada and bob disagree about the order");
    });
}
