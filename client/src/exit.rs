//! How the program ends, as a number for whoever started it.

use std::process::ExitCode;

/// How a visit ended. Wrong usage is 2, and clap says that itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The person left: 0.
    Left,
    /// There was no visit, or the server ended it: 1.
    Failed,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Left => 0,
            Self::Failed => 1,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
