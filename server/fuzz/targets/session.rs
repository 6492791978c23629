//! Any bytes in any pieces into a session, while Ada listens: what she hears
//! is always a line of the server, and nothing of a stranger who begins as
//! another protocol does; nor does who comes later. Must not use a socket.
//!
//! The server's files are compiled once more, with connections made of memory
//! in the place of `net::connection`.
#![no_main]
// Some of the server is not used here.
#![allow(dead_code)]

mod net;

use chat_server::{config, limits, logging, platform};

#[path = "../../src/room/mod.rs"]
mod room;
#[path = "../../src/session/mod.rs"]
mod session;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use chat_common::events::ServerLine;
use chat_common::marks;
use chat_common::protocols::Opening;
use libfuzzer_sys::fuzz_target;

use crate::config::Config;
use crate::limits::newcomers::Arrival;
use crate::logging::background_writer::background_writer;
use crate::logging::log::{Level, Log};
use crate::net::connection::Connection;
use crate::net::outbox::Outbox;
use crate::platform::clock::Clock;
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::writer::Newcomer;
use crate::session::Server;

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

fn is_foreign(bytes: &[u8]) -> bool {
    let mut opening = Opening::default();
    opening.look(bytes).or_else(|| opening.finish()).is_some()
}

fn newcomer(id: u64, connection: &Connection, config: &Config) -> Newcomer {
    let outbox = Outbox::new(connection.clone(), config.backlog_bytes_max);
    Newcomer {
        id: ClientId(id),
        from: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
        arrival: Arrival::Named,
        outbox: Arc::new(outbox),
    }
}

/// What Ada hears of a stranger who sends this, and what is kept of it for
/// those who come later.
fn heard(typed: Vec<u8>, piece_bytes: usize) -> (String, String) {
    let config = &Config::default();
    let (jobs, _to_do) = crossbeam_channel::unbounded();
    let (writer, _thread) = background_writer(1);
    let log = &Log::new(Level::Trouble, Clock::local(), writer);
    let room = &Room::new(config, log.clone(), jobs, None);
    let [ada, later] = [(); 2].map(|()| Connection::new(Vec::new(), 1));
    assert_eq!(room.join(&newcomer(1, &ada, config)), Ok(()));
    let greeting = ada.took().len();
    let stranger = Connection::new(typed, piece_bytes);
    let server = Server { room, config, log };
    session::run(&newcomer(2, &stranger, config), None, server);
    assert_eq!(room.join(&newcomer(3, &later, config)), Ok(()));
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
