//! One client's socket. Must not know what is sent. Linux.
//!
//! The rest of the server names [`Connection`] and nothing of sockets, so
//! that the model checker can put a module of the same name, with connections
//! made of memory, in the place of this one.

use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{SendFlags, sockopt};

/// For how long the other end may be silent before its machine is asked
/// whether it is still there.
pub const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);
/// Between one such question and the next.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// How many may go unanswered.
pub const KEEPALIVE_PROBES_MAX: u32 = 3;
/// For how long what was sent may go unacknowledged. Keep-alive asks nothing
/// while data is on its way; without this, the kernel tries for 15 minutes.
pub const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(30);

/// What of a connection to close.
///
/// Never the incoming direction alone: on Linux, what then arrives after the
/// outgoing one is closed too resets the connection, and the last words on it
/// are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// What goes to the client.
    Outgoing,
    /// Both.
    Both,
}

/// Whether the other end can still send.
#[derive(Debug)]
pub enum Sending {
    /// It can.
    Open,
    /// It said it was done, or the connection was closed here.
    Ended,
    /// The connection broke, or this end has closed both directions.
    Broken(io::Error),
}

/// A connection to one client. Every method may be called from any thread.
pub struct Connection(TcpStream);

impl Connection {
    /// A connection that has just come in: lines go out at once, and a
    /// vanished peer is noticed.
    pub fn new(stream: TcpStream) -> Self {
        // The kernel may have dropped the connection again: then reading
        // will say so.
        let _ = watch(&stream);
        Self(stream)
    }

    /// Reads what has come in and adds it to the buffer, as far as there is
    /// room for it; 0 is the end. The buffer need not be zeroed for it: of the
    /// memory of a client who says nothing not a page is touched.
    ///
    /// # Errors
    /// Those of the socket; [`io::ErrorKind::WouldBlock`] when nothing came
    /// for as long as [`Connection::set_read_timeout`] says.
    pub fn read(&self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        Ok(rustix::io::read(&self.0, spare_capacity(buffer))?)
    }

    /// For how long a read may wait; `None` is for ever.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn set_read_timeout(
        &self,
        timeout: Option<Duration>,
    ) -> io::Result<()> {
        self.0.set_read_timeout(timeout)
    }

    /// Sends as much as goes without waiting, and says how much that was.
    ///
    /// # Errors
    /// Those of the socket, but not that it would have to wait.
    pub fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        loop {
            return match rustix::net::send(&self.0, bytes, flags) {
                Ok(sent) => Ok(sent),
                Err(rustix::io::Errno::AGAIN) => Ok(0),
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => Err(error.into()),
            };
        }
    }

    /// Sends everything, however long that takes.
    ///
    /// # Errors
    /// Those of the socket; how much was sent before is not known.
    pub fn send_all(&self, bytes: &[u8]) -> io::Result<()> {
        (&self.0).write_all(bytes)
    }

    /// Waits until the other end sends nothing more, but no longer than this,
    /// and reads nothing.
    pub fn wait_for_end(&self, timeout: Duration) -> Sending {
        let mut asked = [PollFd::new(&self.0, PollFlags::RDHUP)];
        let timeout = Timespec::try_from(timeout).ok();
        match poll(&mut asked, timeout.as_ref()) {
            // Zero is the time-out; an error is an interrupting signal.
            Ok(0) | Err(_) => Sending::Open,
            Ok(_) => match self.0.take_error() {
                Ok(Some(error)) => Sending::Broken(error),
                // A catch-up thread may have been told the error just now. Of
                // a connection that broke, both directions are gone.
                _ if asked[0].revents().contains(PollFlags::HUP) => {
                    Sending::Broken(io::ErrorKind::ConnectionReset.into())
                }
                Ok(None) | Err(_) => Sending::Ended,
            },
        }
    }

    /// Closes it. Whoever waits in a read or a send of it wakes up.
    pub fn close(&self, half: Half) {
        let half = match half {
            Half::Outgoing => Shutdown::Write,
            Half::Both => Shutdown::Both,
        };
        // It fails when the connection is closed already.
        let _ = self.0.shutdown(half);
    }
}

/// Sets a connection so that lines go out at once and a vanished peer is
/// noticed.
fn watch(stream: &TcpStream) -> io::Result<()> {
    // Otherwise a line waits for the acknowledgment of the one before it.
    stream.set_nodelay(true)?;
    let fd = stream.as_fd();
    sockopt::set_socket_keepalive(fd, true)?;
    sockopt::set_tcp_keepidle(fd, KEEPALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(fd, KEEPALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(fd, KEEPALIVE_PROBES_MAX)?;
    let milliseconds = UNACKNOWLEDGED_MAX.as_millis().try_into();
    sockopt::set_tcp_user_timeout(fd, milliseconds.unwrap_or(u32::MAX))?;
    Ok(())
}
