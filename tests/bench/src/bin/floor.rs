//! The least a chat server can be, to compare with: one thread, epoll, and
//! everyone's lines sent on in as few writes as possible. It sends the very
//! bytes that the real server sends and does nothing else: no names, no
//! history, no commands, no look at what a line contains.
//!
//! A client that is a mebibyte behind is cut off, or one that never reads
//! would take all memory.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::event::epoll::{self, EventData, EventFlags};

/// What one read may bring.
const READ_BYTES: usize = 64 * 1024;
/// How far behind a client may be.
const BACKLOG_BYTES_MAX: usize = 1 << 20;
/// How many clients one turn serves.
const EVENTS_MAX: usize = 256;
/// How many connections may wait for `accept`.
const WAITING_MAX: i32 = 4096;
/// What the listener is called among the clients.
const LISTENER: u64 = u64::MAX;

/// One client.
struct Client {
    stream: TcpStream,
    name: String,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
    /// What the socket has not taken yet.
    unsent: Vec<u8>,
    /// What it said in this turn; everyone else is sent it at the end.
    said: std::ops::Range<usize>,
}

/// Everything there is.
struct Floor {
    epoll: OwnedFd,
    listener: TcpListener,
    /// By descriptor number; a place is used again.
    clients: Vec<Option<Client>>,
    /// What all clients said in this turn, as it is sent.
    said: Vec<u8>,
    buffer: Vec<u8>,
}

fn main() -> io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let port = port.ok_or_else(|| io::Error::other("usage: floor PORT"))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    rustix::net::listen(&listener, WAITING_MAX)?;
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(
        &epoll,
        &listener,
        EventData::new_u64(LISTENER),
        EventFlags::IN,
    )?;
    let mut floor = Floor {
        epoll,
        listener,
        clients: Vec::new(),
        said: Vec::new(),
        buffer: vec![0; READ_BYTES],
    };
    loop {
        floor.turn()?;
    }
}

impl Floor {
    fn turn(&mut self) -> io::Result<()> {
        let mut events = Vec::with_capacity(EVENTS_MAX);
        let spare = rustix::buffer::spare_capacity(&mut events);
        epoll::wait(&self.epoll, spare, None)?;
        let prefix = format!("[{}] ", time());
        let mut speakers = Vec::new();
        for event in events {
            let (data, flags) = (event.data, event.flags);
            if data.u64() == LISTENER {
                self.let_in();
                continue;
            }
            let nth = usize::try_from(data.u64()).unwrap_or(0);
            if flags.contains(EventFlags::OUT) {
                self.flush(nth);
            }
            if flags.intersects(!EventFlags::OUT) {
                self.listen(nth, &prefix);
                speakers.push(nth);
            }
        }
        self.send_on(&speakers);
        Ok(())
    }

    fn let_in(&mut self) {
        while let Ok((stream, _)) = self.listener.accept() {
            let place = self.clients.iter().position(Option::is_none);
            let nth = place.unwrap_or(self.clients.len());
            if place.is_none() {
                self.clients.push(None);
            }
            let data = EventData::new_u64(nth as u64);
            let watched =
                epoll::add(&self.epoll, &stream, data, EventFlags::IN);
            if watched.is_err() || prepare(&stream).is_err() {
                continue;
            }
            let name = format!("guest-{}", nth + 1);
            let hello = format!("* you are {name}\n");
            self.clients[nth] = Some(Client {
                stream,
                name,
                partial: Vec::new(),
                unsent: Vec::new(),
                said: 0..0,
            });
            self.send(nth, hello.as_bytes());
        }
    }

    /// Reads what one client says, and adds it to what is sent on.
    fn listen(&mut self, nth: usize, prefix: &str) {
        let Some(client) = &mut self.clients[nth] else {
            return;
        };
        client.said = self.said.len()..self.said.len();
        let read = match client.stream.read(&mut self.buffer) {
            Ok(read @ 1..) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            _ => {
                self.clients[nth] = None;
                return;
            }
        };
        let mut rest = &self.buffer[..read];
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, later) = rest.split_at(end + 1);
            self.said.extend_from_slice(prefix.as_bytes());
            self.said.extend_from_slice(client.name.as_bytes());
            self.said.extend_from_slice(b": ");
            self.said.append(&mut client.partial);
            self.said.extend_from_slice(line);
            rest = later;
        }
        client.partial.extend_from_slice(rest);
        client.said.end = self.said.len();
    }

    /// Sends everyone what the others said, in at most two writes.
    fn send_on(&mut self, speakers: &[usize]) {
        let said = std::mem::take(&mut self.said);
        for nth in 0..self.clients.len() {
            let Some(client) = &self.clients[nth] else {
                continue;
            };
            let own = client.said.clone();
            self.send(nth, &said[..own.start]);
            self.send(nth, &said[own.end..]);
        }
        for speaker in speakers {
            if let Some(client) = &mut self.clients[*speaker] {
                client.said = 0..0;
            }
        }
        self.said = said;
        self.said.clear();
    }

    /// Sends this, or keeps what does not go at once.
    fn send(&mut self, nth: usize, bytes: &[u8]) {
        let Some(client) = &mut self.clients[nth] else {
            return;
        };
        let was_stuck = !client.unsent.is_empty();
        let mut sent = 0;
        if !was_stuck && !bytes.is_empty() {
            sent = client.stream.write(bytes).unwrap_or(0);
        }
        client.unsent.extend_from_slice(&bytes[sent..]);
        if client.unsent.len() > BACKLOG_BYTES_MAX {
            self.clients[nth] = None;
        } else if !was_stuck && !client.unsent.is_empty() {
            self.watch(nth, EventFlags::IN | EventFlags::OUT);
        }
    }

    /// Sends what was kept, as much as goes.
    fn flush(&mut self, nth: usize) {
        let Some(client) = &mut self.clients[nth] else {
            return;
        };
        let sent = client.stream.write(&client.unsent).unwrap_or(0);
        client.unsent.drain(..sent);
        if client.unsent.is_empty() {
            self.watch(nth, EventFlags::IN);
        }
    }

    fn watch(&self, nth: usize, flags: EventFlags) {
        if let Some(client) = &self.clients[nth] {
            let data = EventData::new_u64(nth as u64);
            // It fails when the connection is over: reading will say so.
            let _ = epoll::modify(&self.epoll, &client.stream, data, flags);
        }
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    stream.set_nodelay(true)
}

/// The time of day in Greenwich, as `14:03:07`.
fn time() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let second = since.map_or(0, |since| since.as_secs()) % 86_400;
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{hour:02}:{minute:02}:{:02}", second % 60)
}
