//! Calling a server: its addresses, one after the other, and the options of
//! the socket. May not read or write anything on it.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use chat_common::address::Address;
use rustix::net::sockopt;

/// How long one address may take to answer.
pub const CONNECT_WAIT_MAX: Duration = Duration::from_secs(5);

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

/// Connects to the first address of the host that answers.
///
/// # Errors
/// No address answered within [`CONNECT_WAIT_MAX`], or there is none.
pub fn open(address: &Address) -> Result<TcpStream, ConnectError> {
    let fail = |failure| ConnectError::new(address, failure);
    let found = (address.host.as_str(), address.port)
        .to_socket_addrs()
        .map_err(|error| fail(Failure::Lookup(error)))?;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for socket_address in found {
        match call(&socket_address) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(fail(Failure::Connect(last)))
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
