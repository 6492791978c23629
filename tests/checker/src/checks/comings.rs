//! Comings: joined comes before the first word, left after the last.

use std::time::Instant;

use chat_kit::text::cut_time;

use super::names::{Claim, claim};
use crate::PATIENCE_MAX;
use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::story::shown;
use crate::verdict::{Outcome, Trouble};
use crate::words::wrong_form;

const VISITS: usize = 10;
const LOOK: &str = "announce somebody under the same hold of the lock that \
                    puts them into the list, and say that they left under \
                    the hold that takes them out";

/// Somebody comes, says three things and leaves, while somebody else waits
/// for the name. Ten times.
pub fn comings(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut random = scene.random();
    for nth in 0..VISITS {
        // A name that was told to be free may be so a little later.
        let name = format!("ada{nth}");
        let mut ada = server.connect(&name)?;
        let mut heir = server.connect("heir")?;
        let words = [random.word(), random.word(), random.word()];
        ada.sends(format!("{name}\n{}\n", words.join("\n")).as_bytes())?;
        expect(&mut bob, &format!("* {name} joined"))?;
        if nth % 2 == 0 {
            ada.says_no_more();
        } else {
            ada.sends(b"/quit\n")?;
        }
        let deadline = Instant::now() + PATIENCE_MAX;
        while claim(&mut heir, &name)? == Claim::Taken {
            if Instant::now() > deadline {
                return Err(never_left());
            }
        }
        for word in &words {
            expect(&mut bob, &format!("{name}: {word}"))?;
        }
        let (joined, left) =
            (format!("* {name} joined"), format!("* {name} left"));
        expect(&mut bob, &left)?;
        expect(&mut bob, &joined)?;
        heir.sends(b"/quit\n")?;
        expect(&mut bob, &left).map_err(|trouble| {
            trouble.look_at(
                "who says \"/quit\" has left, whether or not their program \
                 closes its side of the connection",
            )
        })?;
    }
    Ok(())
}

fn never_left() -> Trouble {
    Trouble::failed(
        "ada left, and somebody else asked for her name again and again",
        "the name is free soon",
        format!("it was still taken {PATIENCE_MAX:?} later"),
        "when a read brings nothing the client has left; \"/quit\" means it \
         too",
    )
}

fn expect(bob: &mut Person, expected: &str) -> Outcome {
    let heard = bob.hears();
    if let Heard::Line(line) = &heard
        && cut_time(line) == Some(expected)
    {
        return Ok(());
    }
    Err(Trouble::failed(
        "ada came, said three things and left, and the next ada came, while \
         bob listened",
        format!("bob hears a time and {}", shown(expected.as_bytes())),
        bob.came(&heard),
        wrong_form(expected, &heard).unwrap_or(LOOK),
    ))
}
