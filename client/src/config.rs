//! What the person who starts the client decides. May not know how they say
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

/// One visit to a room.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the room is.
    pub address: Address,
    /// The name to take; asked for when there is none. Not checked yet.
    pub name: Option<String>,
    /// What the lines come from.
    pub keyboard: Keyboard,
}
