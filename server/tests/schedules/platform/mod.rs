//! In the place of the server's `platform`: threads, locks, channels, time
//! and a clock that the model checker rules. The request to stop is the
//! server's own.

pub mod clock;
pub mod sync;

#[path = "../../../src/platform/agenda.rs"]
pub mod agenda;
#[path = "../../../src/platform/shutdown.rs"]
pub mod shutdown;

pub use chat_server::platform::{machine, pieces};
