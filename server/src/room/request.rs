//! What a client can ask the room to do, and how much that may add to an
//! outbox. Must not do it.

use chat_common::events::LeaveReason;
use chat_common::lines::Line;
use chat_common::names::{NAME_CHARS_MAX, Name, NameError};

use crate::platform::sync::Arc;

/// The longest a line can be beside its text: a time, two names of four bytes
/// a character, and the signs around them.
const FRAME_BYTES_MAX: usize = 32 + 2 * 4 * NAME_CHARS_MAX;

/// What a client asks for. Whatever takes long to find out, such as whether a
/// text can be a name, has been found out before.
#[derive(Debug)]
pub enum Request {
    /// Tell everyone that the client has joined, unless they know.
    Announce,
    /// Say this to everyone else.
    Say(Line),
    /// Tell everyone else what the client does.
    Act(Line),
    /// Give the client this name, if it can be one and nobody else has it.
    Rename(Result<Arc<Name>, NameError>),
    /// Say something to one person alone.
    Whisper(Box<Whisper>),
    /// Tell the client who is here.
    ListUsers,
    /// Send these bytes to the client alone.
    Answer(Vec<u8>),
    /// End the stay. Later requests of this client are dropped.
    Leave(LeaveReason),
}

/// Something said to one person alone.
#[derive(Debug)]
pub struct Whisper {
    /// To whom.
    pub to: Recipient,
    /// What.
    pub text: Line,
}

/// Who is to hear a whisper.
#[derive(Debug)]
pub enum Recipient {
    /// Whoever is called so.
    Named {
        /// The name as it was typed.
        typed: String,
        /// What names are compared by.
        key: String,
    },
    /// Whoever whispered to the client last.
    LastWhisperer,
}

impl Recipient {
    /// The command that names them so.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Named { .. } => "msg",
            Self::LastWhisperer => "reply",
        }
    }
}

impl Request {
    /// Whether it shows that a client is more than an open connection.
    pub fn is_more_than_a_connection(&self) -> bool {
        match self {
            Self::Leave(reason) => *reason == LeaveReason::Quit,
            _ => true,
        }
    }

    /// How many bytes it adds to anybody's outbox at most. Answers to one
    /// client are no more than a few lines, except for the list of names.
    pub fn bytes_max(&self) -> usize {
        FRAME_BYTES_MAX
            + match self {
                Self::Say(text) | Self::Act(text) => text.as_str().len(),
                Self::Whisper(whisper) => whisper.text.as_str().len(),
                Self::Answer(bytes) => bytes.len(),
                _ => 0,
            }
    }
}
