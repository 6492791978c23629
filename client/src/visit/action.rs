//! What a visit answers with: things to do, and what to ask the person for.
//! Must not know who does them, or how they look.

use std::time::Duration;

use chat_common::lines::Line;

use crate::exit::Exit;
use crate::typed::Typed;
use crate::visit::place::Place;
use crate::visit::room_line::RoomLine;

/// Something to do. Whatever the room has said is borrowed from the lines that
/// came, for `'l`.
#[derive(Debug)]
pub enum Action<'l> {
    /// Start a reader, which calls the server.
    Call,
    /// Find out where an earlier run was in this room.
    Recall,
    /// Keep where this one is.
    Keep(Place),
    /// Show a line of the room.
    Show(RoomLine<'l>),
    /// Show a line of the room that was kept back for a while.
    ShowKept(Line),
    /// Show a line of the room that was missed when it was said.
    ShowMissed(Line),
    /// Show a line of the person's among what was said; the time is the
    /// room's, if it said one.
    Own(Line, Option<String>),
    /// Tell the person something the room did not say.
    Tell(String),
    /// Ask the person for a name: the next line is the answer.
    Ask,
    /// Show a line of the person's, and hand it to the server.
    Say(Typed),
    /// Hand a line to the server.
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
    /// The same, but the room has not answered for so long.
    Lagging(String, Duration),
    /// The same, but there is no server just now.
    Away(String),
}
