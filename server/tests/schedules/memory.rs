//! A connection made of memory: the server's end is a [`Wire`], the other a
//! [`Terminal`] that a test types at and reads from.
//!
//! It is as unkind as TCP. Bytes travel in pieces, a reset takes away what
//! was on its way, and so does a server that closes with something unread,
//! or that is typed at after it has closed.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};
use std::time::Duration;

use chat_server::wire::{Half, Sending, Wire};

use crate::sync::{Arc, Condvar, Instant, Mutex, MutexGuard};
use crate::world::{self, Bytes};

/// How much the network takes on its way to a terminal that does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Whatever comes, at once: a terminal that is never behind.
    Everything,
    /// So many bytes; and a send that does not wait may take fewer.
    Bytes(usize),
}

struct Link {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    holds: Holds,
    to_server: VecDeque<u8>,
    to_terminal: VecDeque<u8>,
    /// The terminal has said that it will type no more.
    terminal_is_done: bool,
    /// The server reads no more than what has come already.
    incoming_is_closed: bool,
    /// The server sends nothing more.
    outgoing_is_closed: bool,
    /// The server has let go of its end.
    is_dropped: bool,
    /// Everything is lost.
    is_reset: bool,
    /// The error of the reset. Like a socket's, it is told once, to whoever
    /// asks first.
    error: Option<ErrorKind>,
    /// For how long the server's reads may wait.
    patience: Option<Duration>,
}

impl State {
    fn reset(&mut self) {
        self.is_reset = true;
        self.error = Some(ErrorKind::ConnectionReset);
        self.to_terminal.clear();
    }

    /// Fails when nothing can be sent any more.
    fn check_outgoing(&mut self) -> io::Result<()> {
        match self.error.take() {
            Some(error) => Err(error.into()),
            None if self.is_reset || self.outgoing_is_closed => {
                Err(ErrorKind::BrokenPipe.into())
            }
            None => Ok(()),
        }
    }

    /// How many of so many bytes the network takes now.
    fn takes(&self, bytes: usize) -> usize {
        match self.holds {
            Holds::Everything => bytes,
            Holds::Bytes(most) => {
                bytes.min(most.saturating_sub(self.to_terminal.len()))
            }
        }
    }

    fn is_over(&self) -> bool {
        self.terminal_is_done || self.incoming_is_closed || self.is_reset
    }
}

/// Both ends of a new connection.
pub fn connection(holds: Holds) -> (Terminal, MemoryWire) {
    let link = Arc::new(Link {
        state: Mutex::new(State {
            holds,
            to_server: VecDeque::new(),
            to_terminal: VecDeque::new(),
            terminal_is_done: false,
            incoming_is_closed: false,
            outgoing_is_closed: false,
            is_dropped: false,
            is_reset: false,
            error: None,
            patience: None,
        }),
        changed: Condvar::new(),
    });
    let terminal = Terminal {
        link: Arc::clone(&link),
        bytes: Vec::new(),
    };
    (terminal, MemoryWire(link))
}

impl Link {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock());
        self.changed.notify_all();
    }

    /// Waits for a change, or for the end of the server's patience.
    fn wait(
        &self,
        state: &mut MutexGuard<'_, State>,
        deadline: Option<Instant>,
    ) -> io::Result<()> {
        match deadline {
            None => self.changed.wait(state),
            Some(deadline) => {
                if self.changed.wait_until(state, deadline).timed_out() {
                    return Err(ErrorKind::WouldBlock.into());
                }
            }
        }
        Ok(())
    }
}

/// A part of so many bytes, at least one.
fn piece(bytes: usize) -> usize {
    match world::now().bytes {
        Bytes::Whole => bytes,
        Bytes::InPieces if bytes < 2 || world::one_in(2) => bytes,
        Bytes::InPieces => 1 + world::below(bytes - 1),
    }
}

/// The server's end.
pub struct MemoryWire(Arc<Link>);

/// Reads from the server's end.
pub struct MemoryReader<'a>(&'a Link);

impl Read for MemoryReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.state.lock();
        let deadline = state.patience.map(|patience| Instant::now() + patience);
        loop {
            if !state.to_server.is_empty() {
                let most = buffer.len().min(state.to_server.len());
                return state.to_server.read(&mut buffer[..piece(most)]);
            } else if let Some(error) = state.error.take() {
                return Err(error.into());
            } else if state.is_over() {
                return Ok(0);
            }
            self.0.wait(&mut state, deadline)?;
        }
    }
}

impl Wire for MemoryWire {
    type Reader<'a> = MemoryReader<'a>;

    fn reader(&self) -> MemoryReader<'_> {
        MemoryReader(&self.0)
    }

    fn set_patience(&self, patience: Option<Duration>) -> io::Result<()> {
        self.0.state.lock().patience = patience;
        Ok(())
    }

    fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state.lock();
        state.check_outgoing()?;
        let mut taken = state.takes(bytes.len());
        let is_picky = matches!(state.holds, Holds::Bytes(_))
            && world::now().bytes == Bytes::InPieces;
        if is_picky && world::one_in(3) {
            taken = world::below(taken + 1);
        }
        state.to_terminal.extend(&bytes[..taken]);
        drop(state);
        self.0.changed.notify_all();
        Ok(taken)
    }

    fn send_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        let mut state = self.0.state.lock();
        loop {
            state.check_outgoing()?;
            let taken = match state.takes(bytes.len()) {
                0 => 0,
                most => piece(most),
            };
            state.to_terminal.extend(&bytes[..taken]);
            self.0.changed.notify_all();
            bytes = &bytes[taken..];
            if bytes.is_empty() {
                return Ok(());
            }
            self.0.wait(&mut state, None)?;
        }
    }

    fn wait_for_end(&self, patience: Duration) -> Sending {
        let deadline = Instant::now() + patience;
        let mut state = self.0.state.lock();
        while !state.is_over() {
            if self.0.wait(&mut state, Some(deadline)).is_err() {
                return Sending::Open;
            }
        }
        match state.error.take() {
            Some(error) => Sending::Broken(error.into()),
            None if state.is_reset => {
                Sending::Broken(ErrorKind::ConnectionReset.into())
            }
            None => Sending::Ended,
        }
    }

    fn close(&self, half: Half) {
        self.0.change(|state| {
            state.incoming_is_closed |= half == Half::Both;
            state.outgoing_is_closed = true;
        });
    }
}

impl Drop for MemoryWire {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.0.change(|state| {
            state.is_dropped = true;
            state.incoming_is_closed = true;
            state.outgoing_is_closed = true;
            if !state.to_server.is_empty() {
                state.reset();
            }
        });
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The server closed it.
    Closed,
    /// It was reset.
    Reset,
}

/// The other end.
pub struct Terminal {
    link: Arc<Link>,
    /// Everything read so far.
    bytes: Vec<u8>,
}

impl Terminal {
    /// Types something, whether anybody listens or not.
    pub fn type_text(&self, text: &str) {
        self.link.change(|state| {
            if state.is_dropped {
                state.reset();
            }
            if !state.is_reset {
                state.to_server.extend(text.as_bytes());
            }
        });
    }

    /// Will type no more.
    pub fn end_typing(&self) {
        self.link.change(|state| state.terminal_is_done = true);
    }

    /// Is gone without a word; what was typed may not have arrived.
    pub fn reset(&self) {
        self.link.change(|state| {
            state.reset();
            if world::now().bytes == Bytes::InPieces && world::one_in(2) {
                state.to_server.clear();
            }
        });
    }

    /// Reads what is there.
    pub fn glance(&mut self) {
        self.link
            .change(|state| self.bytes.extend(state.to_terminal.drain(..)));
    }

    /// Reads until the connection is over.
    pub fn read_to_end(&mut self) -> Over {
        self.read_until(|_| false)
            .expect_err("nothing else ends this")
    }

    /// Reads until everything read so far is as it should be.
    pub fn read_until(
        &mut self,
        is_enough: impl Fn(&str) -> bool,
    ) -> Result<(), Over> {
        loop {
            let mut state = self.link.state.lock();
            while state.to_terminal.is_empty() {
                if state.is_reset {
                    return Err(Over::Reset);
                } else if state.outgoing_is_closed {
                    return Err(Over::Closed);
                }
                self.link.changed.wait(&mut state);
            }
            drop(state);
            self.glance();
            if is_enough(&self.heard()) {
                return Ok(());
            }
        }
    }

    /// Reads nothing until the server has let go of the connection.
    pub fn wait_until_dropped(&mut self) -> Over {
        let mut state = self.link.state.lock();
        while !state.is_dropped {
            self.link.changed.wait(&mut state);
        }
        let is_reset = state.is_reset;
        drop(state);
        self.glance();
        if is_reset { Over::Reset } else { Over::Closed }
    }

    /// Everything read so far.
    pub fn heard(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
