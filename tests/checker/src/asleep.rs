//! Whether nobody does anything: a program sleeps, all of it, while somebody
//! waits to hear from it. That no busy machine can feign. Must not judge.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::net::{RecvFlags, recv};

use super::processes::{numbers, processes, stat};

/// How often it is looked.
pub const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Shorter sleeps are the system's: it holds back small pieces for 40 ms.
const SLEEP_MIN: Duration = Duration::from_millis(120);
/// A sleep was seen at least so often.
const LOOKS_MIN: u32 = 4;
/// The state of a thread that waits for something to happen.
const ASLEEP: &str = "S";

/// Watches a program, and the thread that made this watcher.
#[derive(Debug)]
pub struct Watcher {
    /// Every process of the program.
    program: Vec<PathBuf>,
    /// The thread that waits to hear from the program.
    listener: PathBuf,
    /// What it listens on.
    ear: TcpStream,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Since when nobody does anything, and how often that was seen.
    since: Option<(Instant, u32)>,
    /// How long nobody did anything, in all.
    total: Duration,
}

impl Watcher {
    /// For a program that this thread waits to hear from through `ear`.
    /// `None` where there is no `/proc`.
    pub fn new(group: u32, ear: TcpStream) -> Option<Self> {
        let listener = fs::canonicalize("/proc/thread-self").ok()?;
        Some(Self {
            program: processes(group),
            listener,
            ear,
            seen: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks once.
    pub fn look(&self) {
        let now = Instant::now();
        let nobody = self.nobody_does_anything();
        let mut seen = self.lock();
        match (nobody, seen.since) {
            (true, None) => seen.since = Some((now, 1)),
            (true, Some((since, looks))) => {
                seen.since = Some((since, looks + 1));
            }
            (false, _) => seen.end_sleep(now),
        }
    }

    /// How long nobody did anything since this was asked before.
    pub fn slept(&self) -> Duration {
        let mut seen = self.lock();
        seen.end_sleep(Instant::now());
        std::mem::take(&mut seen.total)
    }

    fn nobody_does_anything(&self) -> bool {
        let tasks = self
            .program
            .iter()
            .flat_map(|process| numbers(&process.join("task")));
        let states: Vec<String> =
            tasks.filter_map(|task| stat(&task, 0)).collect();
        !states.is_empty()
            && states.iter().all(|state| state == ASLEEP)
            && is_asleep(&self.listener)
            && self.hears_nothing()
    }

    fn hears_nothing(&self) -> bool {
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        recv(&self.ear, &mut [0; 1], flags)
            .is_err_and(|error| error == rustix::io::Errno::AGAIN)
    }
}

fn is_asleep(task: &Path) -> bool {
    stat(task, 0).as_deref() == Some(ASLEEP)
}

impl Seen {
    fn end_sleep(&mut self, now: Instant) {
        if let Some((since, looks)) = self.since.take() {
            let slept = now.saturating_duration_since(since);
            if slept >= SLEEP_MIN && looks >= LOOKS_MIN {
                self.total += slept;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_sleep_does_not_count() {
        let start = Instant::now();
        let mut seen = Seen::default();
        for (length, looks) in [(119, 9), (500, 3), (200, 20)] {
            seen.since = Some((start, looks));
            seen.end_sleep(start + Duration::from_millis(length));
        }
        assert_eq!(seen.total, Duration::from_millis(200));
    }
}
