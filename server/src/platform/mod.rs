//! What the machine and the system give: threads and locks, the time, limits,
//! a request to stop. Must not know what a client or a room is.
//!
//! Read `sync` first; it is a list of names. The others stand alone:
//! `shutdown` is the request to stop, `clock` the time as text, `machine` what
//! the system allows, `pieces` memory that goes back to it.

pub mod agenda;
pub mod clock;
pub mod machine;
pub mod pieces;
pub mod shutdown;
pub mod sync;
