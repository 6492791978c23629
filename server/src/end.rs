//! Why a session ends, and what everyone hears of it. May not end one.

use std::borrow::Cow;
use std::io::{self, ErrorKind};

use chat_common::events::Reason;
use chat_common::names::Name;
use chat_common::protocols::Protocol;

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
    /// What came first was not meant for a chat room.
    Foreign(Protocol),
    /// The connection broke.
    Broken(io::Error),
}

impl End {
    /// How the room is told of it.
    pub fn departure(&self) -> Departure {
        match self {
            Self::Quit
            | Self::InputOver
            | Self::Unsaid
            | Self::ShownOut
            | Self::Foreign(_) => None,
            Self::Idle => Some(Reason::Idle),
            Self::Broken(error) if error.kind() == ErrorKind::TimedOut => {
                Some(Reason::TimedOut)
            }
            Self::Broken(_) => Some(Reason::ConnectionLost),
        }
    }

    /// What the client is told, unless the room has told it already.
    pub fn last_words(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Quit => Some("goodbye".into()),
            Self::Idle => {
                Some("you are shown out: you were silent too long".into())
            }
            Self::Unsaid => Some(
                "the rest of what you sent was not said: you sent it faster \
                 than it may be said, and ended the connection"
                    .into(),
            ),
            Self::Foreign(protocol) => Some(
                format!(
                    "you are shown out: this is a chat room, and what you \
                     sent first is {protocol}; nothing of it was said"
                )
                .into(),
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
            (Some((name, _)), Self::Foreign(protocol)) => {
                format!("({name}) was shown out: it sent {protocol}")
            }
            (Some((name, None)), _) => format!("({name}) left"),
            (None, _) => "left".to_owned(),
        }
    }
}
