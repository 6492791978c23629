//! Waste: who is silent costs no time, and what was heard no memory.

use std::collections::HashMap;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use super::frozen::{Cast, Talk, stalled};
use crate::holding::{Holding, holding};
use crate::person::Person;
use crate::processes::running_threads;
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

/// How many people are in the room and say nothing.
const SILENT: usize = 12;
/// How long the program is watched at a time.
const WATCHED: Duration = Duration::from_millis(700);
/// How long they are silent in all: longer than a popular time-out.
const SILENT_FOR: Duration = Duration::from_millis(1200);
/// How often, at most: a runtime may tidy up for a while.
const WATCHED_TIMES: usize = 5;
/// How long it may run in that time, in ticks of a hundredth of a second: a
/// loop that never waits runs all the time, or shares the machine with a few.
const TICKS_MAX: u64 = 5;
/// How often its threads may wake. A virtual machine looks around twenty
/// times a second.
const WAKES_MAX: u64 = 60;

/// How often the threads are looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// A thread that never waits: it could run whenever it was looked at, but for
/// so many of a hundred looks. On a busy machine it runs little all the same.
const WAITING_PERCENT_MAX: usize = 5;

/// How much is said in a round.
const ROUND_BYTES: usize = 3 << 20;
/// How many rounds are judged together, the last ones. One that collects its
/// garbage does so when it likes.
const JUDGED_ROUNDS: usize = 4;
/// How many rounds a program has until it must have stopped growing.
const ROUNDS_MAX: usize = 20;

/// Nobody says anything, and the program does nothing.
pub fn idle(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let group = server.program.borrow().group();
    let mut people = Vec::new();
    for nth in 0..SILENT {
        people.push(server.enter(&format!("p{nth}"))?);
    }
    let look = || {
        holding(group).ok_or_else(|| {
            Trouble::CouldNotTell("there is no /proc here".to_owned())
        })
    };
    let started = Instant::now();
    let mut last = Spent::default();
    for _ in 0..WATCHED_TIMES {
        let before = look()?;
        let restless = restless(group);
        last = spent(before, look()?, restless);
        if last.is_little() {
            thread::sleep(SILENT_FOR.saturating_sub(started.elapsed()));
            return still_there(people);
        }
    }
    Err(wasted(last))
}

/// Whoever has been silent is still in the room.
fn still_there(people: Vec<Person>) -> Outcome {
    let mut people = people.into_iter();
    let (Some(mut first), Some(mut second)) = (people.next(), people.next())
    else {
        return Ok(());
    };
    first
        .says("good morning")
        .and_then(|()| second.hears_said("p0", "good morning"))
        .map_err(|trouble| {
            trouble.look_at(
                "who says nothing is no less there: a read of a client has \
                 no limit in time",
            )
        })
}

/// What a program did while it was watched.
#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// How long it ran.
    ticks: u64,
    /// How often its threads woke.
    wakes: u64,
    /// Whether one of them never waited.
    restless: bool,
}

impl Spent {
    fn is_little(&self) -> bool {
        self.ticks <= TICKS_MAX && self.wakes <= WAKES_MAX && !self.restless
    }
}

fn spent(before: Holding, now: Holding, restless: bool) -> Spent {
    Spent {
        ticks: now.ticks.saturating_sub(before.ticks),
        wakes: now.sleeps.saturating_sub(before.sleeps),
        restless,
    }
}

/// Watches for a while, and says whether a thread never waited.
fn restless(group: u32) -> bool {
    let deadline = Instant::now() + WATCHED;
    let mut looks = 0;
    let mut running: HashMap<PathBuf, usize> = HashMap::new();
    while Instant::now() < deadline {
        thread::sleep(LOOK_EVERY);
        looks += 1;
        for task in running_threads(group) {
            *running.entry(task).or_default() += 1;
        }
    }
    let most = running.into_values().max().unwrap_or(0);
    (looks - most) * 100 <= looks * WAITING_PERCENT_MAX
}

fn wasted(spent: Spent) -> Trouble {
    let Spent { ticks, wakes, .. } = spent;
    let look = if ticks > TICKS_MAX || spent.restless {
        "a loop that never waits: does one of them go on when a read brings \
         nothing, or ask again and again whether there is something?"
    } else {
        "something asks again and again whether there is news, and sleeps in \
         between: let it wait for the news itself, in a blocking read, in \
         the queue's own get, or in select"
    };
    Trouble::failed(
        format!("{SILENT} people were there and said nothing"),
        "the program waits and does nothing",
        format!(
            "in {WATCHED:?} it ran for {} ms, and woke {wakes} times",
            ticks * 10
        ),
        look,
    )
}

/// What was said and heard is forgotten.
pub fn hoard(scene: &Scene) -> Outcome {
    let server = scene.measured_server()?;
    let group = server.program.borrow().group();
    let resident = || {
        let now = holding(group).ok_or_else(|| {
            Trouble::CouldNotTell("there is no /proc here".to_owned())
        })?;
        Ok::<usize, Trouble>(now.resident_kib << 10)
    };
    let mut cast = Cast::enter(server, 0)?;
    let mut sizes = vec![resident()?];
    for _ in 0..ROUNDS_MAX {
        if let Talk::Stalled(bytes) = cast.talk(ROUND_BYTES)? {
            return Err(stalled(bytes));
        }
        sizes.push(resident()?);
        if !keeps(&sizes) {
            return Ok(());
        }
    }
    Err(hoarded(&sizes))
}

/// Whether the memory has grown by more than half of what was said in the
/// last rounds.
fn keeps(sizes: &[usize]) -> bool {
    let mut last = sizes.iter().rev();
    let (now, before) = (last.next(), last.nth(JUDGED_ROUNDS - 1));
    match (now, before) {
        (Some(now), Some(before)) => {
            now.saturating_sub(*before) > JUDGED_ROUNDS * ROUND_BYTES / 2
        }
        _ => true,
    }
}

fn hoarded(sizes: &[usize]) -> Trouble {
    let sizes: Vec<String> = sizes
        .iter()
        .map(|bytes| (bytes >> 20).to_string())
        .collect();
    Trouble::failed(
        format!(
            "ada said {} MiB, which bob heard, and this {ROUNDS_MAX} times",
            ROUND_BYTES >> 20
        ),
        "sooner or later the memory grows no more",
        format!("it grew on and on, in MiB: {}", sizes.join(", ")),
        "something keeps each line that was ever said: a list of them, a \
         history without a limit, a log in memory",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_rounds_are_judged() {
        let mib = |sizes: &[usize]| -> Vec<usize> {
            sizes.iter().map(|size| size << 20).collect()
        };
        assert!(keeps(&mib(&[9, 50, 60])), "too early to say");
        assert!(keeps(&mib(&[9, 12, 15, 18, 21])));
        assert!(keeps(&mib(&[9, 9, 9, 9, 21])), "in one step");
        assert!(!keeps(&mib(&[9, 80, 81, 82, 83, 84])));
    }
}
