//! The writing half of a connection: lines go into a queue, and one thread
//! writes them. Must not read.
//!
//! A room that is flooded stops reading for a while. With a thread of its
//! own for writing, only that thread waits then, and the person still sees
//! what others say.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::threads::{call, unsent};
use crate::typed::Typed;
use crate::visit::backlog::Backlog;

/// How much one write takes along, if that much is waiting.
const WRITE_BYTES_MAX: usize = 16 * 1024;

/// How often a patient sender looks whether the server has taken all.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// What the sender's thread is asked to do.
#[derive(Debug)]
enum Order {
    /// Write this line.
    Say(Typed),
    /// Let the server take nothing for a while, until it has taken all.
    BePatient,
}

/// The writing half, in the hands of the main thread. Dropping it closes the
/// connection.
#[derive(Debug)]
pub struct Connection {
    stream: Arc<TcpStream>,
    /// Lines not written yet. Unbounded: whoever types is held back by
    /// [`crate::permits`], not here.
    orders: Sender<Order>,
}

impl Connection {
    /// Takes the writing half of this stream and starts its thread.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn new(stream: Arc<TcpStream>) -> io::Result<Self> {
        let (orders, queue) = unbounded();
        let writing_end = Arc::clone(&stream);
        thread::Builder::new()
            .name("sender".to_owned())
            .spawn(move || {
                if follow(&writing_end, &queue).is_err() {
                    // The reader notices, and says so: one voice is enough.
                    let _ = writing_end.shutdown(Shutdown::Both);
                }
            })?;
        Ok(Self { stream, orders })
    }

    /// Queues a line.
    pub fn send(&self, typed: Typed) {
        // An error means that the connection broke; the reader tells.
        let _ = self.orders.send(Order::Say(typed));
    }

    /// Says no more: what has been written arrives, and the server sees the
    /// end of it. What is still queued is dropped.
    pub fn half_close(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Lets the server take nothing for as long as it likes, until it has
    /// taken all that was written: then a server that vanishes is noticed as
    /// before.
    pub fn be_patient(&self) {
        // At once: the thread may be waiting for the server just now.
        call::be_patient(&self.stream);
        let _ = self.orders.send(Order::BePatient);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The thread's own.
struct Writer<'a> {
    stream: &'a TcpStream,
    queue: &'a Receiver<Order>,
    backlog: Backlog,
    /// Whether the room has said that it slows us down; it says so once.
    is_slowed: bool,
    /// Whether it may take nothing for a while.
    is_patient: bool,
}

/// Does what is ordered until nobody can order any more.
fn follow(stream: &TcpStream, queue: &Receiver<Order>) -> io::Result<()> {
    let mut writer = Writer {
        stream,
        queue,
        backlog: Backlog::default(),
        is_slowed: false,
        is_patient: false,
    };
    while let Some(order) = writer.next() {
        match order {
            Some(Order::Say(typed)) => writer.write_batch(typed)?,
            Some(Order::BePatient) => {
                writer.is_slowed = true;
                writer.be_patient();
            }
            None => writer.look(),
        }
    }
    Ok(())
}

impl Writer<'_> {
    /// The next order; `Some(None)` when it is time to look.
    fn next(&self) -> Option<Option<Order>> {
        if !self.is_patient {
            return self.queue.recv().ok().map(Some);
        }
        match self.queue.recv_timeout(LOOK_INTERVAL) {
            Ok(order) => Some(Some(order)),
            Err(RecvTimeoutError::Timeout) => Some(None),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn be_patient(&mut self) {
        self.is_patient = true;
        call::be_patient(self.stream);
    }

    /// Ends the patience when the server's machine has everything, and the
    /// server itself should have it, too.
    fn look(&mut self) {
        let is_taken = self.backlog.wait(Instant::now()).is_zero()
            && unsent::unacknowledged(self.stream).is_ok_and(|it| it == 0);
        if is_taken {
            self.is_patient = false;
            call::be_impatient(self.stream);
        }
    }

    /// Writes this line and what else is waiting.
    fn write_batch(&mut self, first: Typed) -> io::Result<()> {
        // Kept until they are written: their permits go back then.
        let mut batch = Vec::new();
        let mut bytes = Vec::new();
        let mut next = Some(Order::Say(first));
        while let Some(order) = next {
            match order {
                Order::Say(typed) => {
                    push_line(&mut bytes, &typed);
                    self.backlog.grow(1, Instant::now());
                    batch.push(typed);
                }
                Order::BePatient => self.is_slowed = true,
            }
            let has_room = bytes.len() < WRITE_BYTES_MAX;
            next = has_room.then(|| self.queue.try_recv().ok()).flatten();
        }
        if self.is_slowed && !self.backlog.wait(Instant::now()).is_zero() {
            self.be_patient();
        }
        self.stream.write_all(&bytes)
    }
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

    use crate::visit::backlog::LINES_AT_ONCE;
    use rustix::net::sockopt;

    const DEADLINE: Duration = Duration::from_secs(20);

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

    #[test]
    #[cfg(target_os = "linux")]
    fn patience_ends_when_the_server_has_taken_all() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let stream = Arc::new(TcpStream::connect(address).expect("a call"));
        let (server, _) = listener.accept().expect("the client");
        call::be_impatient(&stream);
        let usual = sockopt::tcp_user_timeout(&stream);
        let connection = Connection::new(Arc::clone(&stream));
        let connection = connection.expect("a thread");
        // Few lines, so that the server should have taken them, and long
        // ones, so that it cannot.
        let line = "x".repeat(1024 * 1024);
        for _ in 0..20 {
            connection.send(Typed::new(&line));
        }
        connection.be_patient();
        connection.send(Typed::new("last"));
        assert_eq!(sockopt::tcp_user_timeout(&stream), Ok(0));
        thread::spawn(move || io::copy(&mut &server, &mut io::sink()));
        let waits_for = |limit| {
            let end = Instant::now() + DEADLINE;
            while sockopt::tcp_user_timeout(&stream) != limit {
                assert!(Instant::now() < end, "no limit of {limit:?}");
                thread::yield_now();
            }
        };
        waits_for(usual);
        // The room says only once that it slows us down.
        for _ in 0..2 * LINES_AT_ONCE {
            connection.send(Typed::new("x"));
        }
        waits_for(Ok(0));
    }
}
