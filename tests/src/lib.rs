//! What looks at the chat, and at the programs of the course, from outside.
//! May not import the server or the client.

pub mod book;
pub mod checker;
pub mod kit;
pub mod load;
