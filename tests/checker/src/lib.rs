//! The checker of the course: runs a learner's program, in any language, and
//! says in words whether it does what its step asks. Knows nothing about the
//! program but its port, its keyboard, its screen and what `/proc` tells.
//!
//! [`catalog`] says which step has which checks, [`checks`] holds one small
//! file for each, [`runner`] runs them and prints what came out. A check
//! talks to the program through [`server`] and [`person`], or, when the
//! program is a client, through [`client`]. [`trial`] is for tests, which
//! check many programs, right ones and wrong ones.

pub mod arguments;
pub mod asleep;
pub mod catalog;
pub mod checks;
pub mod client;
pub mod excerpt;
pub mod holding;
pub mod json;
pub mod languages;
pub mod listening;
pub mod machine;
pub mod own;
pub mod patch;
pub mod person;
pub mod port;
pub mod processes;
pub mod program;
pub mod random;
pub mod report;
pub mod runner;
pub mod scene;
pub mod server;
pub mod sockets;
pub mod stand;
pub mod story;
pub mod submissions;
pub mod trial;
pub mod verdict;
pub mod words;

use std::time::Duration;

/// How long anything that ought to come at once may take on a busy machine.
pub const PATIENCE_MAX: Duration = Duration::from_secs(4);
/// How long a program may take from its start until it listens. Compilers and
/// virtual machines are slow to wake.
pub const START_MAX: Duration = Duration::from_secs(30);
