//! Any bytes in any pieces into a session, while Ada listens: what she hears
//! is always a line of the server, and nothing of a stranger who begins as
//! another protocol does; nor does who comes later. May not use a socket.
#![no_main]

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chat_common::events::ServerLine;
use chat_common::marks;
use chat_common::protocols::Opening;
use chat_server::clock::Clock;
use chat_server::config::Config;
use chat_server::crowd::Arrival;
use chat_server::errand::ClientId;
use chat_server::log::{Level, Log};
use chat_server::newcomers::Admission;
use chat_server::outbox::Outbox;
use chat_server::room::{Flow, Room};
use chat_server::scribe::scribe;
use chat_server::session;
use chat_server::wire::{Half, Sending, Wire};
use libfuzzer_sys::fuzz_target;

/// How other protocols begin: the first byte of an input picks one of them,
/// or none, to stand before the rest.
const OPENINGS: [&[u8]; 15] = [
    b"GET / HTTP/1.1\r\n",
    b"\r\nPOST /x HTTP/1.1\r\nCookie: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"OPTIONS sip:nm SIP/2.0\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"SSH-2.0-x\r\n",
    b"\x05\x01\x00",
    b"\x03\x00\x00\x13\x0e\xe0\x00\x00",
    b"\x10\x20\x00\x04MQTT\x04\x02",
    b"AMQP\x00\x00\x09\x01",
    b"*1\r\n$4\r\nPING\r\n",
    b"EHLO x\r\n",
    b"CAP LS 302\r\n",
    b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
    b"{\"jsonrpc\":\"2.0\"}\n",
];

/// A wire whose client has sent all it will, in pieces of a size, and which
/// takes everything and remembers it. Clones share what it took.
#[derive(Clone)]
struct Memory {
    typed: Vec<u8>,
    piece_bytes: usize,
    took: Arc<Mutex<Vec<u8>>>,
}

/// Reads what the client of a [`Memory`] has sent, a piece at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    piece_bytes: usize,
}

impl Memory {
    fn new(typed: Vec<u8>, piece_bytes: usize) -> Self {
        Self {
            typed,
            piece_bytes,
            took: Arc::default(),
        }
    }

    fn took(&self) -> String {
        let took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&took).into_owned()
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.piece_bytes.min(into.len());
        self.rest.by_ref().take(count as u64).read(into)
    }
}

impl Wire for Memory {
    type Reader<'a> = Pieces<'a>;

    fn reader(&self) -> Pieces<'_> {
        Pieces {
            rest: &self.typed,
            piece_bytes: self.piece_bytes,
        }
    }

    fn set_patience(&self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }

    fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        let took = self.took.lock();
        let mut took = took.unwrap_or_else(PoisonError::into_inner);
        took.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn send_all(&self, bytes: &[u8]) -> io::Result<()> {
        self.try_send(bytes).map(|_| ())
    }

    fn wait_for_end(&self, _: Duration) -> Sending {
        Sending::Ended
    }

    fn close(&self, _: Half) {}
}

fn is_foreign(bytes: &[u8]) -> bool {
    let mut opening = Opening::default();
    opening.look(bytes).or_else(|| opening.finish()).is_some()
}

/// What Ada hears of a stranger who sends this, and what is kept of it for
/// those who come later.
fn heard(typed: Vec<u8>, piece_bytes: usize) -> (String, String) {
    let config = Config::default();
    let (errands, _to_do) = crossbeam_channel::unbounded();
    let room = Room::new(&config, Clock::local(), errands, None);
    let (scribe, _desk) = scribe(1);
    let log = Log::new(Level::Trouble, Clock::local(), scribe);
    let outbox = |wire| Arc::new(Outbox::new(wire, config.backlog_bytes_max));
    let ada = Memory::new(Vec::new(), 1);
    assert_eq!(
        room.join(ClientId(1), Arrival::Named, &outbox(ada.clone())),
        Flow::Stay
    );
    let greeting = ada.took().len();
    let stranger = outbox(Memory::new(typed, piece_bytes));
    let admission = Admission {
        arrival: Arrival::Named,
        pace: None,
    };
    session::run(
        ClientId(2),
        stranger,
        "here",
        admission,
        &room,
        &config,
        &log,
    );
    let later = Memory::new(Vec::new(), 1);
    assert_eq!(
        room.join(ClientId(3), Arrival::Named, &outbox(later.clone())),
        Flow::Stay
    );
    (ada.took().split_off(greeting), later.took())
}

fuzz_target!(|input: &[u8]| {
    let [kind, piece_bytes, rest @ ..] = input else {
        return;
    };
    let opening = OPENINGS.get(usize::from(*kind)).copied();
    let typed = [opening.unwrap_or_default(), rest].concat();
    let strange = is_foreign(&typed);
    assert!(strange || opening.is_none(), "{}", typed.escape_ascii());
    let (heard, kept) = heard(typed, usize::from(*piece_bytes).max(1));
    if strange {
        assert_eq!(heard, "", "nothing of it is said");
        assert!(!kept.contains("(earlier)"), "nothing of it is kept");
    }
    for line in heard.lines().chain(kept.lines()) {
        assert!(!line.contains(marks::is_unsafe), "{line:?}");
    }
    for line in heard.lines() {
        assert!(ServerLine::parse(line).is_some(), "{line:?}");
    }
});
