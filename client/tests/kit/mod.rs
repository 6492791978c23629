//! What the tests look at: a program, a terminal, a room.

pub mod numbered;
pub mod program;
pub mod pty;
pub mod screen;
pub mod server;
