//! A client's socket, and the door it comes through, as the rest of the
//! server needs them. The one file that sets socket options. Linux.

use std::io::{self, Read, Write as _};
use std::net::{Shutdown as Ways, SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd as _, OwnedFd};
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::net::{SendFlags, sockopt};

use crate::sync::Arc;

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

/// What the kernel may hold of what a paced client has sent (it takes twice
/// this value, for its own bookkeeping): the rest waits at the sender.
pub const RECEIVE_BUFFER_BYTES: usize = 32 * 1024;

/// What the kernel may hold of what is sent to a client in a paced room (it
/// takes twice this value). Left to itself it takes up to 4 MiB for each client that does not
/// read, beside what the outbox keeps; 300 of them were 1.1 GiB.
pub const SEND_BUFFER_BYTES: usize = 128 * 1024;

/// How many connections may wait for `accept`. The standard library asks for
/// 128; above that, a crowd that arrives at once waits a second each.
const WAITING_AT_THE_DOOR_MAX: i32 = 4096;

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
pub trait Wire: Send + Sync {
    /// Reads what comes in.
    type Reader<'a>: Read
    where
        Self: 'a;

    /// The incoming direction, for one thread.
    fn reader(&self) -> Self::Reader<'_>;

    /// For how long a read may wait before it fails with
    /// [`io::ErrorKind::WouldBlock`]; `None` is for ever.
    ///
    /// # Errors
    /// Those of the socket.
    fn set_patience(&self, patience: Option<Duration>) -> io::Result<()>;

    /// Sends as much as goes without waiting, and says how much that was.
    ///
    /// # Errors
    /// Those of the socket, but not that it would have to wait.
    fn try_send(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Sends everything, however long that takes.
    ///
    /// # Errors
    /// Those of the socket; nobody knows then how much was sent.
    fn send_all(&self, bytes: &[u8]) -> io::Result<()>;

    /// Waits, without reading, until the other end can send no more, but for
    /// no longer than this.
    fn wait_for_end(&self, patience: Duration) -> Sending;

    /// Closes it. Whoever waits in a read or a send of it wakes up.
    fn close(&self, half: Half);
}

impl Wire for TcpStream {
    // The plain socket, because BufReader knows how to fill its buffer from
    // it without zeroing 64 KiB first: an idle client then costs one page.
    type Reader<'a> = &'a TcpStream;

    fn reader(&self) -> &TcpStream {
        self
    }

    fn set_patience(&self, patience: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(patience)
    }

    fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        loop {
            return match rustix::net::send(self, bytes, flags) {
                Ok(sent) => Ok(sent),
                Err(rustix::io::Errno::AGAIN) => Ok(0),
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => Err(error.into()),
            };
        }
    }

    fn send_all(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = self;
        stream.write_all(bytes)
    }

    fn wait_for_end(&self, patience: Duration) -> Sending {
        let mut asked = [PollFd::new(self, PollFlags::RDHUP)];
        let timeout = Timespec::try_from(patience).ok();
        match poll(&mut asked, timeout.as_ref()) {
            // Zero is the time-out; an error is an interrupting signal.
            Ok(0) | Err(_) => Sending::Open,
            Ok(_) => match self.take_error() {
                Ok(Some(error)) => Sending::Broken(error),
                // A writer may have been told the error just now. Of a
                // connection that broke, both directions are gone.
                _ if asked[0].revents().contains(PollFlags::HUP) => {
                    Sending::Broken(io::ErrorKind::ConnectionReset.into())
                }
                Ok(None) | Err(_) => Sending::Ended,
            },
        }
    }

    fn close(&self, half: Half) {
        let ways = match half {
            Half::Outgoing => Ways::Write,
            Half::Both => Ways::Both,
        };
        // It fails when the connection is closed already.
        let _ = self.shutdown(ways);
    }
}

/// Where clients come in.
pub trait Door {
    /// What a client is connected by.
    type Wire: Wire;

    /// Waits for the next client, or for a knock: after one it does not wait,
    /// whatever it returns.
    ///
    /// # Errors
    /// When this client could not be let in; the next one may be.
    fn accept(&self) -> io::Result<(Self::Wire, SocketAddr)>;
}

/// How much the kernel may hold for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffers {
    /// About twice [`RECEIVE_BUFFER_BYTES`] and [`SEND_BUFFER_BYTES`]: for a
    /// room in which everyone is paced.
    Small,
    /// As much as the kernel finds right: in a room without a pace, its four
    /// megabytes keep a reader from being too slow for a flood.
    Automatic,
}

/// A listener that can be woken while nobody comes.
///
/// It is not woken by a connection to oneself: an address may be removed from
/// the machine, or be one nobody can connect to, and the server could never
/// be stopped again. Nor by closing it, which would end the same socket in
/// other processes.
pub struct Entrance {
    /// Never waits in `accept`: who was at the door when it was looked at may
    /// be gone a moment later.
    listener: TcpListener,
    /// Readable once somebody has knocked, for ever.
    bell: Arc<OwnedFd>,
}

/// Makes a listener the door for many clients. What is returned with it
/// wakes the thread that waits in [`Door::accept`], and every later one; it
/// needs no network and no free descriptor. The connections that come in have
/// the buffer sizes of the listener.
///
/// # Errors
/// Those of the socket, or that there is no descriptor for the bell.
pub fn entrance(
    listener: TcpListener,
    buffers: Buffers,
) -> io::Result<(Entrance, impl Fn() + Send + Sync + use<>)> {
    rustix::net::listen(&listener, WAITING_AT_THE_DOOR_MAX)?;
    if buffers == Buffers::Small {
        sockopt::set_socket_recv_buffer_size(&listener, RECEIVE_BUFFER_BYTES)?;
        sockopt::set_socket_send_buffer_size(&listener, SEND_BUFFER_BYTES)?;
    }
    listener.set_nonblocking(true)?;
    let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
    let bell = Arc::new(bell);
    let rope = Arc::clone(&bell);
    let entrance = Entrance { listener, bell };
    let knock = move || {
        // It fails when it has been rung more often than can be counted.
        let _ = rustix::io::write(&*rope, &1_u64.to_ne_bytes());
    };
    Ok((entrance, knock))
}

impl Entrance {
    /// Waits until somebody is at the door.
    ///
    /// # Errors
    /// Those of `poll`, and [`io::ErrorKind::Interrupted`] after a knock.
    fn wait(&self) -> io::Result<()> {
        let mut asked = [
            PollFd::new(&self.listener, PollFlags::IN),
            PollFd::new(&self.bell, PollFlags::IN),
        ];
        match poll(&mut asked, None) {
            Err(rustix::io::Errno::INTR) => return Ok(()),
            other => other?,
        };
        match asked[1].revents().is_empty() {
            true => Ok(()),
            false => Err(io::ErrorKind::Interrupted.into()),
        }
    }
}

impl Door for Entrance {
    type Wire = TcpStream;

    fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        loop {
            self.wait()?;
            match self.listener.accept() {
                Ok((stream, from)) => {
                    // The kernel may have dropped the connection again: then
                    // reading will say so.
                    let _ = watch(&stream);
                    return Ok((stream, from));
                }
                // Who was there has gone. It says nothing of the next one.
                Err(error) if is_of_one_client(error.kind()) => (),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Whether `accept` failed because of the one who came.
fn is_of_one_client(error: io::ErrorKind) -> bool {
    matches!(
        error,
        io::ErrorKind::WouldBlock
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::Interrupted
    )
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
