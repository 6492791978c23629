//! What this terminal is: how wide, how it takes a narrower window, and where
//! it is written to. Must not write on it, and must not change it.

use std::env;
use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;

use rustix::termios::tcgetwinsize;

use crate::ui::terminal::widths::Widths;

/// What is assumed of a terminal that does not say how wide it is.
const COLUMNS_UNKNOWN: usize = 80;

/// The same for how high.
const ROWS_UNKNOWN: usize = 24;

/// How many columns the terminal has just now.
pub fn columns() -> usize {
    match tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
        _ => COLUMNS_UNKNOWN,
    }
}

/// How many rows it has.
pub fn rows() -> usize {
    match tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_row > 0 => usize::from(size.ws_row),
        _ => ROWS_UNKNOWN,
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
