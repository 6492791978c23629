//! The writing half of a connection: lines go into a queue, and one thread
//! writes them. May not read.
//!
//! A room that is flooded stops reading for a while. With a thread of its
//! own for writing, only that thread waits then, and the person still sees
//! what others say.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::connection;
use crate::typed::Typed;

/// How much one write takes along, if that much is waiting.
const WRITE_BYTES_MAX: usize = 16 * 1024;

/// The writing half, in the hands of the main thread. Dropping it closes the
/// connection.
#[derive(Debug)]
pub struct Connection {
    stream: Arc<TcpStream>,
    /// Lines not written yet. Unbounded: whoever types is held back by
    /// [`crate::permits`], not here.
    lines: Sender<Typed>,
}

impl Connection {
    /// Takes the writing half of this stream and starts its thread.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn new(stream: Arc<TcpStream>) -> io::Result<Self> {
        let (lines, queue) = unbounded();
        let writing_end = Arc::clone(&stream);
        thread::Builder::new()
            .name("sender".to_owned())
            .spawn(move || {
                if write_all(&writing_end, &queue).is_err() {
                    // The reader notices, and says so: one voice is enough.
                    let _ = writing_end.shutdown(Shutdown::Both);
                }
            })?;
        Ok(Self { stream, lines })
    }

    /// Queues a line.
    pub fn send(&self, typed: Typed) {
        // An error means that the connection broke; the reader tells.
        let _ = self.lines.send(typed);
    }

    /// Says no more: what has been written arrives, and the server sees the
    /// end of it. What is still queued is dropped.
    pub fn half_close(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Lets the server take nothing for as long as it likes.
    pub fn be_patient(&self) {
        connection::be_patient(&self.stream);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// Writes line after line until nobody can queue one any more.
fn write_all(
    mut stream: &TcpStream,
    queue: &Receiver<Typed>,
) -> io::Result<()> {
    while let Ok(first) = queue.recv() {
        // Kept until they are written: their permits go back then.
        let mut batch = vec![first];
        let mut bytes = Vec::new();
        push_line(&mut bytes, &batch[0]);
        while bytes.len() < WRITE_BYTES_MAX
            && let Ok(next) = queue.try_recv()
        {
            push_line(&mut bytes, &next);
            batch.push(next);
        }
        stream.write_all(&bytes)?;
    }
    Ok(())
}

fn push_line(bytes: &mut Vec<u8>, typed: &Typed) {
    bytes.extend(typed.line.as_str().as_bytes());
    bytes.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpListener;
    use std::time::Duration;

    #[test]
    fn lines_arrive_whole_and_in_order() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let stream = TcpStream::connect(address).expect("a connection");
        let (mut server, _) = listener.accept().expect("the client");
        let deadline = Some(Duration::from_secs(5));
        server.set_read_timeout(deadline).expect("an option");
        let connection = Connection::new(Arc::new(stream)).expect("a thread");
        let mut expected = String::new();
        for number in 0..1000 {
            connection.send(Typed::new(&number.to_string()));
            expected.push_str(&format!("{number}\n"));
        }
        let mut heard = vec![0; expected.len()];
        server.read_exact(&mut heard).expect("all lines");
        assert_eq!(String::from_utf8_lossy(&heard), expected);
        drop(connection);
        assert_eq!(server.read(&mut heard).expect("an end"), 0);
    }
}
