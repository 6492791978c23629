//! Two people with one name: checked, then claimed.
//!
//! Looking whether a name is free takes the lock and gives it back; taking
//! the name takes the lock again. Each hold is right by itself. In between,
//! somebody else asks the same question and gets the same answer.
//!
//! The cure: the question and the claim are one hold of the lock.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{Mutex, scope};

#[derive(Default)]
struct Room {
    names: Mutex<Vec<String>>,
}

struct Taken;

impl Room {
    fn check(&self, name: &str) -> Result<(), Taken> {
        match self.names.lock().iter().any(|taken| taken == name) {
            true => Err(Taken),
            false => Ok(()),
        }
    }

    fn rename(&self, name: &str) -> Result<(), Taken> {
        self.check(name)?;
        // Here anything may happen.
        self.names.lock().push(name.to_owned());
        Ok(())
    }
}

#[test]
#[should_panic(expected = "2 people are called ada")]
fn a_name_checked_and_then_claimed_is_had_by_two() {
    explore(CALM, SCHEDULES, || {
        let room = Room::default();
        scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| room.rename("ada").ok());
            }
        });
        let people = room.names.lock().len();
        assert_eq!(people, 1, "{people} people are called ada");
    });
}
