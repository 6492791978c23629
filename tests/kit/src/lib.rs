//! The black-box kit: starts the programs as programs, talks to them over
//! TCP, and watches their processes. Uses the standard library alone and
//! trusts neither server nor client: what a line looks like is written here
//! a second time, on purpose. Linux.
//!
//! Every wait has a deadline, [`waiting::WAIT_MAX`] unless a promise has a
//! shorter one, and every socket has one for reading and one for writing.

pub mod client;
pub mod folder;
pub mod guest;
pub mod lines;
pub mod process;
pub mod programs;
pub mod server;
pub mod sockets;
pub mod text;
pub mod waiting;
