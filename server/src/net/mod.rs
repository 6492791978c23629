//! One client's connection, and what goes out on it. Must not know what a
//! room is, or that there are other clients.
//!
//! Read `connection` and `listener` (the sockets), then `outbox` (what the
//! client has yet to be sent), `linger` (how a connection is closed) and
//! `text` (events as lines).

pub mod connection;
pub mod linger;
pub mod listener;
pub mod outbox;
pub mod text;
