//! What looks at the chat from outside. May not import the server, the
//! client, or what they share.

pub mod kit;
pub mod load;
