//! Echo: what goes in comes out, however TCP cuts it.

use std::thread;
use std::time::Duration;

use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::story::shown;
use crate::verdict::{Outcome, Trouble};

/// A pause long enough that two writes arrive as two segments.
const SEGMENT_GAP: Duration = Duration::from_millis(20);
/// Longer than any buffer a beginner chooses.
const LONG_LINE_BYTES: usize = 100_000;

/// One line in two pieces, two lines in one piece, one very long line.
pub fn pieces(scene: &Scene) -> Outcome {
    const LOOK: &str = "one read is not one line: it may bring a part of a \
                        line or several. Is everything that was read sent \
                        back, and nothing else, and is the loop left only \
                        when a read brings nothing?";
    let mut random = scene.random();
    let mut ada = scene.server()?.connect("ada")?;
    let word = random.word();
    let cut = 1 + random.below(word.len() - 1);

    ada.sends(&word.as_bytes()[..cut])?;
    thread::sleep(SEGMENT_GAP);
    ada.sends(format!("{}\n", &word[cut..]).as_bytes())?;
    ada.hears_line(&word)
        .map_err(|trouble| trouble.look_at(LOOK))?;

    let (first, second) = (random.word(), random.word());
    ada.sends(format!("{first}\n{second}\n").as_bytes())?;
    for line in [&first, &second] {
        ada.hears_line(line)
            .map_err(|trouble| trouble.look_at(LOOK))?;
    }

    half_letters(&mut ada)?;

    let long = "x".repeat(LONG_LINE_BYTES);
    ada.sends(format!("{long}\n").as_bytes())?;
    ada.hears_line(&long)
        .map_err(|trouble| trouble.look_at(LOOK))
}

/// A letter of two bytes, cut between them: bytes are not letters.
fn half_letters(ada: &mut Person) -> Outcome {
    let letter = "\u{e4}".as_bytes();
    ada.sends(&letter[..1])?;
    thread::sleep(SEGMENT_GAP);
    ada.sends(&[letter[1], b'\n'])?;
    ada.hears_line("\u{e4}").map_err(|trouble| {
        trouble.look_at(
            "a letter may be more than one byte, and a read may bring a part \
             of it: send back bytes, or decode whole lines only",
        )
    })
}

/// Words without a line break, and then the end.
pub fn tail(scene: &Scene) -> Outcome {
    let word = scene.random().word();
    let mut ada = scene.server()?.connect("ada")?;
    ada.sends(word.as_bytes())?;
    ada.says_no_more();
    let heard = ada.hears();
    match &heard {
        Heard::Line(line) if *line == word => return Ok(()),
        Heard::End(rest) if *rest == word => return Ok(()),
        _ => {}
    }
    let look = match &heard {
        Heard::Nothing(rest) if *rest == word => {
            "everything came back, but the connection stayed open: is every \
             copy of the socket closed, or does the program still wait for \
             more?"
        }
        _ => "what the program does with what it has read when the stream ends",
    };
    Err(Trouble::failed(
        format!(
            "{} without a line break, and then the end",
            shown(word.as_bytes())
        ),
        "the same back, with or without a line break, and then the end",
        format!("ada heard {heard}"),
        look,
    ))
}
