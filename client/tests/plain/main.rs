//! The shipped program with pipes for a terminal and a server of a few lines
//! for a room. Every wait has a deadline.

mod leaving;
mod naming;
mod pipes;
mod program;
mod server;
mod weather;
