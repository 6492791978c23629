//! The threads that wait, so that the main thread waits for them alone: each
//! makes [`inbox::Event`]s of what it finds. Must not decide what is done
//! about them, and must not write on the terminal; but `signals` leaves raw mode
//! where the main thread is stuck.
//!
//! Read `inbox` first: it is where they meet. Then `keyboard` (lines of a
//! pipe) and `keys` (a terminal in raw mode), of which one runs; `call` and
//! `reader` (the room), `sender` and `unsent` (lines on their way to it), and
//! `signals`.

pub mod call;
pub mod inbox;
pub mod keyboard;
pub mod keys;
pub mod reader;
pub mod sender;
pub mod signals;
pub mod unsent;
