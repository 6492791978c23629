//! History: a newcomer hears the last lines and then the live ones.

use std::thread;

use chat_kit::text::cut_time;

use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};
use crate::words::EARLIER;

/// How many people come while somebody talks.
const NEWCOMERS: usize = 8;
/// How many lines each of them listens to.
const HEARD_LINES: usize = 60;
/// More than all of them hear.
const SAID_LINES: usize = 2000;
/// How many lines are on their way at once.
const BATCH_LINES: usize = 10;

/// Somebody counts aloud, and people come in the middle of it.
pub fn no_gap(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut ada = server.enter("ada")?;
    ada.hush();
    bob.hush();
    count(&mut ada, &mut bob, 0..BATCH_LINES)?;
    thread::scope(|scope| {
        let counting = scope
            .spawn(move || count(&mut ada, &mut bob, BATCH_LINES..SAID_LINES));
        for nth in 0..NEWCOMERS {
            let mut newcomer = server.enter(&format!("new{nth}"))?;
            newcomer.hush();
            unbroken(&mut newcomer)?;
        }
        counting.join().unwrap_or_else(|_| {
            Err(Trouble::CouldNotTell("the counter panicked".to_owned()))
        })
    })
}

/// Says numbers in a closed loop with a listener.
fn count(
    author: &mut Person,
    listener: &mut Person,
    numbers: std::ops::Range<usize>,
) -> Outcome {
    let numbers: Vec<usize> = numbers.collect();
    for batch in numbers.chunks(BATCH_LINES) {
        for nth in batch {
            author.says(&nth.to_string())?;
        }
        for nth in batch {
            listener.hears_said(&author.name, &nth.to_string())?;
        }
    }
    Ok(())
}

/// From the first number heard on, each is one more than the one before.
fn unbroken(newcomer: &mut Person) -> Outcome {
    let mut last: Option<usize> = None;
    let mut heard = 0;
    while heard < HEARD_LINES {
        let line = match newcomer.hears() {
            Heard::Line(line) => line,
            // The counting has come to its end before.
            Heard::Nothing(_) if heard > 0 => return Ok(()),
            other => return Err(broken(newcomer, &format!("{other}"))),
        };
        let words = cut_time(&line).unwrap_or(&line);
        if last.is_none() && words.starts_with("ada: ") {
            return Err(broken(newcomer, "live lines and no earlier ones"));
        }
        let words = words.strip_prefix(EARLIER).unwrap_or(words);
        let Some(number) = words.strip_prefix("ada: ") else {
            continue;
        };
        let number: usize = number.parse().unwrap_or(usize::MAX);
        if last.is_some_and(|last| last + 1 != number) {
            return Err(broken(
                newcomer,
                &format!("{number} after {}", last.unwrap_or_default()),
            ));
        }
        last = Some(number);
        heard += 1;
    }
    Ok(())
}

fn broken(newcomer: &Person, came: &str) -> Trouble {
    Trouble::failed(
        "ada counted aloud, and people came in the middle of it",
        "each hears the last numbers, and then the next ones, in turn",
        format!("{} heard {came}", newcomer.name),
        "put the old lines into the newcomer's queue under the same hold of \
         the lock that lets it hear the new ones",
    )
}
