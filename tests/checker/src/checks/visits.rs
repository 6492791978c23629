//! Visits: people come, go and are lost while others talk, and nobody who
//! talks or listens notices more than the page says.

use std::thread;

use crate::person::{Heard, Person};
use crate::scene::{Manners, Scene};
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How many lines are said meanwhile.
const SAID_LINES: usize = 600;
/// How many of them are on their way at once.
const BATCH_LINES: usize = 5;
/// How many are lost at once, right before the one who listens.
const VICTIMS: usize = 4;

const LOOK_TALK: &str = "the list changes while somebody goes through it: \
                         hold the lock for the whole walk, and do not remove \
                         from a list while walking it (the next one is \
                         skipped, or the walk ends with an error)";

/// Somebody counts aloud while others come, leave and are lost.
pub fn visits(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    victims_first(server).map_err(|trouble| trouble.look_at(LOOK_TALK))?;
    let mut ada = server.enter("ada")?;
    let mut bob = server.enter("bob")?;
    ada.hush();
    bob.hush();
    thread::scope(|scope| {
        let counting = scope.spawn(move || count(&mut ada, &mut bob));
        let mut nth = 0;
        let mut visited = Ok(());
        while visited.is_ok() && !counting.is_finished() {
            nth += 1;
            visited = visit(server, nth);
        }
        // Who counts knows more about what went wrong than a visitor does.
        counting.join().unwrap_or_else(|_| {
            Err(Trouble::CouldNotTell("the counter panicked".to_owned()))
        })?;
        visited
    })
}

/// Those who are lost stand in the list before the one who listens.
fn victims_first(server: &Server) -> Outcome {
    let mut carl = server.enter("carl")?;
    let victims: Vec<Person> = (0..VICTIMS)
        .map(|nth| server.enter(&format!("victim{nth}")))
        .collect::<Result<_, _>>()?;
    let mut dora = server.enter("dora")?;
    for victim in victims {
        victim.resets();
    }
    for nth in 0..VICTIMS * 3 {
        let text = format!("line {nth}");
        carl.says(&text)?;
        dora.hears_said("carl", &text)?;
    }
    Ok(())
}

/// Somebody comes, and leaves in one of three ways.
fn visit(server: &Server, nth: usize) -> Outcome {
    let name = format!("v{nth}");
    let mut visitor = server.connect(&name)?;
    visitor.hush();
    if visitor.manners == Manners::Names {
        visitor.sends(format!("{name}\n").as_bytes())?;
        match visitor.hears() {
            Heard::Line(_) => {}
            other => return Err(no_answer(&visitor, &other)),
        }
    }
    match nth % 3 {
        0 => visitor.resets(),
        1 => visitor.says_no_more(),
        _ => {}
    }
    Ok(())
}

fn no_answer(visitor: &Person, heard: &Heard) -> Trouble {
    Trouble::failed(
        "people came and left while somebody talked, and one sent a name",
        "an answer to it",
        visitor.came(heard),
        LOOK_TALK,
    )
}

/// Every number is heard once, in turn.
fn count(ada: &mut Person, bob: &mut Person) -> Outcome {
    let numbers: Vec<usize> = (0..SAID_LINES).collect();
    for batch in numbers.chunks(BATCH_LINES) {
        for nth in batch {
            ada.says(&nth.to_string()).map_err(|t| disturbed(t, *nth))?;
        }
        for nth in batch {
            bob.hears_said("ada", &nth.to_string())
                .map_err(|trouble| disturbed(trouble, *nth))?;
        }
    }
    Ok(())
}

/// The failure with what happened in place of what was said last.
fn disturbed(trouble: Trouble, nth: usize) -> Trouble {
    match trouble {
        Trouble::Failed(failure) => Trouble::failed(
            format!(
                "ada counted aloud while others came, left and were lost; \
                 she was at {nth}"
            ),
            failure.expected,
            failure.came,
            LOOK_TALK,
        ),
        other => other,
    }
}
