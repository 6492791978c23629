//! Leaks: who has left takes no thread, no descriptor, no process and no
//! memory. Judged by growth alone: a runtime has things of its own.

use std::thread;
use std::time::{Duration, Instant};

use crate::PATIENCE_MAX;
use crate::holding::{Holding, holding};
use crate::person::{Heard, Person};
use crate::scene::{Manners, Scene};
use crate::verdict::{Outcome, Trouble};

/// How long somebody who leaves waits for the server to close as well.
const FAREWELL_MAX: Duration = Duration::from_millis(100);
/// For how long nothing must come before somebody leaves.
const STAY: Duration = Duration::from_millis(4);
/// How many visits make a round.
const VISITS: usize = 12;
/// At once: fewer than the queue of connections that textbooks ask for.
const VISITORS: usize = 4;
/// How many rounds a program has until it must have stopped growing. The
/// first may make a runtime start threads, and take memory, that it keeps;
/// who leaks grows in all of them.
const ROUNDS_MAX: usize = 4;
/// How many threads, descriptors or processes a round may leave behind.
const SLACK: usize = 3;
/// How many pieces of memory a round may leave mapped: a stack is two.
const SLACK_MAPPED: usize = VISITS * VISITORS;
/// How much memory a round may leave behind: a program that collects its
/// garbage takes some tens of kilobytes for each visitor before it does.
const SLACK_KIB: usize = 5 << 10;
/// How long what a round has left behind may take to go.
const SETTLE_MAX: Duration = Duration::from_millis(1500);
/// How often the program is looked at. Nothing tells us when it changes.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Many come, speak and go; half of them in a hard way.
pub fn leaks(scene: &Scene) -> Outcome {
    let server = scene.measured_server()?;
    let group = server.program.borrow().group();
    let holding = || holding(group);
    // Whoever serves nobody leaks nothing.
    let mut first = server.enter("first")?;
    if scene.manners() == Manners::Echo {
        first.sends(b"hello\n")?;
        first.hears_line("hello")?;
    }
    leave_politely(first);
    // The first visitors may make the program start things it keeps.
    visit(scene)?;
    let Some(mut before) = settled(holding) else {
        // A program that has ended has no entry there.
        server.connect("next").map(drop)?;
        return Err(Trouble::CouldNotTell(
            "there is no /proc here that shows threads and descriptors".into(),
        ));
    };
    for round in 1..=ROUNDS_MAX {
        for _ in 0..VISITS {
            visit(scene)?;
        }
        let patience = match round {
            ROUNDS_MAX => PATIENCE_MAX,
            _ => SETTLE_MAX,
        };
        let Err(now) = fits_soon(holding, before, patience) else {
            // A program that has ended holds nothing, either.
            return server.connect("last").map(drop);
        };
        if round == ROUNDS_MAX {
            return Err(leaked(before, now));
        }
        before = now;
    }
    Ok(())
}

/// Waits until no more is held than before and a little, and returns what is
/// held if that does not come.
fn fits_soon(
    holding: impl Fn() -> Option<Holding>,
    before: Holding,
    patience: Duration,
) -> Result<(), Holding> {
    let deadline = Instant::now() + patience;
    loop {
        let now = holding().unwrap_or_default();
        if fits(now, before) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(now);
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
            // Whoever is still being written to when they leave would end a
            // thread that has nothing else to end it.
            while let Heard::Line(_) = visitor.hears_within(STAY) {}
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
        && now.zombies <= before.zombies + SLACK
        && now.mapped <= before.mapped + SLACK_MAPPED
        && now.resident_kib <= before.resident_kib + SLACK_KIB
}

fn leaked(before: Holding, now: Holding) -> Trouble {
    let told = |holding: Holding| {
        format!(
            "{} threads, {} open descriptors, {} ended processes that were \
             not waited for, and {} KiB of memory in {} pieces",
            holding.threads,
            holding.descriptors,
            holding.zombies,
            holding.resident_kib,
            holding.mapped
        )
    };
    let stacks_stay = now.threads <= before.threads + SLACK
        && now.mapped > before.mapped + SLACK_MAPPED;
    Trouble::failed(
        format!(
            "{} people came, spoke and left, and this {ROUNDS_MAX} times",
            VISITS * VISITORS
        ),
        format!("in the end as much as before it: {}", told(before)),
        told(now),
        if now.zombies > before.zombies + SLACK {
            "who forks must wait for each child, with waitpid, or say \
             signal(SIGCHLD, SIG_IGN)"
        } else if stacks_stay {
            "a thread that has ended keeps its stack until somebody has \
             joined it: pthread_detach, or pthread_join, for each one"
        } else if now.threads <= before.threads + SLACK
            && now.descriptors <= before.descriptors + SLACK
        {
            "something is kept for each client who has ever been there: an \
             entry in a list, a buffer, the handle of a thread, a stack"
        } else {
            "when a read brings nothing, or an error, the client has gone: \
             take it out of the list, close its socket (every copy of it), \
             and let its threads end"
        },
    )
}
