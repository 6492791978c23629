//! What the person who starts the client decides. Must not know how they say
//! it.

use chat_common::address::Address;

/// Who answers when a name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyboard {
    /// A person: asked again until a name is free.
    Person,
    /// A pipe or a file: it was written before the question.
    Pipe,
}

/// What becomes of the visit when the server goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconnect {
    /// It is called again until it is back.
    Always,
    /// The visit is over.
    Never,
}

/// When the bell rings, from never to often: each setting rings whenever the
/// one before it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bell {
    /// Never.
    Off,
    /// When somebody mentions the person, or writes to them alone.
    Mention,
    /// Whenever somebody says something.
    All,
}

/// One visit to a room.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the room is.
    pub address: Address,
    /// The name to take; asked for when there is none. Not checked yet.
    pub name: Option<String>,
    /// What the lines come from.
    pub keyboard: Keyboard,
    /// What becomes of the visit when the server goes.
    pub reconnect: Reconnect,
}
