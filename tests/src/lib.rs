//! What looks at the chat, and at the programs of the course, from outside.
//! May not import the server, the client, or what they share.

pub mod book;
pub mod checker;
pub mod kit;
pub mod load;
