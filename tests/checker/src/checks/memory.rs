//! Memory: what a frozen reader costs. Apart from [`super::frozen`], because
//! a server can be lively and eat the machine.
//!
//! How large a program is says little: a runtime takes memory before it needs
//! it, and gives it back when it likes. So the frozen one begins to read at
//! the end, and what it still hears is what was kept for it.

use std::time::Duration;

use chat_kit::text::cut_time;

use super::frozen::{Cast, Talk, line, stalled};
use crate::person::Heard;
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How much is said before the frozen one begins to read.
const SAID_BYTES: usize = 24 << 20;
/// How much of it the frozen one may still hear: a queue, and what the system
/// keeps for both sides.
const KEPT_BYTES_MAX: usize = 12 << 20;
/// How long nothing may come until the talker asks whether that was all.
const SILENCE: Duration = Duration::from_millis(200);
/// How often the talker asks.
const ASKED_MAX: usize = 20;
/// What the talker asks with.
const ALL: &str = "was that all?";

/// What somebody heard who began to read late.
#[derive(Debug, Default)]
struct Late {
    bytes: usize,
    /// The numbers of the lines, as they came.
    numbers: Vec<usize>,
    /// The connection had an end.
    ended: bool,
}

/// Step 7: the flaw shows.
pub fn grows(scene: &Scene) -> Outcome {
    let kept = thaw(scene.server()?)?.bytes;
    if kept > KEPT_BYTES_MAX {
        return Ok(());
    }
    Err(Trouble::failed(
        sent(),
        "it still hears all of it, for all of it was kept: this step is there \
         to show it",
        format!("it still heard {} MiB", kept >> 20),
        "nothing, if your queues are bounded already: go on to step 8",
    ))
}

/// From step 8: the cost is bounded.
pub fn bounded(scene: &Scene) -> Outcome {
    let kept = thaw(scene.server()?)?.bytes;
    if kept <= KEPT_BYTES_MAX {
        return Ok(());
    }
    Err(Trouble::failed(
        sent(),
        format!(
            "less than {} MiB were kept for it, and it was not told the rest",
            KEPT_BYTES_MAX >> 20
        ),
        format!("it still heard {} MiB and more", kept >> 20),
        "something keeps lines for a client who does not take them, with no \
         limit: a channel, a list, or the buffer of a framework",
    ))
}

/// From step 9: who falls behind is shown out, and hears a beginning.
pub fn shown_out(scene: &Scene) -> Outcome {
    const LOOK: &str = "whose queue is full is shown out: close the socket, \
                        which wakes the client's own thread, and that takes \
                        the client out of the list. To drop lines, or the \
                        whole queue, leaves a hole nobody knows of";
    let mut cast = Cast::enter(scene.server()?, 1)?;
    if let Talk::Stalled(bytes) = cast.talk(KEPT_BYTES_MAX)? {
        return Err(stalled(bytes));
    }
    cast.ada.sends(b"/users\n")?;
    match cast.ada.hears_answer("bob") {
        Heard::Line(users) if !users.contains("frozen") => {}
        other => {
            return Err(Trouble::failed(
                "frozen stopped reading, ada said more than a queue holds, \
                 and then \"/users\"",
                "a list of those who are there, without frozen",
                format!("ada heard {other}"),
                LOOK,
            ));
        }
    }
    let late = thaw_one(&mut cast)?;
    let hole = late.numbers.iter().zip(0..).find(|(nth, at)| **nth != *at);
    let came = match hole {
        Some((nth, 0)) => format!("the first line it heard was number {nth}"),
        Some((nth, at)) => format!("after line {} came line {nth}", at - 1),
        None if late.ended => return Ok(()),
        None => "it was never told the end".to_owned(),
    };
    Err(Trouble::failed(
        "frozen stopped reading, ada said more than a queue holds, and then \
         frozen read what was left",
        "frozen hears the first lines, all of them, and then the end",
        came,
        LOOK,
    ))
}

fn sent() -> String {
    format!(
        "somebody called frozen stopped reading, ada said {} MiB, which bob \
         heard, and then frozen read what was left for it",
        SAID_BYTES >> 20
    )
}

fn thaw(server: &Server) -> Result<Late, Trouble> {
    let mut cast = Cast::enter(server, 1)?;
    if let Talk::Stalled(bytes) = cast.talk(SAID_BYTES)? {
        return Err(stalled(bytes));
    }
    thaw_one(&mut cast)
}

/// A frozen one reads what is left, until it hears an end, or what was said
/// just now, or too much.
fn thaw_one(cast: &mut Cast) -> Result<Late, Trouble> {
    let mut late = Late::default();
    let Some(frozen) = cast.frozen.first_mut() else {
        return Ok(late);
    };
    frozen.hush();
    frozen.widens();
    let mut asked = 0;
    while late.bytes <= KEPT_BYTES_MAX {
        match frozen.hears_within(SILENCE) {
            Heard::Line(heard) => {
                late.bytes += heard.len();
                let words = cut_time(&heard).unwrap_or(&heard);
                match words.strip_prefix("ada: ") {
                    Some(ALL) => break,
                    Some(said) => late.numbers.extend(number(said)),
                    None => {}
                }
            }
            Heard::End(_) | Heard::Reset => {
                late.ended = true;
                break;
            }
            Heard::Nothing(_) if asked < ASKED_MAX => {
                cast.ada.says(ALL)?;
                asked += 1;
            }
            Heard::Nothing(_) => break,
        }
    }
    Ok(late)
}

/// The number of a line, if it is whole.
fn number(said: &str) -> Option<usize> {
    let (nth, _) = said.split_once(' ')?;
    let nth = nth.parse().ok()?;
    (said == line(nth)).then_some(nth)
}
