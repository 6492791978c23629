//! How to close a connection without destroying the last words on it. Must
//! not know who leaves or why.
//!
//! When a socket is closed while something is unread in it, TCP resets the
//! connection, and the other end may lose what it had not read yet: the
//! goodbye, or the reason it was refused. So one closes the outgoing
//! direction, passes over what still comes, and closes the rest last.

use std::io::ErrorKind;
use std::time::Duration;

use chat_common::events::Event;

use crate::net::connection::{Connection, Half};
use crate::net::text;
use crate::platform::sync::{Instant, sleep};

/// For how long the last words to somebody who has left may take who is
/// behind with reading.
pub const LAST_WORDS_MAX: Duration = Duration::from_secs(5);

/// For how long the other end is then given to close the connection. Closing
/// first, with something of theirs unread, would destroy what is on its way.
pub const LINGER_MAX: Duration = Duration::from_millis(500);

/// How much of what still comes is read at once.
const UNREAD_BYTES: usize = 16 * 1024;

/// How long somebody waits who sends that much at once: TCP holds them back,
/// and whoever else has something to do at the end has the machine.
const FLOOD_PAUSE: Duration = Duration::from_millis(5);

/// Says a last sentence to somebody who is not in the room.
pub fn say_why(connection: &Connection, why: &str) {
    let words = text::answers([Event::Notice(why)]);
    // A new connection takes a line at once, or it is of no use.
    let _ = connection.try_send(words.as_bytes());
    connection.close(Half::Outgoing);
}

/// Reads what still comes and forgets it, until the other end has closed or
/// [`LINGER_MAX`] is over; then closes.
pub fn linger(connection: &Connection) {
    let deadline = Instant::now() + LINGER_MAX;
    let mut unread = Vec::with_capacity(UNREAD_BYTES);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || connection.set_read_timeout(Some(left)).is_err() {
            break;
        }
        unread.clear();
        match connection.read(&mut unread) {
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Ok(0) | Err(_) => break,
            Ok(UNREAD_BYTES..) => sleep(FLOOD_PAUSE),
            Ok(_) => (),
        }
    }
    connection.close(Half::Both);
}
