//! The checks, one promise a file. Which step has which: [`super::catalog`].

pub mod calm;
pub mod client;
pub mod closing;
pub mod comings;
pub mod commands;
pub mod crowd;
pub mod echo;
pub mod endless;
pub mod frozen;
pub mod guests;
pub mod history;
pub mod leaks;
pub mod memory;
pub mod names;
pub mod order;
pub mod relay;
pub mod resets;
pub mod shutdown;
pub mod stop;
pub mod text;
pub mod turns;
pub mod typed;
pub mod visits;
pub mod waste;
