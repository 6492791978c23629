//! The wire as both ends see it: addresses, lines, names, commands, events.
//!
//! No thread, no lock and no socket lives here: everything is a function of
//! the bytes it is given, so everything can be tested by giving it bytes.
//! `docs/protocol.md` says the same in prose.
//!
//! Reading order: [`address`], [`telnet`], [`marks`], [`blanks`],
//! [`protocols`], [`lines`], [`likeness`], [`names`], `displaced`,
//! [`past`], [`commands`], [`events`], [`numbered`].

pub mod address;
pub mod blanks;
pub mod commands;
mod displaced;
pub mod events;
pub mod likeness;
pub mod lines;
pub mod marks;
pub mod names;
pub mod numbered;
pub mod past;
pub mod protocols;
pub mod telnet;
