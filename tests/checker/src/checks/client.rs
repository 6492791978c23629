//! Clients: the checker plays the server and drives the keyboard.

use std::thread;
use std::time::Duration;

use crate::PATIENCE_MAX;
use crate::client::{Client, fell_over};
use crate::excerpt::excerpt;
use crate::person::{Heard, Person};
use crate::port::Port;
use crate::program::Program;
use crate::random::Random;
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

/// A pause long enough that two writes arrive as two segments.
const SEGMENT_GAP: Duration = Duration::from_millis(50);

/// Longer than a row, and than what somebody thinks is long enough.
const LONG_LINE_CHARS: usize = 300;

/// The name every client of step 3 is given.
const NAME: &str = "ada";

/// Lines that show what a client makes of them: a word, more than one, one
/// that begins like quit, one that a formatter would obey, and a long one.
fn lines(random: &mut Random) -> [String; 5] {
    [
        random.word(),
        format!("{} {}", random.word(), random.word()),
        format!("quite {}", random.word()),
        format!("100%s %n {}", random.word()),
        "x".repeat(LONG_LINE_CHARS),
    ]
}

/// Step 2: each line arrives as it was typed, its answer is shown.
pub fn answers(scene: &Scene) -> Outcome {
    let client = scene.client()?;
    let mut random = scene.random();
    for line in lines(&mut random) {
        let answer = random.word();
        client.types(&line);
        hears(client, &line)?;
        say(client, &answer)?;
        client.shows(&answer)?;
    }
    Ok(())
}

/// Step 2: an answer in two pieces is one answer.
pub fn pieces(scene: &Scene) -> Outcome {
    let client = scene.client()?;
    let mut random = scene.random();
    for _ in 0..2 {
        let (line, answer) = (random.word(), random.word());
        client.types(&line);
        hears(client, &line)?;
        let (start, rest) = answer.split_at(1 + random.below(answer.len() - 1));
        client.server(|server| server.sends(start.as_bytes()))??;
        thread::sleep(SEGMENT_GAP);
        say(client, rest)?;
        client.shows(&answer).map_err(|trouble| {
            trouble.look_at(
                "one read is not one answer: read on until the line is \
                 complete, and only then print it and ask for the next",
            )
        })?;
    }
    Ok(())
}

/// Steps 2 and 3: quit, exit and the end of the keyboard end the program,
/// and the server hears nothing but the end.
pub fn quits(scene: &Scene) -> Outcome {
    leaves(scene.client()?, scene, Some("quit"))?;
    leaves(&Client::start(scene.command())?, scene, Some("exit"))?;
    leaves(&Client::start(scene.command())?, scene, None)
}

fn leaves(client: &Client, scene: &Scene, word: Option<&str>) -> Outcome {
    if scene.step() >= 3 {
        client.types(NAME);
    }
    let sent = match word {
        Some(word) => {
            client.types(word);
            format!("the person typed {word:?}")
        }
        None => {
            client.program.borrow_mut().hang_up();
            "the keyboard ended (Ctrl-D)".to_owned()
        }
    };
    match client.server(Person::hears)? {
        Heard::End(rest) if rest.is_empty() => {}
        other => {
            let look = match (&other, word) {
                (Heard::Nothing(_), None) => {
                    "the keyboard can end: then there is no next line, and \
                     whatever reads lines says so in its own way"
                }
                (Heard::Nothing(_), Some(_)) => {
                    "the line that says quit or exit: does it reach the code \
                     that looks for it, and does that close the connection?"
                }
                _ => "quit and exit are for the client: do not send them",
            };
            return Err(Trouble::failed(
                sent,
                "the server hears the end of the connection and nothing else",
                format!("the server heard {other}"),
                look,
            ));
        }
    }
    client.server_hangs_up();
    client.ends(&sent, "what keeps the program from ending? A thread?")
}

/// Step 2: the server goes while the client waits for the keyboard; the
/// next line finds out.
pub fn server_gone(scene: &Scene) -> Outcome {
    const AFTER: &str = "the server closed the connection, and then the \
                         person typed a line";
    const LOOK: &str = "a read that brings nothing means that the server has \
                        gone: say so and end";
    let client = scene.client()?;
    let answer = scene.random().word();
    client.types("before");
    hears(client, "before")?;
    say(client, &answer)?;
    client.shows(&answer)?;
    client.server_hangs_up();
    client.types("anybody there?");
    client.types("hello?");
    client.ends(AFTER, LOOK)?;
    let screen = client.program.borrow().shown();
    let (before, after) = screen.split_once(&answer).unwrap_or_default();
    let new = |word: &&str| {
        word.chars().any(char::is_alphabetic) && !before.contains(*word)
    };
    if after.split_whitespace().any(|word| new(&word)) {
        return Ok(());
    }
    Err(Trouble::failed(
        AFTER,
        "the program says that the server has gone",
        format!("it ended; the last it said was: {}", excerpt(&screen)),
        LOOK,
    ))
}

/// Steps 2 and 3: there is no server at all.
pub fn nobody_there(scene: &Scene) -> Outcome {
    let port = Port::free()?;
    let mut program = Program::start(scene.command(), port.number)?;
    let status = program.ends(PATIENCE_MAX);
    let screen = program.shown();
    let peaceful = status.is_some_and(|status| !status.success())
        && !screen.trim().is_empty()
        && !fell_over(&screen);
    if peaceful {
        return Ok(());
    }
    Err(Trouble::failed(
        "started the program with nobody listening on its port",
        "it says what to do, in words, and ends with a code other than 0",
        format!(
            "{}; it said: {}",
            status.map_or("it still runs".to_owned(), |end| end.to_string()),
            excerpt(&screen)
        ),
        "the error of connect: catch it and say it",
    ))
}

/// Step 3: lines carry the name, and the person sees them as others do.
pub fn prefix(scene: &Scene) -> Outcome {
    let client = named(scene)?;
    let mut random = scene.random();
    for word in lines(&mut random) {
        client.types(&word);
        let line = format!("{NAME}: {word}");
        hears(client, &line)?;
        client.shows(&line).map_err(|trouble| {
            trouble.look_at("the client shows its own line, name and all")
        })?;
    }
    Ok(())
}

/// Step 3: lines nobody asked for are shown while the keyboard is silent.
pub fn unasked(scene: &Scene) -> Outcome {
    const LOOK: &str = "reading from the server needs a thread of its own: \
                        the other one is waiting for the keyboard";
    const LINES: usize = 100;
    let client = named(scene)?;
    let mut random = scene.random();
    let word = random.word();
    say(client, &word)?;
    client
        .shows(&word)
        .map_err(|trouble| trouble.look_at(LOOK))?;
    let words: Vec<String> = (0..LINES).map(|_| random.word()).collect();
    say(client, &words.join("\n"))?;
    for word in &words {
        client.shows(word).map_err(|trouble| {
            trouble.look_at(
                "one read may bring several lines, and the beginning of one \
                 more: show each of them, and keep the rest for the next read",
            )
        })?;
    }
    Ok(())
}

/// Step 3: the server goes, and the program ends without a key pressed.
pub fn ends_at_once(scene: &Scene) -> Outcome {
    let client = named(scene)?;
    let last = scene.random().word();
    say(client, &last)?;
    client.server_hangs_up();
    client.shows(&last)?;
    client.ends(
        "the server said a last line and closed the connection; nobody \
         pressed a key",
        "the thread that reads from the server is the only one that knows; \
         the other one waits for the keyboard and cannot be woken, so end \
         the whole program (in Python os._exit; sys.exit ends one thread)",
    )
}

/// Step 3: what the server says after quit is still shown.
pub fn last_words(scene: &Scene) -> Outcome {
    const LOOK: &str = "close only the sending side (shutdown for writing), \
                        and go on reading until the server closes its own";
    let client = named(scene)?;
    let mut random = scene.random();
    let (line, answer) = (random.word(), random.word());
    client.types(&line);
    client.types("quit");
    hears(client, &format!("{NAME}: {line}")).map_err(|t| t.look_at(LOOK))?;
    match client.server(Person::hears)? {
        Heard::End(_) => {}
        other => {
            return Err(Trouble::failed(
                "the person typed \"quit\"",
                "the server hears the end",
                format!("the server heard {other}"),
                LOOK,
            ));
        }
    }
    // A connection that is being closed may still let something through.
    thread::sleep(SEGMENT_GAP);
    say(client, &answer).map_err(|trouble| trouble.look_at(LOOK))?;
    client
        .shows(&answer)
        .map_err(|trouble| trouble.look_at(LOOK))
}

pub(super) fn named(scene: &Scene) -> Result<&Client, Trouble> {
    let client = scene.client()?;
    client.types(NAME);
    Ok(client)
}

/// The server hears a line.
pub(super) fn hears(client: &Client, line: &str) -> Outcome {
    let heard = client.server(|server| server.hears_line(line))?;
    heard.map_err(|trouble| {
        trouble.look_at(
            "every line of the program's standard input, from the first one \
             on: is it read, and is what is sent for it complete, line break \
             and all, and not kept back in a buffer?",
        )
    })
}

/// The server says a line.
pub(super) fn say(client: &Client, line: &str) -> Outcome {
    client.server(|server| server.sends(format!("{line}\n").as_bytes()))?
}
