//! Text: whatever stands in a line, it is one line and arrives. Asks for no
//! more than the step's page does: a relay changes nothing, a room with
//! names may leave out what a terminal obeys, and blanks at the end.

use std::thread;
use std::time::Duration;

use crate::person::{Heard, Person};
use crate::random::Random;
use crate::scene::{Manners, Scene};
use crate::story::shown;
use crate::verdict::{Outcome, Trouble};

/// A pause long enough that two writes arrive as two segments.
const SEGMENT_GAP: Duration = Duration::from_millis(20);

/// What may stand in a line, and where to look if it does not arrive.
const ODD: [(&str, &str); 6] = [
    (
        "\u{e4}\u{20ac}\u{1f600}",
        "letters of two, three and four bytes are letters too: let text \
         through that is no ASCII",
    ),
    (
        "\u{2028}",
        "only \"\\n\" ends a line. Some libraries also end one at U+2028 (Node's \
         readline, Java's Scanner, Python's splitlines)",
    ),
    (
        "\x0c\x0b\x1c\u{85}",
        "only \"\\n\" ends a line. Some libraries also end one at a form \
         feed and its like (Python's splitlines)",
    ),
    (
        "\0",
        "a zero byte does not end a text: keep its length, and do not \
         measure it with strlen",
    ),
    (
        "\t",
        "a tab is no end of a line and of no word that matters here",
    ),
    ("\x07\x08\x7f", "control characters end nothing"),
];

/// Step 1: every byte comes back, whatever it is.
pub fn echo(scene: &Scene) -> Outcome {
    const LOOK: &str = "an echo sends back every byte it has read, as it is: \
                        zero bytes, blanks, empty lines, \"\\r\\n\", and bytes \
                        that are no text, with the length that the read has \
                        returned";
    let mut random = scene.random();
    let mut ada = scene.server()?.connect("ada")?;
    let word = random.word();
    for text in [
        "",
        " two blanks ",
        "\ta tab",
        "a\0zero byte",
        "no\rend",
        "telnet\r",
    ] {
        ada.sends(format!("{text}\n").as_bytes())?;
        ada.hears_line(text).map_err(|t| t.look_at(LOOK))?;
    }
    for (odd, _) in ODD {
        ada.sends(format!("{word}{odd}{word}\n").as_bytes())?;
        ada.hears_line(&format!("{word}{odd}{word}"))
            .map_err(|t| t.look_at(LOOK))?;
    }
    ada.sends(&[0xff, 0xfe, 0xc3, b'\n'])?;
    let expected = [0xff, 0xfe, 0xc3];
    let heard = ada.hears_bytes();
    if heard.as_deref() == Some(&expected[..]) {
        return Ok(());
    }
    Err(Trouble::failed(
        "ada sent the bytes 255, 254, 195 and a line break",
        "ada hears these bytes",
        match heard {
            Some(bytes) => format!("ada heard the bytes {bytes:?}"),
            None => "ada heard no line".to_owned(),
        },
        LOOK,
    ))
}

/// Steps 4 and later: odd text of one person reaches the others.
pub fn room(scene: &Scene) -> Outcome {
    let mut random = scene.random();
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut ada = server.enter("ada")?;
    for (odd, look) in ODD {
        stays_one(&mut ada, &mut bob, &mut random, odd, look)?;
    }
    cut_letters(&mut ada, &mut bob)?;
    if scene.manners() == Manners::Relay {
        as_it_is(&mut ada, &mut bob)?;
    }
    blank_lines(&mut ada, &mut bob, &mut random)?;
    carriage_returns(&mut ada, &mut bob, &mut random)?;
    if scene.manners() == Manners::Names {
        odd_names(scene, &mut bob)?;
    }
    Ok(())
}

/// A letter of four bytes, each in a write of its own.
fn cut_letters(ada: &mut Person, bob: &mut Person) -> Outcome {
    let text = "\u{1f600} fine";
    let spoken = ada.spoken(text);
    let at = spoken.find('\u{1f600}').unwrap_or_default();
    let bytes = spoken.as_bytes();
    ada.sends(&bytes[..at + 1])?;
    for byte in at + 1..at + 4 {
        thread::sleep(SEGMENT_GAP);
        ada.sends(&bytes[byte..=byte])?;
    }
    ada.sends(&bytes[at + 4..])?;
    bob.hears_said("ada", text).map_err(|trouble| {
        trouble.look_at(
            "a letter may be more than one byte, and a read may bring a part \
             of it: keep bytes until the line is complete, then decode it",
        )
    })
}

/// A line with `odd` in its middle is one line, and its end arrives.
fn stays_one(
    ada: &mut Person,
    bob: &mut Person,
    random: &mut Random,
    odd: &str,
    look: &str,
) -> Outcome {
    let (start, end, after) = (random.word(), random.word(), random.word());
    let text = format!("{start}{odd}{end}");
    ada.says(&text)?;
    ada.says(&after)?;
    let heard = bob.hears_words();
    let relay = bob.manners == Manners::Relay;
    let letters = odd.chars().any(char::is_alphanumeric);
    match &heard {
        Heard::Line(line) if no_control_in(line, relay) => {
            let whole = line.starts_with(&format!("ada: {start}"))
                && line.ends_with(&end);
            // Only a relay promises to change nothing.
            let kept = line.contains(odd) || !(relay || letters);
            if whole && kept {
                return bob
                    .hears_said("ada", &after)
                    .map_err(|t| t.look_at(look));
            }
            Err(bob.heard_instead(&format!("ada: {text}"), &heard))
        }
        Heard::Line(_) => Err(obeyed(&text, bob, &heard)),
        _ => Err(bob.heard_instead(&format!("ada: {text}"), &heard)),
    }
    .map_err(|trouble| match &heard {
        Heard::Line(line) if !no_control_in(line, relay) => trouble,
        _ => trouble.look_at(look),
    })
}

/// Whether nothing in a line moves a cursor or rings a bell. A relay
/// promises nothing of the kind, and a tab hurts nobody.
fn no_control_in(line: &str, relay: bool) -> bool {
    let obeyed = |c: char| c.is_ascii_control() && c != '\t';
    relay || !line.contains(obeyed)
}

fn obeyed(text: &str, bob: &Person, heard: &Heard) -> Trouble {
    Trouble::failed(
        format!("ada sent {}", shown(text.as_bytes())),
        "bob hears it without its control characters",
        bob.came(heard),
        "terminals obey control characters, not the escape alone: leave out \
         all that are below the blank, and 127, in what others hear and in \
         names",
    )
}

/// A relay changes nothing: blanks at both ends stay.
fn as_it_is(ada: &mut Person, bob: &mut Person) -> Outcome {
    for line in ["  two blanks before", "two behind  ", "", "   "] {
        ada.sends(format!("{line}\n").as_bytes())?;
        bob.hears_line(line).map_err(|trouble| {
            trouble.look_at(
                "a line is passed on as it is, with its blanks, and an empty \
                 line is a line too: nothing is stripped",
            )
        })?;
    }
    Ok(())
}

/// Empty lines end nothing. Whether a room with names passes them on is its
/// own affair.
fn blank_lines(
    ada: &mut Person,
    bob: &mut Person,
    random: &mut Random,
) -> Outcome {
    let word = random.word();
    ada.sends(b"\n\n   \n")?;
    ada.says(&word)?;
    let wanted = format!("ada: {word}");
    loop {
        match bob.hears_words() {
            Heard::Line(line) if line == wanted => return Ok(()),
            Heard::Line(line)
                if matches!(line.trim(), "" | "ada:" | "ada: ") => {}
            other => {
                return Err(bob.heard_instead(&wanted, &other).look_at(
                    "an empty line is not the end of the stream: only a read \
                     that brings nothing is",
                ));
            }
        }
    }
}

/// A line that ends with "\r\n", as telnet and Windows send it.
fn carriage_returns(
    ada: &mut Person,
    bob: &mut Person,
    random: &mut Random,
) -> Outcome {
    const LOOK: &str = "\"\\r\\n\" ends a line as \"\\n\" does: telnet sends \
                        it. In front of the line break, \"\\r\" is no part \
                        of a command";
    let word = random.word();
    ada.sends(ada.spoken(&word).replace('\n', "\r\n").as_bytes())?;
    let wanted = format!("ada: {word}");
    let heard = bob.hears_words();
    let same = match &heard {
        Heard::Line(line) if bob.manners == Manners::Relay => {
            line.trim_end_matches('\r') == wanted
        }
        Heard::Line(line) => *line == wanted,
        _ => false,
    };
    if !same {
        return Err(bob.heard_instead(&wanted, &heard).look_at(LOOK));
    }
    if ada.manners == Manners::Relay {
        return Ok(());
    }
    ada.sends(b"/users\r\n")?;
    match ada.hears_notice() {
        Heard::Line(line) if line.contains("bob") => Ok(()),
        other => Err(Trouble::failed(
            "ada sent \"/users\\r\\n\"",
            "the answer to \"/users\"",
            ada.came(&other),
            LOOK,
        )),
    }
}

/// Names that are none are refused or cleaned, and end nothing.
fn odd_names(scene: &Scene, bob: &mut Person) -> Outcome {
    const LOOK: &str = "a first line that can be no name (an empty one, one \
                        with control characters) is answered, and the next \
                        line is asked for: it ends neither the session nor \
                        its thread";
    let server = scene.server()?;
    for odd in ["e\x07v\x08e", "\x1b[2Jeve", "", "\u{e4}\0b", "eve\r"] {
        let mut eve = server.connect("eve")?;
        eve.sends(format!("{odd}\n").as_bytes())?;
        eve.sends(b"zoe\n")?;
        eve.sends(b"zoe\n")?;
        eve.sends(b"/quit\n")?;
        // Who had a name at once has said "zoe" twice; who had none has it.
        let heard = joined_and_left(bob, odd).map_err(|t| t.look_at(LOOK))?;
        if let Some(line) = heard {
            return Err(obeyed(odd, bob, &Heard::Line(line)));
        }
    }
    Ok(())
}

/// Hears somebody come and go; a line with control characters is returned.
fn joined_and_left(
    bob: &mut Person,
    odd: &str,
) -> Result<Option<String>, Trouble> {
    let mut joined = false;
    loop {
        match bob.hears() {
            Heard::Line(line) if !no_control_in(&line, false) => {
                return Ok(Some(line));
            }
            Heard::Line(line) if line.ends_with(" joined") => joined = true,
            Heard::Line(line) if joined && line.contains(" left") => {
                return Ok(None);
            }
            Heard::Line(_) => {}
            other => {
                return Err(Trouble::failed(
                    format!(
                        "eve sent {} for a name, then \"zoe\" twice, and \
                         \"/quit\"",
                        shown(odd.as_bytes())
                    ),
                    "bob hears that somebody joined, and left",
                    bob.came(&other),
                    "",
                ));
            }
        }
    }
}
