//! The thread that waits for signals and makes events of them. Must not decide
//! what is done, as long as the main thread can.
//!
//! All signals that it waits for are blocked in every thread, so none of them
//! interrupts anything, and this thread takes them one by one. What a signal
//! asks for must happen even if the main thread is stuck, because it writes
//! to a terminal that takes no output: then this thread does it.

use std::fs;
use std::io;
use std::process;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal};

use crate::exit::Exit;
use crate::threads::inbox::{Event, Senders};
use crate::ui::terminal::raw_mode;
use crate::visit::leaving::GOODBYE_WAIT_MAX;

/// How long the main thread may take to notice that it is to end or to stop.
/// Whoever writes to a stopped terminal notices nothing.
const NOTICE_WAIT_MAX: Duration = Duration::from_millis(500);

/// How long the goodbye may take after that: as long as the server may, and
/// a second for the terminal.
const END_WAIT_MAX: Duration =
    GOODBYE_WAIT_MAX.saturating_add(Duration::from_secs(1));

/// What asks the program to end. Without this thread any of them would end it
/// at once, and leave the terminal in raw mode.
const ENDING: [Signal; 10] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGALRM,
    Signal::SIGVTALRM,
    Signal::SIGPROF,
    Signal::SIGXCPU,
];

/// What concerns the terminal while it is in raw mode.
const OF_TERMINAL: [Signal; 3] =
    [Signal::SIGTSTP, Signal::SIGCONT, Signal::SIGWINCH];

/// The signals this program waits for.
#[derive(Clone, Copy, Debug)]
pub struct Blocked(SigSet);

/// Blocks the signals that end the program, before any thread is started:
/// threads inherit it. A hangup that whoever started us wants to be ignored,
/// as `nohup` does, stays ignored.
pub fn block() -> Blocked {
    let ignored = ignored();
    let is_meant =
        |signal: &Signal| *signal != Signal::SIGHUP || !has(ignored, *signal);
    let mut set = SigSet::empty();
    ENDING
        .into_iter()
        .filter(is_meant)
        .for_each(|it| set.add(it));
    // Cannot fail: the signals exist.
    let _ = set.thread_block();
    // A history file that must not grow makes its write fail; the signal
    // would end the program.
    let mut silent = SigSet::empty();
    silent.add(Signal::SIGXFSZ);
    let _ = silent.thread_block();
    Blocked(set)
}

impl Blocked {
    /// Blocks what concerns the terminal as well.
    #[must_use]
    pub fn with_terminal(mut self) -> Self {
        OF_TERMINAL.into_iter().for_each(|it| self.0.add(it));
        let _ = self.0.thread_block();
        self
    }

    /// Starts the thread.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(self, events: Senders) -> io::Result<()> {
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                while let Ok(signal) = self.0.wait() {
                    tell(signal, &events);
                }
            })?;
        Ok(())
    }
}

fn tell(signal: Signal, events: &Senders) {
    // These sends fail where one of the kind is waiting already, which stands
    // for both.
    match signal {
        Signal::SIGWINCH => {
            let _ = events.resized.try_send(Event::Resized);
        }
        Signal::SIGCONT => {
            let _ = events.continued.try_send(Event::Continued);
        }
        Signal::SIGTSTP => {
            let alarm = Event::Suspended;
            if events.alarms.send_timeout(alarm, NOTICE_WAIT_MAX).is_err() {
                // If that fails, there is no terminal to be stopped on.
                let _ = raw_mode::suspend();
            }
        }
        _ => interrupt(events),
    }
}

fn interrupt(events: &Senders) {
    let alarm = Event::Interrupted;
    if events.alarms.send_timeout(alarm, NOTICE_WAIT_MAX).is_err() {
        end();
    }
    // It has been noticed, but whatever is written now may be stuck, too.
    let waiting = thread::Builder::new().spawn(|| {
        thread::sleep(END_WAIT_MAX);
        end();
    });
    if waiting.is_err() {
        end();
    }
}

fn end() -> ! {
    raw_mode::leave();
    process::exit(i32::from(Exit::Left.code()))
}

/// The signals that are ignored from the start, one bit each. Without unsafe
/// code, only `/proc` knows.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let bits = line.map(|it| u64::from_str_radix(it.trim(), 16));
    bits.and_then(Result::ok).unwrap_or(0)
}

fn has(bits: u64, signal: Signal) -> bool {
    bits & (1 << (signal as u64 - 1)) != 0
}
