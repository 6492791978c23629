//! What the chat promises, looked at from outside. A file is about one promise
//! and opens with it; each test starts a server of its own on a free port.
//! Must not import what it tests.

// Who hears what.
mod arrival;
mod broadcast;
mod commands;
mod crowd;
mod departure;
mod kept;
mod names;
mod past;
mod transcript;

// Clients that do harm, on purpose or not.
mod hostile;
mod limits;
mod slow;
mod strangers;

// The program: how it starts, what it needs, how it ends.
mod cli;
mod log;
mod resources;
mod shutdown;

// The client that comes with it.
mod client;

// The project: its sources, and what `make` does.
mod architecture;
mod make;
