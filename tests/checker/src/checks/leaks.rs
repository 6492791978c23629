//! Leaks: who has left takes no thread, no descriptor and no place.

use std::thread;
use std::time::{Duration, Instant};

use crate::PATIENCE_MAX;
use crate::holding::{Holding, holding};
use crate::person::{Heard, Person};
use crate::scene::{Manners, Scene};
use crate::verdict::{Outcome, Trouble};

/// How long somebody who leaves waits for the server to close as well.
const FAREWELL_MAX: Duration = Duration::from_millis(100);
const ROUNDS: usize = 12;
/// At once: fewer than the queue of connections that textbooks ask for.
const VISITORS: usize = 4;
/// A runtime may open or start a few things of its own when it likes.
const SLACK: usize = 3;
/// How often the program is looked at. Nothing tells us when it changes.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Many come, speak and go; half of them in a hard way.
pub fn leaks(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let group = server.program.borrow().group();
    let holding = || holding(group);
    // Whoever serves nobody leaks nothing.
    let mut first = server.enter("first")?;
    if scene.manners() == Manners::Echo {
        first.sends(b"hello\n")?;
        first.hears_line("hello")?;
    }
    leave_politely(first);
    visit(scene)?;
    // The first visitors may make the program start things it keeps.
    let Some(before) = settled(holding) else {
        // A program that has ended has no entry there.
        server.connect("next").map(drop)?;
        return Err(Trouble::CouldNotTell(
            "there is no /proc here that shows threads and descriptors".into(),
        ));
    };
    for _ in 0..ROUNDS {
        visit(scene)?;
    }
    let deadline = Instant::now() + PATIENCE_MAX;
    loop {
        let now = holding().unwrap_or_default();
        if fits(now, before) {
            // A program that has ended holds nothing, either.
            return server.connect("last").map(drop);
        }
        if Instant::now() > deadline {
            return Err(leaked(before, now));
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn visit(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut visitors = Vec::new();
    for nth in 0..VISITORS {
        visitors.push(server.connect(&format!("v{nth}"))?);
    }
    for (nth, mut visitor) in visitors.into_iter().enumerate() {
        let name = visitor.name.clone();
        visitor.sends(format!("{name}\nhello\n").as_bytes())?;
        if nth % 2 == 0 {
            visitor.resets();
        } else {
            leave_politely(visitor);
        }
    }
    Ok(())
}

/// Reads to the end before it closes: a socket that is closed with something
/// unread in it resets the connection, and would wake a thread that leaks.
fn leave_politely(mut visitor: Person) {
    visitor.says_no_more();
    while let Heard::Line(_) = visitor.hears_within(FAREWELL_MAX) {}
}

/// What the program holds once that does not change any more.
fn settled(holding: impl Fn() -> Option<Holding>) -> Option<Holding> {
    const LOOKS: usize = 20;
    let mut lowest = holding()?;
    for _ in 0..LOOKS {
        thread::sleep(LOOK_EVERY);
        let now = holding()?;
        lowest.threads = lowest.threads.min(now.threads);
        lowest.descriptors = lowest.descriptors.min(now.descriptors);
    }
    Some(lowest)
}

fn fits(now: Holding, before: Holding) -> bool {
    now.threads <= before.threads + SLACK
        && now.descriptors <= before.descriptors + SLACK
}

fn leaked(before: Holding, now: Holding) -> Trouble {
    Trouble::failed(
        format!("{} people came, spoke and left", ROUNDS * VISITORS),
        format!(
            "about {} threads and {} open descriptors, as before",
            before.threads, before.descriptors
        ),
        format!(
            "{} threads and {} descriptors",
            now.threads, now.descriptors
        ),
        "when a read brings nothing, or an error, the client has gone: take \
         it out of the list, close its socket (every copy of it), and let \
         its threads end",
    )
}
