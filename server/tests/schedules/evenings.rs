//! Whole evenings, thousands of schedules of each.

use crate::evening::{ClosingTime, Evening, paced_room, small_room};
use crate::visit::{Ending, visitor};
use crate::world::{HASTY, TIMELESS, explore};

const SCHEDULES: usize = 1_000;

#[test]
fn nobody_comes_and_the_server_ends() {
    explore(TIMELESS, SCHEDULES, || {
        Evening::of(Vec::new()).spend();
    });
}

#[test]
fn two_talk() {
    explore(TIMELESS, SCHEDULES, || {
        Evening::of(vec![
            visitor("a.", &["a.1", "a.2"], Ending::Quit),
            visitor("b.", &["b.1", "b.2"], Ending::HangUp),
        ])
        .spend();
    });
}
