//! In the place of the server's `connection`: a connection made of memory. The
//! server's end is a [`Connection`], the other a [`Terminal`] that a test types
//! at and reads from; a [`Network`] is where terminals connect to a
//! [`Listener`].
//!
//! It is as unkind as TCP. Bytes travel in pieces, a reset takes away what
//! was on its way, and so does a server that closes with something unread,
//! or that is typed at after it has closed.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::PoisonError;
use std::time::Duration;

pub use chat_server::net::connection::{Half, Sending};

use crate::circumstances::{self, Bytes};
use crate::platform::sync::{
    Arc, AtomicUsize, Condvar, Instant, Mutex, MutexGuard, Ordering,
};

/// How much the network takes on its way to a terminal that does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Whatever comes, at once: a terminal that is never behind.
    Everything,
    /// The same, for a terminal that never waits for anything: of what
    /// happens on its connection nothing is a step of its own, or small
    /// scenes would have too many schedules to run them all.
    AtOnce,
    /// So many bytes; and a send that does not wait may take fewer.
    Bytes(usize),
    /// Half of what is offered; a send that waits takes two steps, so that
    /// two who send at once would show. Otherwise as [`Holds::AtOnce`].
    Halves,
}

struct Link {
    state: Mutex<State>,
    changed: Condvar,
    /// What has been sent to a terminal that never waits. A lock that the
    /// checker does not see.
    sink: Option<std::sync::Mutex<Sink>>,
    /// A step that the checker sees.
    steps: AtomicUsize,
    holds_halves: bool,
}

#[derive(Default)]
struct Sink {
    bytes: Vec<u8>,
    /// What the server has closed, in that order.
    closed: Vec<Half>,
    /// How much each send that does not wait brought.
    sizes: Vec<usize>,
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
    read_timeout: Option<Duration>,
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
            Holds::Everything | Holds::AtOnce | Holds::Halves => bytes,
            Holds::Bytes(most) => {
                bytes.min(most.saturating_sub(self.to_terminal.len()))
            }
        }
    }

    /// The server has closed both directions. Whatever still arrives then
    /// resets the connection, as Linux has it.
    fn is_deaf_and_mute(&self) -> bool {
        self.is_dropped || (self.incoming_is_closed && self.outgoing_is_closed)
    }

    fn is_over(&self) -> bool {
        self.terminal_is_done || self.incoming_is_closed || self.is_reset
    }
}

/// Both ends of a new connection.
pub fn connection(holds: Holds) -> (Terminal, Connection) {
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
            read_timeout: None,
        }),
        changed: Condvar::new(),
        sink: [Holds::AtOnce, Holds::Halves]
            .contains(&holds)
            .then(Default::default),
        steps: AtomicUsize::new(0),
        holds_halves: holds == Holds::Halves,
    });
    let terminal = Terminal {
        link: Arc::clone(&link),
        bytes: Vec::new(),
    };
    (terminal, Connection(link))
}

impl Link {
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock());
        self.changed.notify_all();
    }

    /// What a terminal that never waits has been sent.
    fn sink(&self) -> Option<std::sync::MutexGuard<'_, Sink>> {
        let sink = self.sink.as_ref()?;
        Some(sink.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sends to a terminal that never waits, in one step if there are halves.
    fn sink_bytes(&self, bytes: &[u8]) {
        if self.holds_halves {
            self.steps.fetch_add(1, Ordering::SeqCst);
        }
        if let Some(mut sink) = self.sink() {
            sink.bytes.extend(bytes);
        }
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
    match circumstances::now().bytes {
        Bytes::Whole => bytes,
        Bytes::InPieces if bytes < 2 || circumstances::one_in(2) => bytes,
        Bytes::InPieces => 1 + circumstances::below(bytes - 1),
    }
}

/// The server's end.
pub struct Connection(Arc<Link>);

impl Connection {
    pub fn read(&self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let mut state = self.0.state.lock();
        let timeout = state.read_timeout;
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        loop {
            if !state.to_server.is_empty() {
                let room = buffer.capacity() - buffer.len();
                let taken = piece(room.min(state.to_server.len()));
                buffer.extend(state.to_server.drain(..taken));
                return Ok(taken);
            } else if let Some(error) = state.error.take() {
                return Err(error.into());
            } else if state.is_over() {
                return Ok(0);
            }
            self.0.wait(&mut state, deadline)?;
        }
    }

    pub fn set_read_timeout(
        &self,
        timeout: Option<Duration>,
    ) -> io::Result<()> {
        self.0.state.lock().read_timeout = timeout;
        Ok(())
    }

    pub fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(mut sink) = self.0.sink() {
            sink.sizes.push(bytes.len());
            drop(sink);
            let taken = bytes.len() >> usize::from(self.0.holds_halves);
            self.0.sink_bytes(&bytes[..taken]);
            return Ok(taken);
        }
        let mut state = self.0.state.lock();
        state.check_outgoing()?;
        let mut taken = state.takes(bytes.len());
        let is_picky = matches!(state.holds, Holds::Bytes(_))
            && circumstances::now().bytes == Bytes::InPieces;
        if is_picky && circumstances::one_in(3) {
            taken = circumstances::below(taken + 1);
        }
        state.to_terminal.extend(&bytes[..taken]);
        drop(state);
        self.0.changed.notify_all();
        Ok(taken)
    }

    pub fn send_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        if self.0.sink.is_some() {
            let (first, second) = bytes.split_at(bytes.len() / 2);
            self.0.sink_bytes(first);
            self.0.sink_bytes(second);
            return Ok(());
        }
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

    pub fn wait_for_end(&self, timeout: Duration) -> Sending {
        let deadline = Instant::now() + timeout;
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

    pub fn close(&self, half: Half) {
        if let Some(mut sink) = self.0.sink() {
            sink.closed.push(half);
            return;
        }
        self.0.change(|state| {
            state.incoming_is_closed |= half == Half::Both;
            state.outgoing_is_closed = true;
        });
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if std::thread::panicking() || self.0.sink.is_some() {
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
            if state.is_deaf_and_mute() {
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
            if circumstances::now().bytes == Bytes::InPieces
                && circumstances::one_in(2)
            {
                state.to_server.clear();
            }
        });
    }

    /// Reads what is there.
    pub fn glance(&mut self) {
        if let Some(mut sink) = self.link.sink() {
            self.bytes.append(&mut sink.bytes);
            return;
        }
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

    /// How much the server has sent each time, without waiting.
    pub fn sizes(&self) -> Vec<usize> {
        let sink = self.link.sink();
        sink.map_or(Vec::new(), |sink| sink.sizes.clone())
    }

    /// What the server has closed, in that order.
    pub fn closed(&self) -> Vec<Half> {
        let sink = self.link.sink();
        sink.map_or(Vec::new(), |sink| sink.closed.clone())
    }

    /// Whether the server has closed both directions.
    pub fn is_cut_off(&self) -> bool {
        if let Some(sink) = self.link.sink() {
            return sink.closed.contains(&Half::Both);
        }
        self.link.state.lock().is_deaf_and_mute()
    }

    /// Everything read so far.
    pub fn heard(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Of so many calls of `accept`, one fails, when bytes come in pieces.
const ACCEPTS: usize = 4;

/// Where terminals connect.
#[derive(Default)]
pub struct Network {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// What is closed unasked is reset: a connection that is dropped unread.
    connections: VecDeque<Connection>,
    /// Nobody can connect any more.
    is_closed: bool,
    /// How many have been accepted.
    accepted: u32,
}

impl Network {
    /// Connects to the server; `None` once the listener is gone.
    pub fn connect(&self, holds: Holds) -> Option<Terminal> {
        let (terminal, connection) = connection(holds);
        let mut waiting = self.waiting.lock();
        if waiting.is_closed {
            return None;
        }
        waiting.connections.push_back(connection);
        drop(waiting);
        self.changed.notify_all();
        Some(terminal)
    }

    /// Wakes whoever waits in `accept`.
    pub fn wake(&self) {
        let _ = self.connect(Holds::Everything);
    }
}

/// Where the server accepts.
pub struct Listener(pub Arc<Network>);

impl Listener {
    pub fn accept(&self) -> io::Result<(Connection, SocketAddr)> {
        let mut waiting = self.0.waiting.lock();
        loop {
            let is_unkind = circumstances::now().bytes == Bytes::InPieces;
            if is_unkind && circumstances::one_in(ACCEPTS) {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            if let Some(connection) = waiting.connections.pop_front() {
                waiting.accepted += 1;
                // Each comes from an address of their own.
                let from = Ipv4Addr::from_bits(waiting.accepted);
                let from = IpAddr::V4(from);
                return Ok((connection, SocketAddr::new(from, 0)));
            }
            self.0.changed.wait(&mut waiting);
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock();
        waiting.is_closed = true;
        let turned_away = std::mem::take(&mut waiting.connections);
        drop(waiting);
        drop(turned_away);
    }
}
