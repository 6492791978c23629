//! A line nobody shows to the newcomer: the past, then the present.
//!
//! The newcomer is shown what was said before, and is added to those who hear
//! what is said from now on. With a hold of the lock for each, a line said
//! between the two is neither past nor present. The other way round, it is
//! both, and is heard twice.
//!
//! The cure: one hold for the past and the present.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{Arc, Mutex, scope};

type Outbox = Arc<Mutex<Vec<String>>>;

#[derive(Default)]
struct Room {
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    history: Vec<String>,
    outboxes: Vec<Outbox>,
}

impl Room {
    fn join(&self) -> Outbox {
        let past = self.inside.lock().history.clone();
        let outbox = Arc::new(Mutex::new(past));
        // Here somebody may say something.
        self.inside.lock().outboxes.push(Arc::clone(&outbox));
        outbox
    }

    fn say(&self, line: &str) {
        let mut inside = self.inside.lock();
        inside.history.push(line.to_owned());
        for outbox in &inside.outboxes {
            outbox.lock().push(line.to_owned());
        }
    }
}

#[test]
#[should_panic(expected = "the newcomer heard [\"one\"] of two lines")]
fn between_the_past_and_the_present_a_line_is_lost() {
    explore(CALM, SCHEDULES, || {
        let room = Room::default();
        room.say("one");
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| room.say("two"));
            scope.spawn(|| {
                let outbox = room.join();
                *newcomer.lock() = Some(outbox);
            });
        });
        let outbox = newcomer.lock().take().expect("they have joined");
        let heard = outbox.lock().clone();
        assert_eq!(
            heard,
            ["one", "two"],
            "the newcomer heard {heard:?} of two lines"
        );
    });
}
