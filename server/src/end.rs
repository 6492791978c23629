//! Why a session ends, and what everyone hears of it. May not end one.

use std::io::{self, ErrorKind};

use chat_common::events::Reason;
use chat_common::names::Name;

use crate::inside::Departure;

/// Why a session stops listening.
pub enum End {
    /// The client said `/quit`.
    Quit,
    /// The client closed its sending direction.
    InputOver,
    /// The client closed it before all it had sent could be said.
    Unsaid,
    /// The room ended the stay.
    ShownOut,
    /// The client was silent for longer than allowed.
    Idle,
    /// The connection broke.
    Broken(io::Error),
}

impl End {
    /// How the room is told of it.
    pub fn departure(&self) -> Departure {
        match self {
            Self::Quit | Self::InputOver | Self::Unsaid | Self::ShownOut => {
                None
            }
            Self::Idle => Some(Reason::Idle),
            Self::Broken(error) if error.kind() == ErrorKind::TimedOut => {
                Some(Reason::TimedOut)
            }
            Self::Broken(_) => Some(Reason::ConnectionLost),
        }
    }

    /// What the client is told, unless the room has told it already.
    pub fn last_words(&self) -> Option<&'static str> {
        match self {
            Self::Quit => Some("goodbye"),
            Self::Idle => Some("you are shown out: you were silent too long"),
            Self::Unsaid => Some(
                "the rest of what you sent was not said: you sent it faster \
                 than it may be said, and ended the connection",
            ),
            Self::InputOver | Self::ShownOut | Self::Broken(_) => None,
        }
    }

    /// How it ended, for the log. `left` is what the room says.
    pub fn describe(&self, left: Option<(Name, Departure)>) -> String {
        match (left, self) {
            (Some((name, Some(reason))), Self::Broken(error)) => {
                format!("({name}) left: {reason} ({error})")
            }
            (Some((name, Some(reason))), _) => {
                format!("({name}) left: {reason}")
            }
            (Some((name, None)), Self::Unsaid) => {
                format!("({name}) left before all they had sent was said")
            }
            (Some((name, None)), _) => format!("({name}) left"),
            (None, _) => "left".to_owned(),
        }
    }
}
