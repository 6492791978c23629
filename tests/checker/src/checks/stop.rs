//! Stop: Ctrl-C ends the program soon, whoever is in the room.

use std::thread;
use std::time::{Duration, Instant};

use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

/// How long a program may take to end.
pub const STOP_MAX: Duration = Duration::from_secs(3);
/// How often the chatty one speaks.
const CHAT_EVERY: Duration = Duration::from_millis(5);

/// Somebody is silent, somebody talks all the time, and Ctrl-C is pressed.
pub fn stop(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut silent = server.enter("silent")?;
    let mut chatty = server.enter("chatty")?;
    chatty.says("first")?;
    silent.hears_said("chatty", "first")?;
    thread::scope(|scope| {
        scope.spawn(move || chat(&mut chatty));
        if server.ends_after_ctrl_c(STOP_MAX).is_none() {
            return Err(still_runs("a silent and a chatty client are there"));
        }
        let deadline = Instant::now() + STOP_MAX;
        loop {
            match silent.hears_words() {
                Heard::End(_) | Heard::Reset => return Ok(()),
                Heard::Line(_) if Instant::now() < deadline => {}
                other => return Err(not_told(&other)),
            }
        }
    })
}

/// The failure of a program that does not end.
pub fn still_runs(scene: &str) -> Trouble {
    Trouble::failed(
        format!("{scene}, and somebody pressed Ctrl-C"),
        format!("the program has ended {STOP_MAX:?} later"),
        "it still runs",
        "which thread is it that the program waits for, and what does that \
         thread wait for? Closing a socket's reading side wakes whoever \
         reads from it; Python waits for every thread that is no daemon, and \
         server.close() of Node.js for every connection",
    )
}

fn not_told(heard: &Heard) -> Trouble {
    Trouble::failed(
        "a silent client was there, and somebody pressed Ctrl-C",
        "the silent client hears the end of the connection",
        format!("the client heard {heard}"),
        "does something keep the socket open, such as another process?",
    )
}

/// Talks until the connection is gone, or for so long as the check lasts.
pub fn chat(chatty: &mut Person) {
    let deadline = Instant::now() + STOP_MAX;
    while Instant::now() < deadline && chatty.says("and another").is_ok() {
        thread::sleep(CHAT_EVERY);
    }
}
