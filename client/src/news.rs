//! Everything that can happen to the main thread: it comes through one
//! channel, so it comes in one order. May not know what is done about it.

use std::io;
use std::time::Instant;

use chat_common::lines::Incoming;
use crossbeam_channel::{Receiver, Sender, bounded};
use crossterm::event::Event;

use crate::connection::ConnectError;
use crate::sender::Connection;
use crate::typed::Typed;

/// How many pieces of news may wait. When the terminal does not keep up, the
/// reader waits too, and TCP tells the server. Few: a key that is pressed
/// during a burst of lines stands behind those that wait.
const NEWS_MAX: usize = 8;

/// One thing that happened.
#[derive(Debug)]
pub enum News {
    /// The person finished a line.
    Typed(Typed),
    /// The person's line was longer than the keyboard takes.
    TypedTooLong,
    /// Keys were pressed, text was pasted, or the screen has a new size:
    /// together, because they came together; and when that was.
    Pressed(Vec<Event>, Instant),
    /// No more lines will be typed.
    KeyboardEnded,
    /// The server answered the call.
    Connected(Connection),
    /// It did not, and this reader has ended.
    Unreachable(ConnectError),
    /// The room sent lines; together, because they came together.
    Heard(Vec<Incoming>),
    /// The server is gone, and this reader has ended: always its last word.
    Gone(Gone),
    /// Ctrl-C, SIGTERM or SIGHUP.
    Interrupted,
}

/// How a connection ended.
#[derive(Debug)]
pub enum Gone {
    /// The server closed it.
    Closed,
    /// It broke.
    Lost(io::Error),
}

/// The channel all news go through.
pub fn channel() -> (Sender<News>, Receiver<News>) {
    bounded(NEWS_MAX)
}
