//! What a client makes of lines and answers that are not like the others:
//! empty and odd ones, late and long ones, and ones that are no text.

use std::thread;
use std::time::Duration;

use super::client::{hears, named, say};
use crate::client::Client;
use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::story::shown;
use crate::verdict::{Outcome, Trouble};

/// Longer than many a time-out that was meant to end an answer.
const LATE: Duration = Duration::from_millis(1500);
/// Longer than one read of most programs, and than one segment.
const LONG_ANSWER_CHARS: usize = 5000;

/// A pause long enough that two writes arrive as two segments.
const SEGMENT_GAP: Duration = Duration::from_millis(50);
/// An answer that a formatter would obey.
const FORMATS: &str = "100%% of %d, {} $1 \\n";

/// Lines that are no quit, and no end of the keyboard.
const LINES: [&str; 6] = [
    "  two blanks before",
    "QUIT",
    " quit",
    "exit now",
    "\ta tab, and \u{e4}\u{20ac}\u{1f600}",
    "a\u{2028}b",
];

/// Step 2: each line has its answer, whatever they look like.
pub fn step_2(scene: &Scene) -> Outcome {
    let client = scene.client()?;
    let mut random = scene.random();
    for line in LINES.into_iter().chain([""]) {
        let answer = random.word();
        client.types(line);
        as_typed(client, line)?;
        say(client, &answer)?;
        client.shows(&answer)?;
    }
    client.types("late");
    hears(client, "late")?;
    thread::sleep(LATE);
    let answer = random.word();
    say(client, &answer)?;
    client.shows(&answer).map_err(|trouble| {
        trouble.look_at(
            "an answer may take its time: wait for it without a time-out",
        )
    })?;
    let (first, second) = (random.word(), random.word());
    client.types("two");
    hears(client, "two")?;
    say(client, &format!("{first}\n{second}"))?;
    client.shows(&first)?;
    client.types("more");
    hears(client, "more")?;
    client.shows(&second).map_err(|trouble| {
        trouble.look_at(
            "one read may bring two answers: keep what stands behind the \
             first line break, it is the next answer",
        )
    })?;
    odd_answers(&Client::start(scene.command())?, Asked::Yes)
}

/// Step 3: as in step 2, with a name in front and nothing asked.
pub fn step_3(scene: &Scene) -> Outcome {
    let client = named(scene)?;
    for line in LINES {
        client.types(line);
        as_typed(client, &format!("ada: {line}"))?;
    }
    client.types("");
    client.types("after an empty line");
    let heard = client.server(|server| match server.hears() {
        // Whether an empty line is sent is the program's own affair.
        Heard::Line(line) if line.trim() == "ada:" => server.hears(),
        other => other,
    })?;
    if heard != Heard::Line("ada: after an empty line".to_owned()) {
        return Err(Trouble::failed(
            "the person typed an empty line, and then another line",
            "the server hears \"ada: after an empty line\"",
            format!("the server heard {heard}"),
            "an empty line is not the end of the keyboard",
        ));
    }
    odd_answers(client, Asked::No)
}

/// Whether the server speaks only when it was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Yes,
    No,
}

/// A long answer, one that a formatter would obey, one with a letter that
/// comes in two pieces, and bytes that are no text.
fn odd_answers(client: &Client, asked: Asked) -> Outcome {
    let ask = |line: &str| match asked {
        Asked::Yes => {
            client.types(line);
            hears(client, line)
        }
        Asked::No => Ok(()),
    };
    ask("long")?;
    let long = format!("{}end", "x".repeat(LONG_ANSWER_CHARS));
    say(client, &long)?;
    client.shows(&long).map_err(|trouble| {
        trouble.look_at(
            "an answer may be longer than one read, or one buffer: read on \
             until its line break",
        )
    })?;
    ask("percent")?;
    say(client, FORMATS)?;
    client.shows(FORMATS).map_err(|trouble| {
        trouble.look_at(
            "an answer is printed as it is: it must not be the format of \
             printf, nor a part of it",
        )
    })?;
    ask("letter")?;
    cut_letter(client)?;
    ask("bytes")?;
    client.server(|server| server.sends(b"odd\xff\xc3 answer\n"))??;
    client.shows(" answer").map_err(no_text)?;
    ask("after").map_err(no_text)?;
    say(client, "after the odd one").map_err(no_text)?;
    client.shows("after the odd one").map_err(no_text)
}

/// A letter of three bytes, in two writes.
fn cut_letter(client: &Client) -> Outcome {
    const ANSWER: &str = "5 \u{20ac} each";
    let (start, rest) = ANSWER.as_bytes().split_at(3);
    client.server(|server| server.sends(start))??;
    thread::sleep(SEGMENT_GAP);
    client.server(|server| server.sends(&[rest, b"\n"].concat()))??;
    client.shows(ANSWER).map_err(|trouble| {
        trouble.look_at(
            "a letter may be more than one byte, and a read may bring a part \
             of it: keep bytes until the line is complete, then decode it",
        )
    })
}

fn no_text(trouble: Trouble) -> Trouble {
    trouble.look_at(
        "bytes that are no text (here 255 and half a letter) must not end \
         the program: replace what cannot be decoded",
    )
}

/// The server hears the line as it was typed, and in one piece.
fn as_typed(client: &Client, line: &str) -> Outcome {
    let (heard, pieces) =
        client.server(|server| (server.hears(), server.pieces()))?;
    // A blank at the end of a line nobody sees.
    let same = matches!(&heard, Heard::Line(heard)
        if heard.trim_end() == line.trim_end());
    if !same {
        return Err(Trouble::failed(
            format!("the person typed {}", shown(line.as_bytes())),
            format!("the server hears {}", shown(line.as_bytes())),
            format!("the server heard {heard}"),
            "only \"quit\" and \"exit\" end the program, in small letters \
             and alone. Every other line is sent as it was typed, with the \
             blanks at its beginning, and an empty one, too",
        ));
    }
    if pieces > 1 {
        return Err(Trouble::failed(
            format!("the person typed {}", shown(line.as_bytes())),
            "the line and its line break come in one write",
            format!("they came in {pieces} pieces"),
            "put the line and its line break together and send them with \
             one write: of two small ones the second may be held back",
        ));
    }
    Ok(())
}

/// After quit a program ends, though the server says and does nothing.
pub fn silent_server(scene: &Scene) -> Outcome {
    let client = match scene.step() {
        3.. => named(scene)?,
        _ => scene.client()?,
    };
    client.types("quit");
    let heard = client.server(Person::hears)?;
    if !matches!(heard, Heard::End(_) | Heard::Reset) {
        return Err(Trouble::failed(
            "the person typed \"quit\"",
            "the server hears the end",
            format!("the server heard {heard}"),
            "does quit close the connection, or its sending side?",
        ));
    }
    client.ends(
        "the person typed \"quit\", and the server did not close its side",
        "whatever waits for the server's last words waits for a second at \
         most: give join, or the read, a limit",
    )
}
