//! The street before the door: where a test's visitors come from. The door
//! is a [`Door`] for the listener, made of memory.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use chat_server::wire::Door;

use crate::memory::{Holds, MemoryWire, Terminal, connection};
use crate::sync::{Arc, Condvar, Mutex};
use crate::world::{self, Bytes};

/// Of so many calls of `accept`, one fails, in a world that is unkind.
const ACCEPTS: usize = 4;

/// Where visitors wait to be let in.
#[derive(Default)]
pub struct Street {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// What is closed unasked is reset: a wire that is dropped unread.
    wires: VecDeque<MemoryWire>,
    /// How many have come.
    visitors: u32,
    /// Nobody can connect any more.
    is_closed: bool,
}

impl Street {
    /// Connects to the server; `None` once the door is gone.
    pub fn connect(&self, holds: Holds) -> Option<Terminal> {
        let (terminal, wire) = connection(holds);
        let mut waiting = self.waiting.lock();
        if waiting.is_closed {
            return None;
        }
        waiting.wires.push_back(wire);
        drop(waiting);
        self.changed.notify_all();
        Some(terminal)
    }

    /// Wakes whoever waits in `accept`: a connection of its own.
    pub fn knock(&self) {
        let _ = self.connect(Holds::Everything);
    }
}

/// The door.
pub struct MemoryDoor(pub Arc<Street>);

impl Door for MemoryDoor {
    type Wire = MemoryWire;

    fn accept(&self) -> io::Result<(MemoryWire, SocketAddr)> {
        let mut waiting = self.0.waiting.lock();
        loop {
            let is_unkind = world::now().bytes == Bytes::InPieces;
            if is_unkind && world::one_in(ACCEPTS) {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            if let Some(wire) = waiting.wires.pop_front() {
                waiting.visitors += 1;
                // Each comes from an address of their own.
                let from = Ipv4Addr::from_bits(waiting.visitors);
                let from = IpAddr::V4(from);
                return Ok((wire, SocketAddr::new(from, 0)));
            }
            self.0.changed.wait(&mut waiting);
        }
    }
}

impl Drop for MemoryDoor {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock();
        waiting.is_closed = true;
        let turned_away = std::mem::take(&mut waiting.wires);
        drop(waiting);
        drop(turned_away);
    }
}
