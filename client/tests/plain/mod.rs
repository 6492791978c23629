//! Plain lines, through pipes.

mod leaving;
mod naming;
mod pipes;
mod weather;
