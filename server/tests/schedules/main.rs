//! The server's own files, run by a model checker under many orders of their
//! steps, and small scenes under all of them.
//!
//! The files are those of `server/src`, compiled once more: where they import
//! threads, locks, channels and time from `crate::sync`, they find the
//! checker's here, and sockets made of memory. What people heard is checked
//! against one equation ([`book`]). `docs/verification.md` says what that
//! proves and what it does not.

// These know nothing of threads: the server's own will do.
use chat_server::{config, history, pieces, refusal, seats, wire};

mod clock;
mod crowd;
mod sync;

#[path = "../../src/attendant.rs"]
mod attendant;
#[path = "../../src/credit.rs"]
mod credit;
#[path = "../../src/end.rs"]
mod end;
#[path = "../../src/errand.rs"]
mod errand;
#[path = "../../src/inside.rs"]
mod inside;
#[path = "../../src/listener.rs"]
mod listener;
#[path = "../../src/log.rs"]
mod log;
#[path = "../../src/outbox.rs"]
mod outbox;
#[path = "../../src/pace.rs"]
mod pace;
#[path = "../../src/parting.rs"]
mod parting;
#[path = "../../src/record.rs"]
mod record;
#[path = "../../src/room.rs"]
mod room;
#[path = "../../src/scribe.rs"]
mod scribe;
#[path = "../../src/session.rs"]
mod session;
#[path = "../../src/shutdown.rs"]
mod shutdown;
#[path = "../../src/silence.rs"]
mod silence;
#[path = "../../src/speaker.rs"]
mod speaker;
#[path = "../../src/wording.rs"]
mod wording;

mod book;
mod evening;
mod memory;
mod stay;
mod street;
mod visit;
mod world;

mod broken;
mod evenings;
mod exhaustive;
mod hand_over;
mod sessions;
