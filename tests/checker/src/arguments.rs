//! What the checker's programs are told when they start. Checks nothing.

use std::env;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use super::own;

/// How a program tells what it has found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people, piece by piece.
    Text,
    /// For programs, at the end.
    Json,
}

/// Takes `--json` out of the arguments, wherever it stands.
pub fn form(arguments: impl Iterator<Item = String>) -> (Form, Vec<String>) {
    let (options, rest): (Vec<String>, Vec<String>) =
        arguments.partition(|argument| argument == "--json");
    if options.is_empty() {
        (Form::Text, rest)
    } else {
        (Form::Json, rest)
    }
}

/// `SEED`, or one of the clock's.
///
/// # Errors
/// When it is no number.
pub fn seed() -> Result<u64, String> {
    match env::var("SEED") {
        Ok(text) if !text.is_empty() => text
            .parse()
            .map_err(|_| format!("SEED is no number: {text}")),
        _ => Ok(SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(1, |since| u64::from(since.subsec_nanos()))),
    }
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| own::root().join("target"), PathBuf::from)
}
