//! Two locks, each waiting for the other.
//!
//! Names have a lock of their own, so that looking somebody up delays no
//! broadcast. A rename takes the names and then what is sent, to tell
//! everyone; a departure takes what is sent and then the names. Each holds
//! what the other needs.
//!
//! The cure: one lock; or one order in which everybody takes them, written
//! where the locks are declared.

use super::SCHEDULES;
use crate::circumstances::{CALM, explore};
use crate::platform::sync::{Mutex, scope};

#[derive(Default)]
struct Room {
    names: Mutex<Vec<&'static str>>,
    lines_sent: Mutex<Vec<String>>,
}

impl Room {
    fn rename(&self, name: &'static str) {
        let mut names = self.names.lock();
        names.push(name);
        let mut lines_sent = self.lines_sent.lock();
        lines_sent.push(format!("* {name} is here"));
    }

    fn leave(&self, name: &'static str) {
        let mut lines_sent = self.lines_sent.lock();
        lines_sent.push(format!("* {name} left"));
        self.names.lock().retain(|other| *other != name);
    }
}

#[test]
#[should_panic(expected = "deadlock!")]
fn two_locks_in_two_orders_wait_for_each_other() {
    explore(CALM, SCHEDULES, || {
        let room = Room::default();
        scope(|scope| {
            scope.spawn(|| room.rename("ada"));
            scope.spawn(|| room.leave("bob"));
        });
    });
}
