//! Frozen: some in the room do not read, and another one talks.
//!
//! A closed loop, never a flood: a few lines are said, and the next ones only
//! when a healthy reader has heard them. So a right server never has more
//! waiting for the healthy reader than those few, and what it drops or shows
//! out is the frozen one alone.

use std::time::{Duration, Instant};

use crate::PATIENCE_MAX;
use crate::excerpt::excerpt;
use crate::person::{FROZEN_BYTES, Heard, Person};
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How many lines are on their way at once: fewer than a queue must hold, and
/// enough that a program which leaves the system's delay of 40 ms on is not
/// held up by it for each of a few.
const BATCH_LINES: usize = 200;
/// How long each line is: long enough to fill buffers soon.
const LINE_CHARS: usize = 900;
/// How much is said before a server that is still lively is believed: more
/// than the kernel can hide.
const LIVELY_BYTES: usize = 12 << 20;
/// How long the watcher of step 6 may take to notice.
const NOTICE_MAX: Duration = Duration::from_secs(4);

/// How many are frozen when nobody may be delayed: a wait of a second with a
/// limit is a second for each of them, and cannot hide.
const FROZEN_PEOPLE: usize = 5;
/// A batch is slow if it takes so long, and so many times as long as half of
/// them did: then it is the program that was late, and not the machine.
const SLOW_MIN: Duration = Duration::from_millis(250);
const SLOW_TIMES: u32 = 8;
/// How long all slow batches together may take.
const STOOD_STILL_MAX: Duration = Duration::from_millis(1800);

/// Who takes part.
pub struct Cast {
    /// Says numbered lines.
    pub ada: Person,
    /// Reads everything.
    pub bob: Person,
    /// Keep their connections and read nothing more.
    pub frozen: Vec<Person>,
    /// How long each batch took.
    batches: Vec<Duration>,
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
    /// So many frozen ones, a talker and a healthy reader.
    ///
    /// # Errors
    /// When the program does not let them in.
    pub fn enter(server: &Server, frozen: usize) -> Result<Self, Trouble> {
        let frozen = (1..=frozen)
            .map(|nth| {
                let name = match nth {
                    1 => "frozen".to_owned(),
                    nth => format!("frozen{nth}"),
                };
                server.enter_narrow(&name, FROZEN_BYTES)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut bob = server.enter("bob")?;
        let mut ada = server.enter("ada")?;
        // Lines that nobody would read in a report.
        bob.hush();
        ada.hush();
        Ok(Self {
            ada,
            bob,
            frozen,
            batches: Vec::new(),
        })
    }

    /// Says `bytes` bytes in a closed loop with the healthy reader.
    ///
    /// # Errors
    /// When the healthy reader hears something else, or is shown out.
    pub fn talk(&mut self, bytes: usize) -> Result<Talk, Trouble> {
        let mut said = 0;
        let mut numbers = 0..;
        while said < bytes {
            let lines: Vec<String> =
                numbers.by_ref().take(BATCH_LINES).map(line).collect();
            let batch: String =
                lines.iter().map(|line| self.ada.spoken(line)).collect();
            let started = Instant::now();
            if self.ada.sends(batch.as_bytes()).is_err() {
                return Ok(Talk::Stalled(said));
            }
            for line in lines {
                let expected = format!("{}: {line}", self.ada.name);
                match self.bob.hears_words() {
                    Heard::Line(words) if words == expected => {}
                    Heard::Nothing(_) => return Ok(Talk::Stalled(said)),
                    other => {
                        return Err(self.bob.heard_instead(&expected, &other));
                    }
                }
            }
            self.batches.push(started.elapsed());
            said += batch.len();
        }
        Ok(Talk::Heard)
    }

    /// How long the room stood still in all, where the machine is not to
    /// blame for it.
    fn stood_still(&self) -> Duration {
        let mut sorted = self.batches.clone();
        sorted.sort();
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        let slow = SLOW_MIN.max(usual * SLOW_TIMES);
        sorted.iter().filter(|batch| **batch > slow).sum()
    }
}

/// A numbered line: who hears one late can tell which are missing.
pub fn line(nth: usize) -> String {
    format!("{nth} {}", "x".repeat(LINE_CHARS))
}

/// Step 6: the flaw shows.
pub fn stall(scene: &Scene) -> Outcome {
    let mut cast = Cast::enter(scene.server()?, 1)?;
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
    let mut cast = Cast::enter(server, 1)?;
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

/// From step 7: frozen readers delay nobody.
pub fn lively(scene: &Scene) -> Outcome {
    let mut cast = Cast::enter(scene.server()?, FROZEN_PEOPLE)?;
    if let Talk::Stalled(bytes) = cast.talk(LIVELY_BYTES)? {
        return Err(stalled(bytes));
    }
    let still = cast.stood_still();
    if still <= STOOD_STILL_MAX {
        return Ok(());
    }
    Err(Trouble::failed(
        sent(LIVELY_BYTES),
        "bob, who reads everything, hears it at once",
        format!(
            "bob heard it all, but the room stood still for {:.1} s in \
             between",
            still.as_secs_f64()
        ),
        "no lock may be held while something waits for a client, and a wait \
         with a limit in time is a wait, too: it is as long as the limit for \
         each client who does not read",
    ))
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
        "frozen stopped reading, and ada said {bytes} bytes, \
         {BATCH_LINES} lines at a time"
    )
}
