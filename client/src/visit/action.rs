//! What a visit answers with: things to do, and what to ask the person for.
//! Must not know who does them, or how they look.

use crate::exit::Exit;
use crate::typed::Typed;
use crate::visit::room_line::RoomLine;

/// Something to do. Whatever the room has said is borrowed from the lines that
/// came, for `'l`.
#[derive(Debug)]
pub enum Action<'l> {
    /// Start a reader, which calls the server.
    Call,
    /// Show a line of the room.
    Show(RoomLine<'l>),
    /// Tell the person something the room did not say.
    Tell(String),
    /// Ask the person for a name: the next line is the answer.
    Ask,
    /// Hand a line of the person's to the server.
    Say(Typed),
    /// Hand a line of this program's to the server.
    Send(Typed),
    /// Say no more to the server, and let it see that.
    HalfClose,
    /// Wait patiently where the server takes nothing for a while.
    BePatient,
    /// Give the connection up.
    HangUp,
    /// The visit is over.
    End(Exit),
}

/// What to do, in this order, where the room has said nothing to be shown.
pub type Actions = Vec<Action<'static>>;

/// What the person's next line will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// The answer to the question for a name.
    Name,
    /// Something to say under this name.
    Talk(String),
    /// The same, but there is no server just now.
    Away(String),
}
