//! Calling a server: all of its addresses, and the options of the socket. Must
//! not read or write anything on it.
//!
//! A host often has several addresses, and some of them lead nowhere. They
//! are called as RFC 8305 ("happy eyeballs") has it: of both kinds in turn,
//! the next one a moment after the last, without giving the earlier ones up;
//! whichever answers first is taken.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use chat_common::address::Address;
use rustix::net::sockopt;

/// How long one address may take to answer.
pub const CONNECT_WAIT_MAX: Duration = Duration::from_secs(5);

/// How long one address has before the next one is called too, as RFC 8305
/// recommends: most that answer do so sooner.
pub const NEXT_CALL_PAUSE: Duration = Duration::from_millis(250);

/// After this much silence the kernel asks whether the server is still there.
const KEEP_ALIVE_IDLE: Duration = Duration::from_secs(15);
/// How long it waits for each answer,
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// and how often it asks: a server that vanished is noticed in 30 seconds.
const KEEP_ALIVE_PROBES: u32 = 3;
/// The same limit for what was sent and never acknowledged, where keep-alive
/// does nothing.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_MS_MAX: u32 = 30_000;

/// Why there is no connection; a sentence that says what to do.
#[derive(Debug)]
pub struct ConnectError {
    address: Address,
    failure: Failure,
}

#[derive(Debug)]
enum Failure {
    /// The host has no address.
    Lookup(io::Error),
    /// None of its addresses answered; this is what the last one said.
    Connect(io::Error),
    /// This machine has no thread left to read with.
    Thread(io::Error),
}

impl ConnectError {
    /// There is a server, perhaps, but no thread to talk to it.
    pub fn no_thread(address: &Address, error: io::Error) -> Self {
        Self::new(address, Failure::Thread(error))
    }

    fn new(address: &Address, failure: Failure) -> Self {
        Self {
            address: address.clone(),
            failure,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, failure } = self;
        match failure {
            Failure::Lookup(error) => write!(
                f,
                "the host \"{}\" was not found ({error}); is it spelled \
                 right?",
                address.host
            ),
            Failure::Connect(error)
                if error.kind() == io::ErrorKind::ConnectionRefused =>
            {
                write!(
                    f,
                    "no server is running at {address}; start one with \
                     \"chat-server {address}\", or name another address"
                )
            }
            Failure::Connect(error) => write!(
                f,
                "the server at {address} cannot be reached ({error}); is \
                 the address right, and the network up?"
            ),
            Failure::Thread(error) => {
                write!(f, "no thread could be started ({error})")
            }
        }
    }
}

impl std::error::Error for ConnectError {}

/// Connects to the address of the host that answers first.
///
/// # Errors
/// No address answered within [`CONNECT_WAIT_MAX`], or there is none.
pub fn open(address: &Address) -> Result<TcpStream, ConnectError> {
    let fail = |failure| ConnectError::new(address, failure);
    let found = (address.host.as_str(), address.port)
        .to_socket_addrs()
        .map_err(|error| fail(Failure::Lookup(error)))?;
    call_all(in_turn(found)).map_err(fail)
}

/// The same addresses, of both kinds in turn; the system has put first what
/// it thinks best.
fn in_turn(found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let found: Vec<_> = found.collect();
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut others): (VecDeque<_>, VecDeque<_>) = found
        .into_iter()
        .partition(|it| it.is_ipv6() == first_is_v6);
    let mut turns = Vec::new();
    while !first.is_empty() || !others.is_empty() {
        turns.extend(first.pop_front());
        turns.extend(others.pop_front());
    }
    turns
}

/// Calls the addresses until one answers. Whoever answers later finds nobody
/// to take the connection, and it is closed.
fn call_all(addresses: Vec<SocketAddr>) -> Result<TcpStream, Failure> {
    let (sender, answers) = channel();
    let mut why = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut calls = 0;
    let mut next = addresses.into_iter();
    loop {
        let started = next.next().map(|it| start_call(it, sender.clone()));
        calls += match started {
            Some(started) => started.map(|()| 1).map_err(Failure::Thread)?,
            None if calls == 0 => return Err(Failure::Connect(why)),
            None => 0,
        };
        let wait = match next.len() {
            0 => CONNECT_WAIT_MAX + NEXT_CALL_PAUSE,
            _ => NEXT_CALL_PAUSE,
        };
        match answers.recv_timeout(wait) {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => {
                calls -= 1;
                why = more_telling(why, error);
            }
            Err(_) => (),
        }
    }
}

/// A thread that calls one address: the standard library has no other way to
/// wait for several.
fn start_call(
    address: SocketAddr,
    answers: Sender<io::Result<TcpStream>>,
) -> io::Result<()> {
    let thread = thread::Builder::new().name("call".to_owned());
    thread.spawn(move || {
        // An error means that another address has answered.
        let _ = answers.send(call(&address));
    })?;
    Ok(())
}

/// That a host is there and refuses says more than that one of its addresses
/// leads nowhere.
fn more_telling(before: io::Error, after: io::Error) -> io::Error {
    match before.kind() {
        io::ErrorKind::ConnectionRefused => before,
        _ => after,
    }
}

fn call(address: &SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(address, CONNECT_WAIT_MAX)?;
    set_options(&stream)?;
    Ok(stream)
}

/// A line leaves at once, and a server that vanished is noticed.
fn set_options(stream: &TcpStream) -> io::Result<()> {
    sockopt::set_tcp_nodelay(stream, true)?;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, KEEP_ALIVE_IDLE)?;
    sockopt::set_tcp_keepintvl(stream, KEEP_ALIVE_INTERVAL)?;
    sockopt::set_tcp_keepcnt(stream, KEEP_ALIVE_PROBES)?;
    #[cfg(target_os = "linux")]
    sockopt::set_tcp_user_timeout(stream, UNACKNOWLEDGED_MS_MAX)?;
    Ok(())
}

/// Takes the limit on unacknowledged bytes away. The kernel counts the time
/// a server takes nothing, although it answers, towards that limit: a room
/// that slows a large file down would be given up after 30 seconds.
pub fn be_patient(stream: &TcpStream) {
    // An error means that the connection is over already.
    #[cfg(target_os = "linux")]
    let _ = sockopt::set_tcp_user_timeout(stream, 0);
}

/// Brings that limit back; for when everything has been acknowledged.
pub fn be_impatient(stream: &TcpStream) {
    // The same.
    #[cfg(target_os = "linux")]
    let _ = sockopt::set_tcp_user_timeout(stream, UNACKNOWLEDGED_MS_MAX);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::time::Instant;

    fn local(port: u16) -> Address {
        Address {
            port,
            ..Address::default()
        }
    }

    #[test]
    fn a_vanished_server_is_noticed_in_30_seconds() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let stream = open(&local(port)).expect("a connection");
        assert_eq!(sockopt::tcp_nodelay(&stream), Ok(true));
        assert_eq!(sockopt::socket_keepalive(&stream), Ok(true));
        let idle = sockopt::tcp_keepidle(&stream).expect("an option");
        let interval = sockopt::tcp_keepintvl(&stream).expect("an option");
        let probes = sockopt::tcp_keepcnt(&stream).expect("an option");
        assert_eq!(idle + interval * probes, Duration::from_secs(30));
        #[cfg(target_os = "linux")]
        assert_eq!(sockopt::tcp_user_timeout(&stream), Ok(30_000));
        be_patient(&stream);
        #[cfg(target_os = "linux")]
        assert_eq!(sockopt::tcp_user_timeout(&stream), Ok(0));
        be_impatient(&stream);
        #[cfg(target_os = "linux")]
        assert_eq!(sockopt::tcp_user_timeout(&stream), Ok(30_000));
    }

    fn v4(last: u8) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, last], 1))
    }

    fn v6(last: u16) -> SocketAddr {
        SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, last], 1))
    }

    #[test]
    fn addresses_of_both_kinds_are_called_in_turn() {
        let found = [v6(1), v6(2), v6(3), v4(1), v4(2)];
        let turns = [v6(1), v4(1), v6(2), v4(2), v6(3)];
        assert_eq!(in_turn(found.into_iter()), turns);
        assert_eq!(in_turn([v4(1), v4(2)].into_iter()), [v4(1), v4(2)]);
        assert!(in_turn([].into_iter()).is_empty());
    }

    /// A listener that takes no more: whoever calls waits.
    fn full_listener() -> (rustix::fd::OwnedFd, SocketAddr, Vec<TcpStream>) {
        use rustix::net::{AddressFamily, SocketType, bind, listen, socket};
        let socket = socket(AddressFamily::INET, SocketType::STREAM, None)
            .expect("a socket");
        let any: SocketAddr = "127.0.0.1:0".parse().expect("an address");
        bind(&socket, &any).expect("a port");
        listen(&socket, 0).expect("a listener");
        let address = rustix::net::getsockname(&socket).expect("an address");
        let address = SocketAddr::try_from(address).expect("an address");
        let mut waiting = Vec::new();
        let short = Duration::from_millis(200);
        while let Ok(stream) = TcpStream::connect_timeout(&address, short) {
            waiting.push(stream);
        }
        (socket, address, waiting)
    }

    #[test]
    fn an_address_that_does_not_answer_holds_up_no_other() {
        let (_socket, silent, _waiting) = full_listener();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let answering = listener.local_addr().expect("an address");
        let begin = Instant::now();
        let stream = call_all(vec![silent, silent, v4(1), answering]);
        let stream = stream.expect("a connection");
        assert_eq!(stream.peer_addr().ok(), Some(answering));
        assert!(begin.elapsed() < CONNECT_WAIT_MAX, "one after the other");
    }

    #[test]
    fn a_refusal_says_more_than_silence() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let silent = || io::Error::from(io::ErrorKind::TimedOut);
        for (before, after) in [(refused(), silent()), (silent(), refused())] {
            let told = more_telling(before, after).kind();
            assert_eq!(told, io::ErrorKind::ConnectionRefused);
        }
        assert!(matches!(call_all(Vec::new()), Err(Failure::Connect(_))));
    }

    #[test]
    fn a_refused_call_says_what_to_do() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let error = open(&local(port)).expect_err("nobody listens");
        let said = error.to_string();
        assert!(said.contains(&format!("127.0.0.1:{port}")), "{said}");
        assert!(said.contains("start one"), "{said}");
    }

    #[test]
    fn a_host_that_is_not_found_is_named() {
        let address = Address {
            host: "no such host".to_owned(),
            port: 1,
        };
        let said = open(&address).expect_err("no host").to_string();
        assert!(said.contains("\"no such host\" was not found"), "{said}");
    }
}
