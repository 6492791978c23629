//! Names: one person has a name, whoever asks first.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use crate::PATIENCE_MAX;
use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

const RIVALS: usize = 6;
const ROUNDS: usize = 5;

const LOOK: &str = "looking whether a name is free and taking it must be one \
                    hold of the lock: between two holds somebody else can \
                    come in";

/// Several ask for one name at the same time, again and again.
pub fn one_wins(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    for round in 0..ROUNDS {
        let name = format!("star{round}");
        let mut rivals = Vec::new();
        for nth in 0..RIVALS {
            rivals.push(server.connect(&format!("rival {nth}"))?);
        }
        let winners = race(&mut rivals, &name)?;
        if winners != 1 {
            return Err(Trouble::failed(
                format!("{RIVALS} clients asked for {name:?} at once"),
                "one hears \"* you are ...\", all others that it is taken",
                format!("{winners} of them have it now"),
                LOOK,
            ));
        }
    }
    case_does_not_matter(scene)
}

fn race(rivals: &mut [Person], name: &str) -> Result<usize, Trouble> {
    let together = Barrier::new(rivals.len());
    thread::scope(|scope| {
        let threads: Vec<_> = rivals
            .iter_mut()
            .map(|rival| {
                scope.spawn(|| {
                    together.wait();
                    claim(rival, name)
                })
            })
            .collect();
        let mut winners = 0;
        for thread in threads {
            let won = thread.join().unwrap_or_else(|_| {
                Err(Trouble::CouldNotTell("a rival panicked".to_owned()))
            });
            winners += usize::from(won? == Claim::Won);
        }
        Ok(winners)
    })
}

/// What came of asking for a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The person has it.
    Won,
    /// Somebody else has it.
    Taken,
}

/// Sends the name, and reads on until the answer to it comes.
///
/// # Errors
/// A failure in words when no answer comes.
pub fn claim(person: &mut Person, name: &str) -> Result<Claim, Trouble> {
    person.sends(format!("{name}\n").as_bytes())?;
    loop {
        match person.hears() {
            Heard::Line(line) if line.starts_with("* you are ") => {
                return Ok(Claim::Won);
            }
            Heard::Line(line) if line.contains("taken") => {
                return Ok(Claim::Taken);
            }
            Heard::Line(_) => {}
            other => {
                return Err(Trouble::failed(
                    format!("{} asked for the name {name:?}", person.name),
                    "\"* you are ...\", or a line with the word \"taken\"",
                    person.came(&other),
                    "the answer to the first line of a client",
                ));
            }
        }
    }
}

/// `ADA` is `ada`; who has left has given the name back.
fn case_does_not_matter(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let ada = server.enter("ada")?;
    let mut other = server.connect("another")?;
    if claim(&mut other, "ADA")? == Claim::Won {
        return Err(Trouble::failed(
            "ada is there, and another client asked for the name \"ADA\"",
            "a line with the word \"taken\"",
            "both are there now, and people cannot tell them apart",
            "compare names in lower case",
        ));
    }
    drop(ada);
    while let Heard::Line(told) = bob.hears_notice() {
        if told == "* ada left" {
            break;
        }
    }
    // It may be free a little later than the others are told.
    let deadline = Instant::now() + PATIENCE_MAX;
    while claim(&mut other, "Ada")? == Claim::Taken {
        if Instant::now() > deadline {
            return Err(never_free("Ada"));
        }
    }
    Ok(())
}

/// The failure of a name that stays with somebody who has left.
pub(super) fn never_free(name: &str) -> Trouble {
    Trouble::failed(
        format!(
            "{} left, and another client asked for the name {name:?} again \
             and again",
            name.to_lowercase()
        ),
        "it has the name soon",
        "it heard that the name is taken",
        "who leaves must leave the list of names as well",
    )
}
