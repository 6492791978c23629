//! Comings: joined comes before the first word, left after the last.

use crate::checker::person::{Heard, Person};
use crate::checker::scene::Scene;
use crate::checker::story::shown;
use crate::checker::verdict::{Outcome, Trouble};
use crate::checker::words::cut_time;

const VISITS: usize = 10;
const LOOK: &str = "announce somebody under the same hold of the lock that \
                    puts them into the list, and say that they left under \
                    the hold that takes them out";

/// Somebody comes, says three things and is gone, ten times.
pub fn comings(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut dice = scene.dice();
    for nth in 0..VISITS {
        let mut ada = server.connect("ada")?;
        let words = [dice.word(), dice.word(), dice.word()];
        ada.sends(format!("ada\n{}\n", words.join("\n")).as_bytes())?;
        if nth % 2 == 0 {
            ada.says_no_more();
        } else {
            ada.sends(b"/quit\n")?;
        }
        expect(&mut bob, "* ada joined")?;
        for word in &words {
            expect(&mut bob, &format!("ada: {word}"))?;
        }
        expect(&mut bob, "* ada left")?;
    }
    Ok(())
}

fn expect(bob: &mut Person, expected: &str) -> Outcome {
    let heard = bob.hears();
    if let Heard::Line(line) = &heard
        && cut_time(line) == Some(expected)
    {
        return Ok(());
    }
    Err(Trouble::failed(
        "ada came, said three things and left, while bob listened",
        format!("bob hears a time and {}", shown(expected.as_bytes())),
        format!("bob heard {heard}"),
        LOOK,
    ))
}
