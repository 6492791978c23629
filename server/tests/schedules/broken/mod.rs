//! Rooms that are broken on purpose, one idea each.
//!
//! Each is a mistake that looks right: it compiles, it works by hand, and a
//! test on real threads has to be lucky to see it. Each file tells its story,
//! holds the smallest room that has the fault, and a test that expects the
//! checker to find it, in words. So they also say what the checker can see:
//! if one of these passes, it has gone blind.

mod blocking_send;
mod gap;
mod hand_over;
mod leave_by_name;
mod lock_order;
mod name_race;
mod open_flag;
mod snapshot;

/// Far more than any of the faults needs to be found.
const SCHEDULES: usize = 1_000;
