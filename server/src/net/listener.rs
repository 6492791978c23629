//! Where clients come in, and how the thread that waits for them is woken.
//! Must not know what is done with a client. Linux.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::net::sockopt;

use crate::net::connection::Connection;
use crate::platform::sync::Arc;

/// What the kernel may hold of what a paced client has sent (it takes twice
/// this value, for its own bookkeeping): the rest waits at the sender.
pub const RECEIVE_BUFFER_BYTES: usize = 32 * 1024;

/// What the kernel may hold of what is sent to a client in a paced room (it
/// takes twice this value). Left to itself it takes up to 4 MiB for each
/// client that does not read, beside what the outbox keeps; 300 of them were
/// 1.1 GiB.
pub const SEND_BUFFER_BYTES: usize = 128 * 1024;

/// How many connections may wait for `accept`. The standard library asks for
/// 128; above that, a crowd that arrives at once waits a second each.
const WAITING_TO_BE_ACCEPTED_MAX: i32 = 4096;

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

/// A listening socket whose `accept` can be woken while nobody comes.
///
/// It is not woken by a connection to oneself: an address may be removed from
/// the machine, or be one nobody can connect to, and the server could never
/// be stopped again. Nor by closing it, which would end the same socket in
/// other processes.
pub struct Listener {
    /// Never waits in `accept`: who was there when it was looked at may be
    /// gone a moment later.
    socket: TcpListener,
    /// Readable once somebody has used the waker, for ever.
    woken: Arc<OwnedFd>,
}

/// Wakes the thread that waits in [`Listener::accept`], and every later one.
/// It needs no network and no free descriptor.
pub struct Waker(Arc<OwnedFd>);

impl Waker {
    /// Wakes it.
    pub fn wake(&self) {
        // It fails when it has been done more often than can be counted.
        let _ = rustix::io::write(&*self.0, &1_u64.to_ne_bytes());
    }
}

impl Listener {
    /// Makes a socket ready for many clients. The connections that come in
    /// have its buffer sizes.
    ///
    /// # Errors
    /// Those of the socket, or that there is no descriptor for the waker.
    pub fn new(
        socket: TcpListener,
        buffers: Buffers,
    ) -> io::Result<(Self, Waker)> {
        rustix::net::listen(&socket, WAITING_TO_BE_ACCEPTED_MAX)?;
        if buffers == Buffers::Small {
            sockopt::set_socket_recv_buffer_size(
                &socket,
                RECEIVE_BUFFER_BYTES,
            )?;
            sockopt::set_socket_send_buffer_size(&socket, SEND_BUFFER_BYTES)?;
        }
        socket.set_nonblocking(true)?;
        let woken = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let woken = Arc::new(woken);
        let waker = Waker(Arc::clone(&woken));
        Ok((Self { socket, woken }, waker))
    }

    /// Waits for the next client, or for the waker. Once that has been used,
    /// it never waits again, and what it returns means nothing.
    ///
    /// # Errors
    /// When this client could not be let in; the next one may be.
    pub fn accept(&self) -> io::Result<(Connection, SocketAddr)> {
        loop {
            self.wait()?;
            match self.socket.accept() {
                Ok((stream, from)) => {
                    return Ok((Connection::new(stream), from));
                }
                // Who was there has gone. It says nothing of the next one.
                Err(error) if is_of_one_client(error.kind()) => (),
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until somebody is there.
    ///
    /// # Errors
    /// Those of `poll`, and [`io::ErrorKind::Interrupted`] once woken.
    fn wait(&self) -> io::Result<()> {
        let mut asked = [
            PollFd::new(&self.socket, PollFlags::IN),
            PollFd::new(&self.woken, PollFlags::IN),
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

/// Whether `accept` failed because of the one who came.
fn is_of_one_client(error: io::ErrorKind) -> bool {
    matches!(
        error,
        io::ErrorKind::WouldBlock
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::Interrupted
    )
}
