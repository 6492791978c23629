//! Frozen: some in the room do not read, and another one talks.
//!
//! A closed loop, never a flood: a few lines are said, and the next ones only
//! when a healthy reader has heard them. So a right server never has more
//! waiting for the healthy reader than those few, and what it drops or shows
//! out is the frozen one alone.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::PATIENCE_MAX;
use crate::asleep::{LOOK_EVERY, Watcher};
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

/// How long the whole program may sleep in all while bob waits for lines that
/// ada has said: shorter than a wait of 200 ms for each of the frozen ones.
const SLEPT_MAX: Duration = Duration::from_millis(500);

/// Who takes part.
pub struct Cast {
    /// Says numbered lines.
    pub ada: Person,
    /// Reads everything.
    pub bob: Person,
    /// Keep their connections and read nothing more.
    pub frozen: Vec<Person>,
    batches: Vec<Batch>,
    /// The program.
    group: u32,
}

/// Some lines that were on their way together.
#[derive(Clone, Copy, Debug)]
struct Batch {
    took: Duration,
    /// How long the whole program slept meanwhile.
    slept: Duration,
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
            group: server.program.borrow().group(),
        })
    }

    /// Says `bytes` bytes in a closed loop with the healthy reader.
    ///
    /// # Errors
    /// When the healthy reader hears something else, or is shown out.
    pub fn talk(&mut self, bytes: usize) -> Result<Talk, Trouble> {
        self.talk_watched(bytes, None)
    }

    /// As [`Cast::talk`], and looks whether the program sleeps meanwhile.
    fn talk_awake(&mut self, bytes: usize) -> Result<Talk, Trouble> {
        let watcher = Watcher::new(self.group, self.bob.ear()?);
        let (done, watched) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let watcher = &watcher;
            scope.spawn(move || {
                while watched.recv_timeout(LOOK_EVERY)
                    == Err(mpsc::RecvTimeoutError::Timeout)
                {
                    watcher.iter().for_each(Watcher::look);
                }
            });
            let talk = self.talk_watched(bytes, watcher.as_ref());
            drop(done);
            talk
        })
    }

    fn talk_watched(
        &mut self,
        bytes: usize,
        watcher: Option<&Watcher>,
    ) -> Result<Talk, Trouble> {
        let mut said = 0;
        let mut numbers = 0..;
        while said < bytes {
            let lines: Vec<String> =
                numbers.by_ref().take(BATCH_LINES).map(line).collect();
            let started = Instant::now();
            let Some(batch) = self.talk_once(&lines)? else {
                return Ok(Talk::Stalled(said));
            };
            self.batches.push(Batch {
                took: started.elapsed(),
                slept: watcher.map(Watcher::slept).unwrap_or_default(),
            });
            said += batch;
        }
        Ok(Talk::Heard)
    }

    /// Says a few lines and hears them; `None` if they do not come.
    fn talk_once(
        &mut self,
        lines: &[String],
    ) -> Result<Option<usize>, Trouble> {
        let batch: String =
            lines.iter().map(|line| self.ada.spoken(line)).collect();
        if self.ada.sends(batch.as_bytes()).is_err() {
            return Ok(None);
        }
        for line in lines {
            let expected = format!("{}: {line}", self.ada.name);
            match self.bob.hears_words() {
                Heard::Line(words) if words == expected => {}
                Heard::Nothing(_) => return Ok(None),
                other => {
                    return Err(self.bob.heard_instead(&expected, &other));
                }
            }
        }
        Ok(Some(batch.len()))
    }

    /// How long the room stood still in all, where the machine is not to
    /// blame for it.
    fn stood_still(&self) -> Duration {
        let took: Vec<Duration> =
            self.batches.iter().map(|batch| batch.took).collect();
        let slow = SLOW_MIN.max(half_of_them(&took) * SLOW_TIMES);
        took.iter().filter(|took| **took > slow).sum()
    }

    /// How long the whole program slept in all, beyond what it does in each
    /// batch: one may slow down whoever talks.
    fn slept(&self) -> Duration {
        let slept: Vec<Duration> =
            self.batches.iter().map(|batch| batch.slept).collect();
        let usual = half_of_them(&slept);
        slept.iter().map(|slept| slept.saturating_sub(usual)).sum()
    }
}

/// What half of them do not exceed.
fn half_of_them(durations: &[Duration]) -> Duration {
    let mut sorted = durations.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
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
    if let Talk::Stalled(bytes) = cast.talk_awake(LIVELY_BYTES)? {
        return Err(stalled(bytes));
    }
    let still = match (cast.stood_still(), cast.slept()) {
        (still, _) if still > STOOD_STILL_MAX => still,
        (_, slept) if slept > SLEPT_MAX => slept,
        _ => return Ok(()),
    };
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
