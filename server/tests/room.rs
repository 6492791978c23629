//! The room over a wire made of memory, for what cannot be seen from outside:
//! how much one hold of the lock adds to an outbox, no more and no less.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chat_common::lines::Line;
use chat_server::clock::Clock;
use chat_server::config::{BACKLOG_BYTES_MAX_LEAST, Config};
use chat_server::crowd::Arrival;
use chat_server::errand::ClientId;
use chat_server::log::{Level, Log};
use chat_server::newcomers::Admission;
use chat_server::outbox::Outbox;
use chat_server::room::{Flow, Room};
use chat_server::scribe::scribe;
use chat_server::session;
use chat_server::wire::{Half, Sending, Wire};
use chat_server::wording::Manner;

/// A wire that takes everything and remembers each piece. Clones share it.
#[derive(Clone, Default)]
struct Memory {
    pieces: Arc<Mutex<Vec<String>>>,
    /// What the client has sent: all of it is there to be read.
    typed: Vec<u8>,
}

impl Memory {
    fn pieces(&self) -> Vec<String> {
        let pieces = self.pieces.lock();
        pieces.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Wire for Memory {
    type Reader<'a> = &'a [u8];

    fn reader(&self) -> &[u8] {
        &self.typed
    }

    fn set_patience(&self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }

    fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        let piece = String::from_utf8_lossy(bytes).into_owned();
        let pieces = self.pieces.lock();
        pieces.unwrap_or_else(PoisonError::into_inner).push(piece);
        Ok(bytes.len())
    }

    fn send_all(&self, bytes: &[u8]) -> io::Result<()> {
        self.try_send(bytes).map(|_| ())
    }

    fn wait_for_end(&self, _: Duration) -> Sending {
        Sending::Open
    }

    fn close(&self, _: Half) {}
}

#[test]
fn what_arrives_at_once_is_said_in_pieces_of_a_quarter_of_the_backlog() {
    let config = Config {
        backlog_bytes_max: BACKLOG_BYTES_MAX_LEAST,
        ..Config::default()
    };
    let (errands, _to_do) = crossbeam_channel::unbounded();
    let room = Room::new(&config, Clock::local(), errands, None);
    let ada = Memory::default();
    let bob = ClientId(2);
    for (id, wire) in [(ClientId(1), ada.clone()), (bob, Memory::default())] {
        let outbox = Arc::new(Outbox::new(wire, config.backlog_bytes_max));
        assert_eq!(room.join(id, Arrival::Named, &outbox), Flow::Stay);
    }

    let lines: Vec<Line> = (0..10_000)
        .map(|nth: u32| Line::new(&nth.to_string()))
        .collect();
    let _ = room.say(bob, Manner::Saying, &lines);

    let pieces = ada.pieces();
    let largest = pieces.iter().map(String::len).max();
    assert!(largest <= Some(BACKLOG_BYTES_MAX_LEAST / 4), "{largest:?}");
    let heard: Vec<String> = pieces
        .concat()
        .lines()
        .filter_map(|line| line.split_once("guest-2: "))
        .map(|(_, text)| text.to_owned())
        .collect();
    let said: Vec<&str> = lines.iter().map(Line::as_str).collect();
    assert_eq!(heard, said);
}

#[test]
fn what_one_client_sends_at_once_is_said_together() {
    const LINES: usize = 10_000;
    let config = Config::default();
    let (errands, _to_do) = crossbeam_channel::unbounded();
    let room = Room::new(&config, Clock::local(), errands, None);
    let outbox = |wire| Arc::new(Outbox::new(wire, config.backlog_bytes_max));
    let ada = Memory::default();
    assert_eq!(
        room.join(ClientId(1), Arrival::Named, &outbox(ada.clone())),
        Flow::Stay
    );

    let bob = outbox(Memory {
        typed: b"y\n".repeat(LINES),
        ..Memory::default()
    });
    let (scribe, _desk) = scribe(1);
    let log = Log::new(Level::Trouble, Clock::local(), scribe);
    let admission = Admission {
        arrival: Arrival::Named,
        pace: None,
    };
    session::run(ClientId(2), bob, "here", admission, &room, &config, &log);

    let mut pieces = ada.pieces();
    pieces.retain(|piece| piece.contains("guest-2: y"));
    assert_eq!(pieces.len(), 1, "a piece is a hold of the lock and a send");
    assert_eq!(pieces.concat().lines().count(), LINES);
}
