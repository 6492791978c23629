//! Relay: lines reach everyone but their author, whole.

use std::thread;
use std::time::Duration;

use crate::person::{Heard, Person};
use crate::scene::{Manners, Scene};
use crate::verdict::{Outcome, Trouble};

/// A pause long enough that two writes arrive as two segments.
const SEGMENT_GAP: Duration = Duration::from_millis(20);
/// A line longer than most first buffers, and shorter than any limit here.
const LONG_LINE_CHARS: usize = 800;

const LOOK: &str = "keep what a read brought until the line is complete, one \
                    such buffer for each client, and pass on whole lines only";

/// A line in pieces, two in one piece, and a half line of one client while
/// another one speaks.
pub fn pieces(scene: &Scene) -> Outcome {
    let mut random = scene.random();
    let server = scene.server()?;
    let mut ada = server.enter("ada")?;
    let mut carl = server.enter("carl")?;
    let mut bob = server.enter("bob")?;

    let (one, two) = (random.word(), random.word());
    ada.sends(format!("{}{}", ada.spoken(&one), ada.spoken(&two)).as_bytes())?;
    for text in [&one, &two] {
        bob.hears_said("ada", text).map_err(|t| t.look_at(LOOK))?;
    }

    let (whole, other) = (random.word(), random.word());
    let bytes = ada.spoken(&whole);
    let (start, rest) = bytes.split_at(1 + random.below(bytes.len() - 2));
    ada.sends(start.as_bytes())?;
    thread::sleep(SEGMENT_GAP);
    carl.says(&other)?;
    bob.hears_said("carl", &other)
        .map_err(|t| t.look_at(LOOK))?;
    ada.sends(rest.as_bytes())?;
    bob.hears_said("ada", &whole).map_err(|t| t.look_at(LOOK))?;

    let long = "x".repeat(LONG_LINE_CHARS);
    ada.says(&long)?;
    bob.hears_said("ada", &long).map_err(|t| t.look_at(LOOK))?;

    let formats = "100%s %n sure";
    ada.says(formats)?;
    bob.hears_said("ada", formats)
        .map_err(|t| t.look_at(LOOK))?;

    odd_bytes(scene, &mut ada, &mut bob, &random.word())
}

/// Whatever becomes of bytes that are no text, it ends nothing, and clears
/// nobody's screen.
fn odd_bytes(
    scene: &Scene,
    ada: &mut Person,
    bob: &mut Person,
    after: &str,
) -> Outcome {
    let odd = [ada.spoken("").trim_end().as_bytes(), b"\xff\x1b[2J\n"].concat();
    ada.sends(&odd)?;
    ada.says(after)?;
    let heard = bob.hears_words();
    if scene.manners() == Manners::Names
        && matches!(&heard, Heard::Line(line) if line.contains('\x1b'))
    {
        return Err(Trouble::failed(
            "ada sent what clears a terminal, \"\\x1b[2J\"",
            "bob hears it without its control character",
            bob.came(&heard),
            "terminals obey control characters: leave them out of what \
             others hear",
        ));
    }
    bob.hears_said("ada", after).map_err(|t| {
        t.look_at(
            "a byte that is no part of any letter (255) must not end the \
             session: relay bytes, or replace what cannot be decoded",
        )
    })
}

/// Words without a line break, the end, and then somebody else's words.
pub fn tail(scene: &Scene) -> Outcome {
    const LOOK: &str = "what was read before the stream ended is a line too; \
                        pass it on with a line break, or it will run into \
                        the next line";
    let mut random = scene.random();
    let (tail, next) = (random.word(), random.word());
    let server = scene.server()?;
    let mut ada = server.enter("ada")?;
    let mut carl = server.enter("carl")?;
    let mut bob = server.enter("bob")?;
    ada.sends(ada.spoken(&tail).trim_end().as_bytes())?;
    ada.says_no_more();
    // Without this carl could be heard first, which would be right as well.
    while let Heard::Line(_) = ada.hears() {}
    carl.says(&next)?;
    bob.hears_said("ada", &tail).map_err(|t| t.look_at(LOOK))?;
    bob.hears_said("carl", &next).map_err(|t| t.look_at(LOOK))
}

/// Nobody hears themselves: the first that ada hears is what bob says.
pub fn others_only(scene: &Scene) -> Outcome {
    let mut random = scene.random();
    let (own, answer) = (random.word(), random.word());
    let server = scene.server()?;
    let mut ada = server.enter("ada")?;
    let mut bob = server.enter("bob")?;
    ada.says(&own)?;
    bob.hears_said("ada", &own)?;
    bob.says(&answer)?;
    match ada.hears_words() {
        Heard::Line(words) if words == format!("bob: {answer}") => Ok(()),
        other => Err(Trouble::failed(
            format!("ada said {own:?}, and then bob said {answer:?}"),
            "ada hears bob, and not herself",
            ada.came(&other),
            "skip the author when a line is sent to everyone in the list",
        )),
    }
}
