//! What the chat promises, looked at from outside: one room of tests for
//! each promise. Each test starts a server of its own on a free port. May
//! not import what it tests.

mod architecture;
mod arrival;
mod broadcast;
mod cli;
mod client;
mod commands;
mod crowd;
mod departure;
mod hostile;
mod limits;
mod make;
mod names;
mod shutdown;
mod slow;
mod strangers;
mod transcript;
mod weather;
