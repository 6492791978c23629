//! Many clients in one thread: connects them, writes what they say, reads what
//! they hear and tallies it. Must not know what a server costs or which
//! scenario is played.
//!
//! One thread and epoll, so that the load is not what is measured: it reads
//! a few hundred lines with one call and looks at each for some nanoseconds.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, sockopt};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec,
    timerfd_create, timerfd_settime,
};

use super::dialect::{Arrival, Dialect};
use super::stamp::Stamp;
use super::tally::{Faults, Tally};

/// What one read may bring.
const READ_BYTES: usize = 256 * 1024;
/// How many clients one turn of the loop serves at most: few, so that lines
/// that are due meanwhile are not late.
const EVENTS_MAX: usize = 64;
/// Latencies above this count as this, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;
/// How often a silence is looked at, in microseconds.
const LOOK_AGAIN_US: u64 = 5000;
/// What the timer is called among the clients.
const TIMER: u64 = u64::MAX;

/// Where a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Connected, not yet in the room.
    Arriving,
    /// In the room, hears and counts.
    Listening,
    /// In the room, and reads nothing.
    Frozen,
    /// The connection is over.
    Gone,
}

/// One client.
struct Client {
    stream: TcpStream,
    standing: Standing,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    /// What the socket has not taken yet.
    unsent: Vec<u8>,
    /// Whether epoll tells when the socket takes more.
    is_stuck: bool,
    /// Whether it was told that the room is full.
    was_refused: bool,
    tally: Tally,
}

/// All clients of a load.
pub struct Crowd {
    epoll: OwnedFd,
    timer: OwnedFd,
    dialect: Dialect,
    server: SocketAddr,
    text_bytes: usize,
    began: Instant,
    clients: Vec<Client>,
    /// How many lines each client has said.
    said: Vec<u32>,
    /// How many lines all clients have said.
    said_in_all: u64,
    /// How many lines all clients have heard.
    heard_in_all: u64,
    /// When anybody heard anything last.
    heard_at_us: u64,
    latency_us: Histogram<u64>,
    /// When the timer rings.
    rings_at_us: u64,
    buffer: Vec<u8>,
}

impl Crowd {
    /// Nobody yet. They will say lines of `text_bytes` bytes.
    ///
    /// # Errors
    /// Those of the system.
    pub fn new(
        server: SocketAddr,
        dialect: Dialect,
        text_bytes: usize,
    ) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        let data = EventData::new_u64(TIMER);
        epoll::add(&epoll, &timer, data, EventFlags::IN)?;
        Ok(Self {
            epoll,
            timer,
            dialect,
            server,
            text_bytes,
            began: Instant::now(),
            clients: Vec::new(),
            said: Vec::new(),
            said_in_all: 0,
            heard_in_all: 0,
            heard_at_us: 0,
            rings_at_us: 0,
            latency_us: new_histogram(),
            buffer: vec![0; READ_BYTES],
        })
    }

    /// Connects one more client, or one in the place of a client that is
    /// gone. It is in the room when it says so.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn connect(&mut self, nth: usize) -> io::Result<()> {
        let stream = begin_to_connect(&self.server)?;
        let data = EventData::new_u64(nth as u64);
        epoll::add(&self.epoll, &stream, data, EventFlags::IN)?;
        let client = Client {
            stream,
            standing: Standing::Arriving,
            partial: Vec::new(),
            unsent: self.dialect.hello(nth),
            is_stuck: false,
            was_refused: false,
            tally: Tally::default(),
        };
        if nth == self.clients.len() {
            self.clients.push(client);
            self.said.push(0);
        } else {
            self.clients[nth] = client;
        }
        self.flush(nth);
        Ok(())
    }

    /// How many clients there are.
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// How many clients stand there.
    pub fn count(&self, standing: Standing) -> usize {
        let them = self.clients.iter();
        them.filter(|client| client.standing == standing).count()
    }

    /// How many of the first so many clients stand there.
    pub fn count_first(&self, clients: usize, standing: Standing) -> usize {
        let them = self.clients.iter().take(clients);
        them.filter(|client| client.standing == standing).count()
    }

    /// Whether a client was told that the room is full.
    pub fn was_refused(&self, nth: usize) -> bool {
        self.clients[nth].was_refused
    }

    /// Where a client stands.
    pub fn standing(&self, nth: usize) -> Standing {
        self.clients[nth].standing
    }

    /// From here on this client reads nothing. A small buffer of its own
    /// makes the server notice soon.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn freeze(&mut self, nth: usize) -> io::Result<()> {
        let client = &mut self.clients[nth];
        client.standing = Standing::Frozen;
        let few = 4096;
        let stream = &client.stream;
        sockopt::set_socket_recv_buffer_size(stream, few)?;
        Ok(epoll::delete(&self.epoll, &client.stream)?)
    }

    /// Has a client say a line now that was due then.
    pub fn say(&mut self, nth: usize, due_us: u64) {
        self.write_line(nth, due_us);
        self.flush(nth);
    }

    /// Has a client say many lines in one write.
    pub fn say_many(&mut self, nth: usize, lines: u64) {
        let now = self.now_us();
        for _ in 0..lines {
            self.write_line(nth, now);
        }
        self.flush(nth);
    }

    fn write_line(&mut self, nth: usize, due_us: u64) {
        let stamp = Stamp {
            speaker: nth,
            nth: self.said[nth],
            due_us,
        };
        self.said[nth] += 1;
        self.said_in_all += 1;
        let unsent = &mut self.clients[nth].unsent;
        unsent.extend_from_slice(self.dialect.prefix());
        stamp.write(self.text_bytes, unsent);
    }

    /// Says goodbye for a client. It is gone when the server closes too.
    pub fn leave(&mut self, nth: usize) {
        let goodbye = self.dialect.goodbye();
        self.clients[nth].unsent.extend_from_slice(goodbye);
        self.flush(nth);
        // It fails when the connection is over already.
        let _ = self.clients[nth].stream.shutdown(Shutdown::Write);
    }

    /// Ends a connection that does not end by itself.
    pub fn drop_out(&mut self, nth: usize) {
        let client = &mut self.clients[nth];
        client.standing = Standing::Gone;
        // It fails when the client is not watched any more.
        let _ = epoll::delete(&self.epoll, &client.stream);
        let _ = client.stream.shutdown(Shutdown::Both);
    }

    /// Whether this client has heard everything that one has said.
    pub fn has_heard(&self, listener: usize, speaker: usize) -> bool {
        let heard = self.clients[listener].tally.next_of(speaker);
        heard == self.said[speaker]
    }

    /// How many lines the slowest listener has yet to hear.
    pub fn lines_under_way(&self) -> u64 {
        let listeners = self.clients.iter().zip(&self.said);
        listeners
            .filter(|(client, _)| client.standing == Standing::Listening)
            .map(|(client, said)| {
                let own = u64::from(*said);
                self.said_in_all.saturating_sub(own + client.tally.heard)
            })
            .max()
            .unwrap_or(0)
    }

    /// How many lines all have heard.
    pub fn heard_in_all(&self) -> u64 {
        self.heard_in_all
    }

    /// What was lost, doubled and reordered for those who should hear all.
    pub fn faults(&self, listeners: usize) -> Faults {
        let listeners = self.clients.iter().take(listeners).enumerate();
        listeners
            .filter(|(_, client)| client.standing != Standing::Frozen)
            .map(|(nth, client)| client.tally.faults(self.said.iter(), nth))
            .fold(Faults::default(), Faults::plus)
    }

    /// For how long nobody has heard anything.
    pub fn silence(&self) -> Duration {
        Duration::from_micros(self.now_us().saturating_sub(self.heard_at_us))
    }

    /// The time of this load, in microseconds.
    pub fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Latencies from here on.
    pub fn forget_latencies(&mut self) {
        self.latency_us.clear();
    }

    /// How long lines took, from when they should have been sent.
    pub fn latency_us(&self) -> &Histogram<u64> {
        &self.latency_us
    }

    /// Serves whoever can be served, or waits for that until then.
    ///
    /// # Errors
    /// Those of the system, not those of one client.
    pub fn turn(&mut self, until_us: u64) -> io::Result<()> {
        let mut events = Vec::with_capacity(EVENTS_MAX);
        self.set_timer(until_us)?;
        let spare = rustix::buffer::spare_capacity(&mut events);
        match epoll::wait(&self.epoll, spare, None) {
            Ok(_) | Err(Errno::INTR) => (),
            Err(error) => return Err(error.into()),
        }
        for event in events {
            let (data, flags) = (event.data, event.flags);
            if data.u64() != TIMER {
                self.serve(usize::try_from(data.u64()).unwrap_or(0), flags);
            }
        }
        Ok(())
    }

    /// Goes on serving until `done` or the time is over; says whether it was
    /// done.
    ///
    /// # Errors
    /// Those of [`Crowd::turn`].
    pub fn turn_until(
        &mut self,
        patience: Duration,
        mut done: impl FnMut(&Self) -> bool,
    ) -> io::Result<Ended> {
        let patience = u64::try_from(patience.as_micros()).unwrap_or(u64::MAX);
        let until = self.now_us().saturating_add(patience);
        while !done(self) {
            let now = self.now_us();
            if now >= until {
                return Ok(Ended::InVain);
            }
            self.turn(until.min(now + LOOK_AGAIN_US))?;
        }
        Ok(Ended::Well)
    }

    /// A timer because epoll itself counts in milliseconds.
    fn set_timer(&mut self, until_us: u64) -> io::Result<()> {
        if self.rings_at_us == until_us {
            return Ok(());
        }
        self.rings_at_us = until_us;
        // Zero would switch the timer off.
        let wait = until_us.saturating_sub(self.now_us()).max(1);
        let wait = Duration::from_micros(wait);
        let it_value = Timespec::try_from(wait).map_err(io::Error::other)?;
        let new = Itimerspec {
            it_interval: Timespec::default(),
            it_value,
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &new)?;
        Ok(())
    }

    fn serve(&mut self, nth: usize, flags: EventFlags) {
        if flags.contains(EventFlags::OUT) {
            self.flush(nth);
        }
        if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR)
        {
            self.read(nth);
        }
    }

    /// Writes what can be written, and asks to be told when more can.
    fn flush(&mut self, nth: usize) {
        let client = &mut self.clients[nth];
        match client.stream.write(&client.unsent) {
            Ok(sent) => drop(client.unsent.drain(..sent)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => (),
            // Reading will say so too.
            Err(_) => client.unsent.clear(),
        }
        let was_stuck = client.is_stuck;
        client.is_stuck = !client.unsent.is_empty();
        if was_stuck != client.is_stuck {
            self.watch(nth);
        }
    }

    fn watch(&self, nth: usize) {
        let client = &self.clients[nth];
        let mut flags = EventFlags::IN;
        flags.set(EventFlags::OUT, client.is_stuck);
        let data = EventData::new_u64(nth as u64);
        // It fails when the client is not watched any more.
        let _ = epoll::modify(&self.epoll, &client.stream, data, flags);
    }

    fn read(&mut self, nth: usize) {
        let client = &mut self.clients[nth];
        let kept = client.partial.len();
        self.buffer[..kept].copy_from_slice(&client.partial);
        match client.stream.read(&mut self.buffer[kept..]) {
            Ok(0) => self.drop_out(nth),
            Ok(read) => self.hear(nth, kept + read),
            Err(error) if error.kind() == ErrorKind::WouldBlock => (),
            Err(_) => self.drop_out(nth),
        }
    }

    /// Hears the lines at the beginning of the buffer.
    fn hear(&mut self, nth: usize, filled: usize) {
        let now = self.now_us();
        self.heard_at_us = now;
        let buffer = std::mem::take(&mut self.buffer);
        let mut rest = &buffer[..filled];
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.hear_line(nth, &rest[..end], now);
            rest = &rest[end + 1..];
        }
        let partial = &mut self.clients[nth].partial;
        partial.clear();
        partial.extend_from_slice(rest);
        self.buffer = buffer;
    }

    fn hear_line(&mut self, nth: usize, line: &[u8], now: u64) {
        let client = &mut self.clients[nth];
        if client.standing == Standing::Arriving {
            match self.dialect.arrive(line) {
                Arrival::Waiting => (),
                Arrival::In => client.standing = Standing::Listening,
                Arrival::Says(next) => {
                    client.unsent.extend_from_slice(next);
                    self.flush(nth);
                }
                Arrival::Refused => client.was_refused = true,
            }
            return;
        }
        if let Some(stamp) = Stamp::read(line, self.text_bytes) {
            client.tally.hear(stamp);
            self.heard_in_all += 1;
            let late = now.saturating_sub(stamp.due_us);
            self.latency_us.saturating_record(late);
        }
    }
}

/// A connection that is on its way: a server that is slow to accept must not
/// hold up the other clients.
fn begin_to_connect(server: &SocketAddr) -> io::Result<TcpStream> {
    let socket = rustix::net::socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::NONBLOCK | SocketFlags::CLOEXEC,
        None,
    )?;
    sockopt::set_tcp_nodelay(&socket, true)?;
    match rustix::net::connect(&socket, server) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(TcpStream::from(socket)),
        Err(error) => Err(error.into()),
    }
}

/// How waiting for something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It came.
    Well,
    /// The time was over.
    InVain,
}

fn new_histogram() -> Histogram<u64> {
    // Three digits of every latency; the bounds are right by construction.
    Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)
        .expect("a histogram of one to sixty million")
}
