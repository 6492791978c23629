//! The wrong one is shown out: somebody leaves by name.
//!
//! A stay can end twice: the room shows out somebody who reads too slowly,
//! and a moment later their own thread notices that the connection is gone
//! and says goodbye as well. The second time there is nothing left to remove,
//! unless a newcomer has taken the name in between.
//!
//! The cure: a number for each stay, never used again. Names are for people.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{AtomicBool, Mutex, Ordering, scope};

#[derive(Default)]
struct Room {
    people: Mutex<Vec<Person>>,
}

#[derive(Debug, PartialEq)]
struct Person {
    name: &'static str,
    /// Which visit this is, for the test alone: the room does not look.
    visit: u32,
}

struct Taken;

impl Room {
    fn join(&self, person: Person) -> Result<(), Taken> {
        let mut people = self.people.lock();
        if people.iter().any(|other| other.name == person.name) {
            return Err(Taken);
        }
        people.push(person);
        Ok(())
    }

    fn leave(&self, name: &str) {
        self.people.lock().retain(|person| person.name != name);
    }
}

#[test]
#[should_panic(expected = "the newcomer was shown out in place of another")]
fn a_name_is_not_a_person() {
    explore(CALM, SCHEDULES, || {
        let room = Room::default();
        let newcomer_is_in = AtomicBool::new(false);
        let person = |visit| Person { name: "ada", visit };
        assert!(room.join(person(1)).is_ok());
        scope(|scope| {
            // The first ada is found too slow, and her thread ends, too.
            scope.spawn(|| room.leave("ada"));
            scope.spawn(|| room.leave("ada"));
            scope.spawn(|| {
                let is_in = room.join(person(2)).is_ok();
                newcomer_is_in.store(is_in, Ordering::SeqCst);
            });
        });
        let is_here = room.people.lock().contains(&person(2));
        let was_let_in = newcomer_is_in.load(Ordering::SeqCst);
        assert_eq!(
            is_here, was_let_in,
            "the newcomer was shown out in place of another"
        );
    });
}
