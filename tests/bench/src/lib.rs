//! What the load programs are made of: a crowd of clients in one thread, the
//! lines they say and count, and the figures of the server they load.
//!
//! `cargo run --release --bin bench` compares servers, `--bin soak` looks for
//! what goes wrong after a while, `--bin floor` is a server to compare with, `--bin past` asks about millions of
//! entries.

pub mod bars;
pub mod churn;
pub mod crowd;
pub mod dialect;
pub mod gauge;
pub mod long_past;
pub mod outcome;
pub mod peers;
pub mod plot;
pub mod report;
pub mod run;
pub mod scenarios;
pub mod soak;
pub mod stamp;
pub mod tally;
