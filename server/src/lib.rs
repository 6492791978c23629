//! A chat room on a TCP port: one thread for each client, everyone's writing
//! end in a `Vec` behind one lock.
//!
//! Reading order is the order below: a file uses only those above it.

pub mod config;
pub mod sync;

pub mod clock;
pub mod scribe;

pub mod log;
pub mod wording;

pub mod wire;

pub mod shutdown;

pub mod crowd;
pub mod history;
pub mod pieces;

pub mod outbox;
pub mod pace;
pub mod parting;
pub mod refusal;
pub mod seats;
pub mod silence;

pub mod credit;

pub mod errand;

pub mod inside;

pub mod end;
pub mod room;

pub mod attendant;
pub mod record;

pub mod speaker;

pub mod session;

pub mod listener;

pub mod machine;
