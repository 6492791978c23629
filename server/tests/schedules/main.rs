//! The server's own files, run by a model checker under many orders of their
//! steps, and small scenes under all of them.
//!
//! The files are those of `server/src`, compiled once more: where they import
//! threads, locks, channels and time from `crate::platform::sync`,
//! they find the checker's here, and connections made of memory in
//! `crate::net::connection`. What people heard is checked
//! against one equation ([`book`]). `docs/verification.md` says what that
//! proves and what it does not.

// It knows nothing of threads: the server's own will do.
use chat_server::config;

mod logging;
mod net;
mod platform;
mod store;

#[path = "../../src/accept/mod.rs"]
mod accept;
#[path = "../../src/commands/mod.rs"]
mod commands;
#[path = "../../src/limits/mod.rs"]
mod limits;
#[path = "../../src/past/mod.rs"]
mod past;
#[path = "../../src/people/mod.rs"]
mod people;
#[path = "../../src/room/mod.rs"]
mod room;
#[path = "../../src/session/mod.rs"]
mod session;

mod book;
mod circumstances;
mod preemptions;
mod scenario;
mod stay;
mod visit;

mod broken;
mod exhaustive;
mod hand_over;
mod holds;
mod kept;
mod scenarios;
mod sessions;
