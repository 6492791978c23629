//! Raw mode entered and left: while the terminal is in it, every key comes
//! here as it is pressed. Must not draw on the terminal.
//!
//! Whatever ends the program has to leave raw mode: the end of `main`
//! ([`RawMode`] is dropped), a panic in any thread, a signal, and Ctrl-Z for
//! a while. It must not wait for a terminal that takes no output.

use std::io::{self, Write as _};
use std::panic;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::Command;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::EnableLineWrap;
use nix::sys::signal::{self, SigSet};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{self, Signal};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::ui::terminal::device;

/// What the exit code of a panic is, by convention.
const PANIC_CODE: i32 = 101;

/// How long the last words wait for a terminal that takes no output.
const OUTPUT_WAIT_MAX: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 500_000_000,
};

/// The settings of the terminal before raw mode; `None` outside of it.
/// Whoever ends the program needs them, in whatever thread.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The terminal is in raw mode until this is dropped.
#[derive(Debug)]
pub struct RawMode(());

/// Enters raw mode.
///
/// # Errors
/// There is no terminal, or it is gone.
pub fn enter() -> io::Result<RawMode> {
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        leave();
        let _ = io::stderr().write_all(b"\n");
        shown(info);
        // A client that has lost a thread would wait for it forever.
        std::process::exit(PANIC_CODE);
    }));
    enter_again()?;
    Ok(RawMode(()))
}

impl Drop for RawMode {
    fn drop(&mut self) {
        leave();
    }
}

/// Leaves the terminal as it was before raw mode, if it is in it.
pub fn leave() {
    let Some(before) = before().take() else {
        return;
    };
    // Errors mean that the terminal itself is gone.
    let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
    let out = io::stdout();
    let mut fds = [PollFd::new(&out, PollFlags::OUT)];
    if poll(&mut fds, Some(&OUTPUT_WAIT_MAX)) == Ok(1) {
        let _ = write(DisableBracketedPaste);
        // A frame may have been cut off.
        let _ = write(EnableLineWrap);
    }
}

fn enter_again() -> io::Result<()> {
    before().get_or_insert(tcgetattr(io::stdin())?);
    renew()
}

/// Enters raw mode anew if the terminal should be in it: after a stop that
/// nobody announced, the shell has the terminal as it likes.
///
/// # Errors
/// The terminal is gone.
pub fn renew() -> io::Result<()> {
    let Some(mut raw) = before().clone() else {
        return Ok(());
    };
    raw.make_raw();
    tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
    write(EnableBracketedPaste)
}

/// Writes this, whatever another thread may be writing.
fn write(command: impl Command) -> io::Result<()> {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = command.write_ansi(&mut text);
    device::output()?.write_all(text.as_bytes())
}

fn before() -> MutexGuard<'static, Option<Termios>> {
    // A thread that panics leaves the settings as good as they were.
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks this program to stop until the shell's `fg`, as Ctrl-Z does outside
/// of raw mode: with everything started along with it.
pub fn ask_to_stop() {
    // Cannot fail: this process is in a group, and may signal itself.
    let _ = process::kill_current_process_group(Signal::TSTP);
}

/// Stops this program until the shell's `fg`.
///
/// # Errors
/// Raw mode cannot be entered again.
pub fn suspend() -> io::Result<()> {
    leave();
    let mut stop = SigSet::empty();
    stop.add(signal::Signal::SIGTSTP);
    // Errors would be those of a signal that does not exist. The signal does
    // nothing where there is no shell that could wake us: then we go on.
    let _ = stop.thread_unblock();
    let _ = signal::raise(signal::Signal::SIGTSTP);
    let _ = stop.thread_block();
    enter_again()
}
