//! Waste: who is silent costs no time, and what was heard no memory.

use std::thread;
use std::time::{Duration, Instant};

use super::frozen::{Cast, Talk, stalled};
use crate::holding::{Holding, holding};
use crate::person::Person;
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

/// How much is said in a round.
const ROUND_BYTES: usize = 6 << 20;
/// How much the memory may grow in a round: a part of what was said.
const GROWN_KIB_MAX: usize = 3 << 9;
/// How many rounds a program has until it must have stopped growing. One that
/// collects its garbage does so when it likes.
const ROUNDS_MAX: usize = 12;

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
    let mut last = (0, 0);
    for _ in 0..WATCHED_TIMES {
        let before = look()?;
        thread::sleep(WATCHED);
        last = spent(before, look()?);
        if last.0 <= TICKS_MAX && last.1 <= WAKES_MAX {
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

/// How long it ran, in ticks, and how often it woke.
fn spent(before: Holding, now: Holding) -> (u64, u64) {
    (
        now.ticks.saturating_sub(before.ticks),
        now.sleeps.saturating_sub(before.sleeps),
    )
}

fn wasted((ticks, wakes): (u64, u64)) -> Trouble {
    let look = if ticks > TICKS_MAX {
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
    let server = scene.server()?;
    let group = server.program.borrow().group();
    let mut cast = Cast::enter(server, 0)?;
    let mut grown = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let before = holding(group).ok_or_else(|| {
            Trouble::CouldNotTell("there is no /proc here".to_owned())
        })?;
        if let Talk::Stalled(bytes) = cast.talk(ROUND_BYTES)? {
            return Err(stalled(bytes));
        }
        let now = holding(group).unwrap_or_default();
        let more = now.resident_kib.saturating_sub(before.resident_kib);
        if more <= GROWN_KIB_MAX {
            return Ok(());
        }
        grown.push((more >> 10).to_string());
    }
    Err(Trouble::failed(
        format!(
            "ada said {} MiB, which bob heard, and this {ROUNDS_MAX} times",
            ROUND_BYTES >> 20
        ),
        "sooner or later the memory grows no more",
        format!("it grew each time, by {} MiB", grown.join(", ")),
        "something keeps each line that was ever said: a list of them, a \
         history without a limit, a log in memory",
    ))
}
