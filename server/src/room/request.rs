//! What a client can ask the room to do, and how much that may add to an
//! outbox. Must not do it.

use std::fmt::Debug;

use chat_common::events::LeaveReason;
use chat_common::lines::Line;
use chat_common::names::{NAME_CHARS_MAX, Name, NameError};

use crate::net::outbox::Outbox;
use crate::people::refusal::Refusal;
use crate::platform::sync::Arc;
use crate::room::state::RoomState;

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
    /// Do what another command does.
    Do(Box<dyn Action>),
    /// Send these bytes to the client alone.
    Answer(Vec<u8>),
    /// End the stay. Later requests of this client are dropped.
    Leave(LeaveReason),
}

/// What a command does under the room's lock, for whoever typed it.
pub trait Action: Debug + Send {
    /// The command, as a refusal names it.
    fn verb(&self) -> &'static str;

    /// What it costs, in lines.
    fn lines(&self) -> u32 {
        1
    }

    /// Finds out what takes long, in the client's own thread and before the
    /// room is asked; says whether it has, or is to be asked again.
    fn prepare(&mut self, _asker: &Outbox) -> bool {
        true
    }

    /// How many bytes it adds to anybody's outbox at most, beside a line's
    /// frame. Answers to one client are no more than a few lines.
    fn bytes_max(&self) -> usize {
        0
    }

    /// Does it for the writer at this place. Must not wait for anything.
    ///
    /// # Errors
    /// Why it is not done; the client is told.
    fn run(
        self: Box<Self>,
        room: &mut RoomState,
        nth: usize,
    ) -> Result<(), Refusal>;
}

impl Request {
    /// How many bytes it adds to anybody's outbox at most.
    pub fn bytes_max(&self) -> usize {
        FRAME_BYTES_MAX
            + match self {
                Self::Say(text) | Self::Act(text) => text.as_str().len(),
                Self::Do(action) => action.bytes_max(),
                Self::Answer(bytes) => bytes.len(),
                _ => 0,
            }
    }
}
