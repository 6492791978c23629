//! Any bytes in any pieces into a session, while Ada listens: what she hears
//! is always a line of the server, and nothing of a stranger who begins as
//! another protocol does; nor does who comes later. Must not use a network.
#![no_main]

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use chat_common::events::ServerLine;
use chat_common::marks;
use chat_common::names::Name;
use chat_common::protocols::Opening;
use chat_server::config::Config;
use chat_server::limits::newcomers::Arrival;
use chat_server::logging::background_writer::background_writer;
use chat_server::logging::log::{Level, Log};
use chat_server::net::connection::Connection;
use chat_server::net::outbox::Outbox;
use chat_server::platform::clock::Clock;
use chat_server::room::Room;
use chat_server::room::client_id::ClientId;
use chat_server::room::record::Record;
use chat_server::room::writer::Newcomer;
use chat_server::session::{self, Server};
use libfuzzer_sys::fuzz_target;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

/// How many pieces a stranger sends at most: all of them wait in the socket
/// before the session reads the first.
const PIECES_MAX: usize = 100;

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

/// Both ends of a connection within this process. One read brings what one
/// send sent, so the server sees the pieces as they were cut.
struct Ends {
    newcomer: Newcomer,
    client: TcpStream,
}

fn connect(id: u64, config: &Config) -> io::Result<Ends> {
    let (family, kind) = (AddressFamily::UNIX, SocketType::SEQPACKET);
    let (ours, theirs) = socketpair(family, kind, SocketFlags::CLOEXEC, None)?;
    let stream = |end: OwnedFd| TcpStream::from(end);
    let connection = Connection::new(stream(ours));
    let outbox = Outbox::new(connection, config.backlog_bytes_max);
    let newcomer = Newcomer {
        id: ClientId(id),
        from: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
        guest: Arc::new(Name::guest(id)),
        arrival: Arrival::Named,
        outbox: Arc::new(outbox),
    };
    let client = stream(theirs);
    client.set_nonblocking(true)?;
    Ok(Ends { newcomer, client })
}

/// All that has come so far.
fn read_all(client: &mut TcpStream) -> String {
    let (mut heard, mut piece) = (Vec::new(), vec![0; 1 << 16]);
    while let Ok(count @ 1..) = client.read(&mut piece) {
        heard.extend_from_slice(&piece[..count]);
    }
    String::from_utf8_lossy(&heard).into_owned()
}

fn is_foreign(bytes: &[u8]) -> bool {
    let mut opening = Opening::default();
    opening.look(bytes).or_else(|| opening.finish()).is_some()
}

/// What Ada hears of a stranger who sends this, and what somebody is told who
/// comes later.
fn heard(typed: &[u8], piece_bytes: usize) -> io::Result<(String, String)> {
    let config = Config {
        rate: None,
        ..Config::default()
    };
    let (jobs, _to_do) = crossbeam_channel::unbounded();
    let (writer, _never_written) = background_writer(1);
    let log = Log::new(Level::Trouble, Clock::local(), writer);
    let room = Room::new(&config, log.clone(), jobs, Record::default());
    let mut ada = connect(1, &config)?;
    assert!(room.join(&ada.newcomer).is_ok());
    read_all(&mut ada.client);

    let mut stranger = connect(2, &config)?;
    for piece in typed.chunks(piece_bytes) {
        stranger.client.write_all(piece)?;
    }
    stranger.client.shutdown(std::net::Shutdown::Write)?;
    let server = Server {
        room: &room,
        config: &config,
        log: &log,
        past: None,
    };
    session::run(&stranger.newcomer, None, server);

    let mut later = connect(3, &config)?;
    assert!(room.join(&later.newcomer).is_ok());
    Ok((read_all(&mut ada.client), read_all(&mut later.client)))
}

fuzz_target!(|input: &[u8]| {
    let [kind, piece_bytes, rest @ ..] = input else {
        return;
    };
    let opening = OPENINGS.get(usize::from(*kind)).copied();
    let typed = [opening.unwrap_or_default(), rest].concat();
    let strange = is_foreign(&typed);
    assert!(strange || opening.is_none(), "{}", typed.escape_ascii());
    let piece_bytes =
        usize::from(*piece_bytes).max(typed.len().div_ceil(PIECES_MAX).max(1));
    let (heard, kept) = heard(&typed, piece_bytes).expect("sockets");
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
