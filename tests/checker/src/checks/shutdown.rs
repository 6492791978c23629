//! Shutdown: an end in peace, whoever is there, and nothing said is lost.

use std::process::ExitStatus;
use std::thread;

use super::stop::{STOP_MAX, chat, still_runs};
use crate::person::{FROZEN_BYTES, Heard, Person, hidden_by_the_system};
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How many lines wait in the server for somebody who reads late, when the
/// system takes no more of them. A queue of step 8 holds more.
const WAITING_LINES: usize = 500;
/// How many of them are on their way at once.
const BATCH_LINES: usize = 40;
const LINE_CHARS: usize = 900;
/// A silent, a frozen and a chatty client, and Ctrl-C.
pub fn in_peace(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let _frozen = server.enter_narrow("frozen", FROZEN_BYTES)?;
    let mut silent = server.enter("silent")?;
    let mut chatty = server.enter("chatty")?;
    say_all(&mut chatty, &mut silent, lines_to_say()?)?;
    let status = thread::scope(|scope| {
        scope.spawn(|| chat(&mut chatty));
        end(server, "a silent, a frozen and a chatty client are there")
    })?;
    if !status.success() {
        return Err(Trouble::failed(
            "Ctrl-C",
            "the program ends with exit code 0",
            format!("it ended with {status}"),
            "catch Ctrl-C (SIGINT): without that the system ends the program \
             where it stands",
        ));
    }
    hears_goodbye(&mut silent)
}

/// Somebody reads late: all that was said before Ctrl-C still arrives.
pub fn nothing_lost(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let count = lines_to_say()?;
    let mut late = server.enter_narrow("late", FROZEN_BYTES)?;
    let mut bob = server.enter("bob")?;
    let mut ada = server.enter("ada")?;
    late.hush();
    say_all(&mut ada, &mut bob, count)?;
    server.program.borrow().interrupt();
    late.widens();
    for nth in 0..count {
        let expected = format!("ada: {}", line(nth));
        match late.hears_words() {
            Heard::Line(words) if words == expected => {}
            other => {
                return Err(Trouble::failed(
                    format!(
                        "ada said {count} lines, which bob heard; then \
                         Ctrl-C, and only then late began to read"
                    ),
                    format!("late still hears all {count} lines"),
                    format!("after {nth} lines late heard {other}"),
                    "empty the queues before the sockets are closed; give \
                     it a deadline, for those who never read",
                ));
            }
        }
    }
    hears_goodbye(&mut bob)?;
    hears_goodbye(&mut late)
}

/// As many lines as fill what the system hides, and then some.
fn lines_to_say() -> Result<usize, Trouble> {
    let hidden = hidden_by_the_system(FROZEN_BYTES)?;
    Ok(hidden / LINE_CHARS + WAITING_LINES)
}

/// Says all lines in a closed loop with a reader.
fn say_all(author: &mut Person, reader: &mut Person, count: usize) -> Outcome {
    author.hush();
    reader.hush();
    let batches: Vec<usize> = (0..count).collect();
    for batch in batches.chunks(BATCH_LINES) {
        let lines: String =
            batch.iter().map(|nth| author.spoken(&line(*nth))).collect();
        author.sends(lines.as_bytes())?;
        for nth in batch {
            reader.hears_said(&author.name, &line(*nth))?;
        }
    }
    Ok(())
}

fn line(nth: usize) -> String {
    format!("{nth} {}", "x".repeat(LINE_CHARS))
}

fn end(server: &Server, scene: &str) -> Result<ExitStatus, Trouble> {
    let status = server.ends_after_ctrl_c(STOP_MAX);
    status.ok_or_else(|| still_runs(scene))
}

/// Waits for the line that says that the server is closing.
///
/// # Errors
/// When something else comes, or nothing.
pub fn goodbye(person: &mut Person) -> Outcome {
    loop {
        match person.hears_notice() {
            Heard::Line(told) if told.contains("closing") => return Ok(()),
            Heard::Line(_) => {}
            other => {
                return Err(Trouble::failed(
                    "Ctrl-C",
                    "everyone hears a line \"* the server is closing\"",
                    format!("{} heard {other}", person.name),
                    "say goodbye through the same queues as everything else, \
                     and wait until they are empty",
                ));
            }
        }
    }
}

/// The last thing that comes is a line that says so, and then the end.
fn hears_goodbye(person: &mut Person) -> Outcome {
    goodbye(person)?;
    match person.hears() {
        Heard::End(_) => Ok(()),
        other => Err(Trouble::failed(
            "Ctrl-C, and the goodbye was heard",
            "the end of the connection, and not a reset",
            format!("{} heard {other}", person.name),
            "close the writing side and wait a moment for the client to \
             close: closing a socket that has unread bytes resets it",
        )),
    }
}
