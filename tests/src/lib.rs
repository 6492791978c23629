//! What looks at the chat from outside. May not import the server or the
//! client.

pub mod kit;
pub mod load;
