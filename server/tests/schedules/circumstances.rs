//! What may happen around the server in a schedule, and how schedules
//! are run. Whatever is left to chance is chosen by the schedule's seed.

use std::cell::Cell;

use shuttle::rand::{Rng as _, thread_rng};
use shuttle::scheduler::{DfsScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner};

use crate::platform::clock;
use crate::platform::sync::time;
use crate::preemptions::Preemptions;

/// Whether waits can run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// No: who needs a time-out to make progress is stuck.
    StandsStill,
    /// At any moment.
    Passes,
}

/// How bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// As they were written.
    Whole,
    /// Cut anywhere; and a send that does not wait may take only a part.
    InPieces,
}

/// Whether the system starts a thread when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// Always.
    AreGiven,
    /// Not always.
    MayBeRefused,
}

/// The circumstances of a schedule.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    pub time: Time,
    pub bytes: Bytes,
    pub threads: Threads,
}

/// Nothing is left to chance but the order of steps.
pub const CALM: Circumstances = Circumstances {
    time: Time::StandsStill,
    bytes: Bytes::Whole,
    threads: Threads::AreGiven,
};

/// No time-out helps anybody, and every line arrives in pieces.
pub const TIMELESS: Circumstances = Circumstances {
    bytes: Bytes::InPieces,
    ..CALM
};

/// Every wait with a deadline may run out.
pub const HASTY: Circumstances = Circumstances {
    time: Time::Passes,
    ..TIMELESS
};

thread_local! {
    static CIRCUMSTANCES: Cell<Circumstances> = const { Cell::new(CALM) };
}

/// The circumstances now.
pub fn now() -> Circumstances {
    CIRCUMSTANCES.get()
}

/// From now on the circumstances are these.
pub fn becomes(circumstances: Circumstances) {
    CIRCUMSTANCES.set(circumstances);
}

/// True for one in so many.
pub fn one_in(many: usize) -> bool {
    below(many) == 0
}

/// Any number below this one.
pub fn below(end: usize) -> usize {
    thread_rng().gen_range(0..end)
}

/// Lets the others go on for a while, up to so many steps of its own: what is
/// to happen at any moment would otherwise nearly always happen early.
pub fn dawdle(steps: usize) {
    for _ in 0..below(steps) {
        shuttle::thread::yield_now();
    }
}

/// Runs the scenario under so many schedules, each with a seed of its own,
/// which is printed when the scenario fails:
///
/// ```text
/// SHUTTLE_RANDOM_SEED=seed cargo test -p chat-server --test schedules name
/// ```
///
/// `SCHEDULES_TIMES=100` runs a hundred times as many.
pub fn explore(
    circumstances: Circumstances,
    schedules: usize,
    scenario: impl Fn() + Send + Sync + 'static,
) {
    let times = std::env::var("SCHEDULES_TIMES").ok();
    let times = times.and_then(|text| text.parse().ok()).unwrap_or(1);
    let scheduler = RandomScheduler::new(schedules * times);
    Runner::new(scheduler, config()).run(move || {
        begin(circumstances);
        scenario();
    });
}

/// Runs the scenario under every schedule there is, with nothing else left to
/// chance, and prints how many those are.
pub fn exhaust(scenario: impl Fn() + Send + Sync + 'static) {
    run_all(DfsScheduler::new(None, false), scenario);
}

/// In how many places a thread is taken off although it could go on, where
/// all schedules would be too many.
const PREEMPTIONS_MAX: usize = 3;

/// The same under every schedule with at most three preemptions: where two
/// propose at once, each with two locks to take, all of them are millions.
pub fn exhaust_preempted(scenario: impl Fn() + Send + Sync + 'static) {
    run_all(Preemptions::at_most(PREEMPTIONS_MAX), scenario);
}

fn run_all(
    scheduler: impl Scheduler + 'static,
    scenario: impl Fn() + Send + Sync + 'static,
) {
    let schedules = Runner::new(scheduler, config()).run(move || {
        begin(CALM);
        scenario();
    });
    assert!(schedules > 1, "nothing in this scene happens at once");
    println!("{schedules} schedules");
}

fn begin(circumstances: Circumstances) {
    becomes(circumstances);
    time::begin();
    clock::begin();
}

fn config() -> Config {
    let mut config = Config::new();
    // The seed is enough to see a failure again.
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    config
}
