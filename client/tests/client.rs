//! The shipped program from outside, with a server of a few lines for a
//! room: through pipes, and on a terminal without a person. Every wait has a
//! deadline.

mod kit;
mod plain;
mod terminal;
