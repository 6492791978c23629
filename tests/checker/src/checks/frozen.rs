//! Frozen: somebody in the room does not read, and another one talks.
//!
//! A closed loop, never a flood: a few lines are said, and the next ones only
//! when a healthy reader has heard them. So a right server never has more
//! waiting for the healthy reader than those few, and what it drops or shows
//! out is the frozen one alone.

use std::time::Duration;

use crate::PATIENCE_MAX;
use crate::excerpt::excerpt;
use crate::person::{FROZEN_BYTES, Heard, Person};
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How many lines are on their way at once.
const BATCH_LINES: usize = 40;
/// How long each line is: long enough to fill buffers soon.
const LINE_CHARS: usize = 900;
/// How much is said before a server that is still lively is believed: more
/// than the kernel can hide.
const LIVELY_BYTES: usize = 12 << 20;
/// How long the watcher of step 6 may take to notice.
const NOTICE_MAX: Duration = Duration::from_secs(4);

/// Who takes part.
pub struct Cast {
    ada: Person,
    bob: Person,
    /// Keeps its connection and reads nothing more.
    _frozen: Person,
}

/// How far the closed loop came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// All was heard.
    Heard,
    /// Nothing came any more after so many bytes.
    Stalled(usize),
}

impl Cast {
    /// A frozen one, a talker and a healthy reader.
    ///
    /// # Errors
    /// When the program does not let them in.
    pub fn enter(server: &Server) -> Result<Self, Trouble> {
        let frozen = server.enter_narrow("frozen", FROZEN_BYTES)?;
        let mut bob = server.enter("bob")?;
        let mut ada = server.enter("ada")?;
        // Lines that nobody would read in a report.
        bob.hush();
        ada.hush();
        Ok(Self {
            ada,
            bob,
            _frozen: frozen,
        })
    }

    /// Says `bytes` bytes in a closed loop with the healthy reader.
    ///
    /// # Errors
    /// When the healthy reader hears something else, or is shown out.
    pub fn talk(&mut self, bytes: usize) -> Result<Talk, Trouble> {
        let line = "x".repeat(LINE_CHARS);
        let batch = self.ada.spoken(&line).repeat(BATCH_LINES);
        let expected = format!("{}: {line}", self.ada.name);
        let mut said = 0;
        while said < bytes {
            if self.ada.sends(batch.as_bytes()).is_err() {
                return Ok(Talk::Stalled(said));
            }
            for _ in 0..BATCH_LINES {
                match self.bob.hears_words() {
                    Heard::Line(words) if words == expected => {}
                    Heard::Nothing(_) => return Ok(Talk::Stalled(said)),
                    other => {
                        return Err(self.bob.heard_instead(&expected, &other));
                    }
                }
            }
            said += batch.len();
        }
        Ok(Talk::Heard)
    }
}

/// Step 6: the flaw shows.
pub fn stall(scene: &Scene) -> Outcome {
    let mut cast = Cast::enter(scene.server()?)?;
    match cast.talk(LIVELY_BYTES)? {
        Talk::Stalled(_) => Ok(()),
        Talk::Heard => Err(Trouble::failed(
            sent(LIVELY_BYTES),
            "the room stalls: this step is there to show it",
            "bob heard everything in time",
            "nothing, if your server is cured already: go on to step 7",
        )),
    }
}

/// Step 6: the server itself says on whom it waits.
pub fn watcher(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut cast = Cast::enter(server)?;
    cast.talk(LIVELY_BYTES)?;
    let program = server.program.borrow();
    let told = |screen: &str| {
        screen
            .lines()
            .any(|line| line.contains("stuck") && line.contains("frozen"))
    };
    program.shows(NOTICE_MAX, told).map_err(|screen| {
        Trouble::failed(
            "a client called frozen stopped reading, and ada talked on",
            "the server prints a line with the words \"stuck\" and \"frozen\"",
            format!("it printed: {}", excerpt(&screen)),
            "a thread of its own looks once a second whether a write takes \
             too long; it must not need the lock that is held meanwhile. A \
             server that never waits while it writes, such as an event loop, \
             has nothing to watch: go on to step 7",
        )
    })
}

/// From step 7: a frozen reader delays nobody.
pub fn lively(scene: &Scene) -> Outcome {
    let mut cast = Cast::enter(scene.server()?)?;
    match cast.talk(LIVELY_BYTES)? {
        Talk::Heard => Ok(()),
        Talk::Stalled(bytes) => Err(stalled(bytes)),
    }
}

/// The failure of a room that stood still.
pub fn stalled(bytes: usize) -> Trouble {
    Trouble::failed(
        sent(LIVELY_BYTES),
        "bob, who reads everything, hears it at once",
        format!("after {bytes} bytes bob heard nothing for {PATIENCE_MAX:?}"),
        "no lock may be held while something is written to a client, or \
         while room in its queue is waited for",
    )
}

fn sent(bytes: usize) -> String {
    format!(
        "somebody called frozen stopped reading, and ada said {bytes} bytes, \
         {BATCH_LINES} lines at a time"
    )
}
