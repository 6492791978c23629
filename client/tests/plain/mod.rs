//! Plain lines, through pipes.

mod connection;
mod leaving;
mod naming;
mod pipes;
