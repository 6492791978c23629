//! The thread that waits for the room: it calls the server, then reads what
//! the room says until the server is gone. Must not write.

use std::io::{self, Read};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use chat_common::address::Address;
use chat_common::lines::{Incoming, LineReader};
use crossbeam_channel::{SendError, Sender};

use crate::threads::call::{self, ConnectError};
use crate::threads::inbox::Event;
use crate::threads::sender::Connection;
use crate::visit::Gone;
use crate::visit::room_line::HEARD_BYTES_MAX;

/// How much is read at once, and shown at once: a hundred lines.
const READ_BYTES: usize = 8 * 1024;

/// Starts the thread. It sends [`Event::Connected`], what it hears, and
/// [`Event::Gone`]; or [`Event::Unreachable`] alone.
///
/// It is not joined: while it calls, nothing could wake it; afterwards it
/// ends with the connection.
pub fn start(
    address: &Address,
    events: Sender<Event>,
) -> Result<(), ConnectError> {
    let called = address.clone();
    thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || {
            // An error means that the main thread has gone: nothing to do.
            let _ = run(&called, &events);
        })
        .map_err(|error| ConnectError::no_thread(address, error))?;
    Ok(())
}

fn run(
    address: &Address,
    events: &Sender<Event>,
) -> Result<(), SendError<Event>> {
    let opened = call::open(address).and_then(|stream| {
        let stream = Arc::new(stream);
        let connection = Connection::new(Arc::clone(&stream))
            .map_err(|error| ConnectError::no_thread(address, error))?;
        Ok((stream, connection))
    });
    match opened {
        Err(error) => events.send(Event::Unreachable(error)),
        Ok((stream, connection)) => {
            events.send(Event::Connected(connection))?;
            let gone = read_all(&stream, events)?;
            events.send(Event::Gone(gone))
        }
    }
}

/// Hands on what the room says, until the connection ends.
fn read_all(
    mut stream: &TcpStream,
    events: &Sender<Event>,
) -> Result<Gone, SendError<Event>> {
    let mut lines = LineReader::new(HEARD_BYTES_MAX);
    let mut bytes = [0; READ_BYTES];
    let gone = loop {
        match stream.read(&mut bytes) {
            Ok(0) => break Gone::Closed,
            Ok(count) => {
                let mut found = Vec::new();
                lines.push(&bytes[..count], |line| found.push(line));
                hand_on(found, events)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => break Gone::Lost(error),
        }
    };
    hand_on(lines.finish().into_iter().collect(), events)?;
    Ok(gone)
}

fn hand_on(
    found: Vec<Incoming>,
    events: &Sender<Event>,
) -> Result<(), SendError<Event>> {
    if found.is_empty() {
        return Ok(());
    }
    events.send(Event::Heard(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::unbounded;
    use std::io::Write;
    use std::net::TcpListener;
    use std::time::Duration;

    const DEADLINE: Duration = Duration::from_secs(5);

    fn said(events: &[Event]) -> String {
        format!("{events:?}")
    }

    #[test]
    fn what_the_server_says_before_it_goes_is_heard() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = Address {
            port: listener.local_addr().expect("an address").port(),
            ..Address::default()
        };
        let (sender, receiver) = unbounded();
        start(&address, sender).expect("a thread");
        let (mut server, _) = listener.accept().expect("the client");
        server.write_all(b"one\x1b[2J\ntwo").expect("room");
        drop(server);
        let mut heard = Vec::new();
        while let Ok(event) = receiver.recv_timeout(DEADLINE) {
            heard.push(event);
        }
        let said = said(&heard);
        assert!(matches!(heard.first(), Some(Event::Connected(_))), "{said}");
        assert!(said.contains("one␛[2J") && said.contains("two"), "{said}");
        let last = heard.last();
        assert!(matches!(last, Some(Event::Gone(Gone::Closed))), "{said}");
    }
}
