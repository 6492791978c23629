//! A chat room on a TCP port: one thread for each client, everyone's writing
//! end in a `Vec` behind one lock.
//!
//! Each folder is a floor, and uses only those below it. From the top:
//! [`accept`] lets clients in, a thread for each; [`session`] is the life of
//! one client; [`commands`] are what a line can ask for; [`room`] is the one
//! lock and everything under it; [`people`] is what the room counts and says
//! of who comes and goes; [`past`] is how one reads what was said; [`net`] is one client's connection; [`limits`] is how much anybody may ask for;
//! [`logging`] and [`platform`] are what they stand on. [`config`] holds what
//! was decided at the start, and is for all of them.

pub mod accept;
pub mod commands;
pub mod config;
pub mod limits;
pub mod logging;
pub mod net;
pub mod past;
pub mod people;
pub mod platform;
pub mod room;
pub mod session;
pub mod store;
