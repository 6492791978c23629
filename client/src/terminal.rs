//! The terminal taken and given back: while it is taken, every key comes
//! here as it is pressed. May not draw on it.
//!
//! Whatever ends the program has to give the terminal back: the end of
//! `main` ([`Taken`] is dropped), a panic in any thread, a signal, and
//! Ctrl-Z for a while. It must not wait for a terminal that takes no output.

use std::env;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::panic;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::Command;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::EnableLineWrap;
use nix::sys::signal::{self, SigSet};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{self, Signal};
use rustix::termios::{
    OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr,
};

use crate::widths::Widths;

/// What the exit code of a panic is, by convention.
const PANIC_CODE: i32 = 101;

/// What is assumed of a terminal that does not say how wide it is.
const COLUMNS_UNKNOWN: usize = 80;

/// How long the last words wait for a terminal that takes no output.
const OUTPUT_WAIT_MAX: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 500_000_000,
};

/// The settings of the terminal before it was taken; `None` while it is not.
/// Whoever ends the program needs them, in whatever thread.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The terminal is ours until this is dropped.
#[derive(Debug)]
pub struct Taken(());

/// Takes the terminal.
///
/// # Errors
/// It is none, or it is gone.
pub fn take() -> io::Result<Taken> {
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        give_back();
        let _ = io::stderr().write_all(b"\n");
        shown(info);
        // A client that has lost a thread would wait for it forever.
        std::process::exit(PANIC_CODE);
    }));
    take_again()?;
    Ok(Taken(()))
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was, if it was taken.
pub fn give_back() {
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

fn take_again() -> io::Result<()> {
    before().get_or_insert(tcgetattr(io::stdin())?);
    claim()
}

/// Takes the terminal as it was taken before: after a stop that nobody
/// announced, the shell has it as it likes.
///
/// # Errors
/// The terminal is gone.
pub fn claim() -> io::Result<()> {
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
    output()?.write_all(text.as_bytes())
}

fn before() -> MutexGuard<'static, Option<Termios>> {
    // A thread that panics leaves the settings as good as they were.
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks this program to stop until the shell's `fg`, as Ctrl-Z does where no
/// program has taken the terminal: with everything started along with it.
pub fn ask_to_stop() {
    // Cannot fail: this process is in a group, and may signal itself.
    let _ = process::kill_current_process_group(Signal::TSTP);
}

/// Stops this program until the shell's `fg`.
///
/// # Errors
/// The terminal cannot be taken again.
pub fn suspend() -> io::Result<()> {
    give_back();
    let mut stop = SigSet::empty();
    stop.add(signal::Signal::SIGTSTP);
    // Errors would be those of a signal that does not exist. The signal does
    // nothing where there is no shell that could wake us: then we go on.
    let _ = stop.thread_unblock();
    let _ = signal::raise(signal::Signal::SIGTSTP);
    let _ = stop.thread_block();
    take_again()
}

/// How many columns the terminal has just now.
pub fn columns() -> usize {
    match tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
        _ => COLUMNS_UNKNOWN,
    }
}

/// How wide the terminal probably shows what may be narrow or wide: whoever
/// wants it wide reads an East Asian language.
pub fn widths() -> Widths {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(env::var_os);
    let locale = set.into_iter().find(|it| !it.is_empty());
    let locale = locale.unwrap_or_default().to_string_lossy().into_owned();
    if ["ja", "ko", "zh"]
        .into_iter()
        .any(|it| locale.starts_with(it))
    {
        Widths::Wide
    } else {
        Widths::Narrow
    }
}

/// What a terminal does with a long row when it gets narrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrowing {
    /// What stands further right is gone, or hidden.
    Cuts,
    /// It goes on in the next row.
    Wraps,
}

/// What this terminal does. None says so, but some say who they are; where
/// nobody says anything, half a row may be left behind, which is better than
/// a message overwritten.
pub fn narrowing() -> Narrowing {
    let term = env::var("TERM").unwrap_or_default();
    let is_called =
        |names: &[&str]| names.iter().any(|name| term.starts_with(name));
    let is_set = |name| env::var_os(name).is_some();
    let wraps = is_called(&["alacritty", "foot", "xterm-kitty"])
        || is_called(&["tmux", "screen"]) && is_set("TMUX")
        || is_called(&["xterm"]) && is_set("VTE_VERSION");
    if wraps {
        Narrowing::Wraps
    } else {
        Narrowing::Cuts
    }
}

/// Standard output without the line buffer of the standard library: a frame
/// is one write, and the terminal never shows half of it.
///
/// # Errors
/// The system has no descriptor left.
pub fn output() -> io::Result<File> {
    let descriptor = io::stdout().as_fd().try_clone_to_owned()?;
    Ok(File::from(descriptor))
}
