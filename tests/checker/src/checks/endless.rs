//! A line without an end: it must not fill the memory of the program, nor be
//! handed on in one piece.

use std::thread;
use std::time::Duration;

use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How much is sent without a line break.
const SENT_BYTES: usize = 4 << 20;
/// How much of it one line may hold: more than any limit that means one.
const LINE_BYTES_MAX: usize = 1 << 20;
/// How much is sent at a time.
const PIECE_BYTES: usize = 64 << 10;
/// What is said after it.
const LAST: &str = "that was long";
/// For how long nothing comes when nothing more will.
const QUIET: Duration = Duration::from_secs(1);

const LOOK: &str = "a line needs a limit: read no more than that many bytes \
                    for one, and let the rest be a line of its own, or throw \
                    it away, or show the client out";

/// Somebody sends 4 MiB in one line; the others hear no such line, and the
/// room goes on.
pub fn endless(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut ada = server.enter("ada")?;
    bob.hush();
    ada.hush();
    let longest = thread::scope(|scope| {
        let sender = scope.spawn(|| floods(&mut ada));
        longest_line(&mut bob, || sender.is_finished())
    });
    if longest > LINE_BYTES_MAX {
        return Err(Trouble::failed(
            format!("ada sent {} MiB in one line", SENT_BYTES >> 20),
            format!(
                "nobody hears more than {} MiB of it in one line",
                LINE_BYTES_MAX >> 20
            ),
            format!("bob heard a line of {longest} bytes: all in memory"),
            LOOK,
        ));
    }
    goes_on(server)
}

/// Sends a long line and a short one. Whoever is shown out for it cannot send
/// on, and need not.
fn floods(ada: &mut Person) {
    let piece = [b'x'; PIECE_BYTES];
    let sent =
        (0..SENT_BYTES / PIECE_BYTES).try_for_each(|_| ada.sends(&piece));
    let sent =
        sent.and_then(|()| ada.sends(format!("\n{LAST}\n/help\n").as_bytes()));
    if sent.is_ok() {
        // The answer comes when all before it has gone to the others.
        ada.hears_notice();
    }
}

/// The longest line that is heard until the last one, or until nothing more
/// comes. Whoever is shown out because so much came at once hears the end.
fn longest_line(bob: &mut Person, all_sent: impl Fn() -> bool) -> usize {
    let mut longest = 0;
    loop {
        match bob.hears_within(QUIET) {
            Heard::Line(line) if line.ends_with(LAST) => return longest,
            Heard::Line(line) => longest = longest.max(line.len()),
            Heard::Nothing(rest) if !all_sent() => {
                longest = longest.max(rest.len());
            }
            Heard::End(rest) | Heard::Nothing(rest) => {
                return longest.max(rest.len());
            }
            Heard::Reset => return longest,
        }
    }
}

fn goes_on(server: &Server) -> Outcome {
    let mut carl = server.enter("carl")?;
    let mut dan = server.enter("dan")?;
    carl.hush();
    dan.says("is anybody there?")?;
    loop {
        let heard = carl.hears_words();
        match &heard {
            Heard::Line(line) if line == "dan: is anybody there?" => {
                return Ok(());
            }
            // What is left of the long line.
            Heard::Line(line) if line.starts_with("ada: ") => {}
            _ => {
                let expected = "dan: is anybody there?";
                return Err(carl.heard_instead(expected, &heard).look_at(LOOK));
            }
        }
    }
}
