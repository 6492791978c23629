//! A port for one program under test: free, and promised to nobody else.

use std::env;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::ops::Range;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// Ports below those that systems give to whoever connects: a port of that
/// kind could be taken before the program under test listens on it.
const PORTS: Range<u16> = 20_000..32_000;
/// How far apart two of our processes begin, by their numbers.
const PROCESS_STRIDE: u32 = 131;

/// Where the programs of the book are, unless `PORT` says otherwise.
const PORT_OF_THE_BOOK: u16 = 7007;

/// Where the program is that somebody runs by hand.
pub fn usual_address() -> SocketAddr {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok());
    let port = port.unwrap_or(PORT_OF_THE_BOOK);
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// A port that is ours until this is dropped.
#[derive(Debug)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// Between the choice of a port and the moment at which the program
    /// listens, the port is free to all. So whoever has the UDP port of the
    /// same number has the promise of it: another checker looks there, too.
    _promise: UdpSocket,
}

impl Port {
    /// A port nobody listens on at the moment, and another one each time.
    ///
    /// # Errors
    /// When all of them are taken.
    pub fn free() -> std::io::Result<Self> {
        static GIVEN: AtomicU32 = AtomicU32::new(0);
        let first = process::id().wrapping_mul(PROCESS_STRIDE);
        let mut taken = std::io::Error::other("no port is free");
        for _ in PORTS {
            let nth = first.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
            let nth = nth % u32::from(PORTS.end - PORTS.start);
            let number = PORTS.start + u16::try_from(nth).unwrap_or_default();
            match Self::promised(number) {
                Ok(port) => return Ok(port),
                Err(error) => taken = error,
            }
        }
        Err(taken)
    }

    fn promised(number: u16) -> std::io::Result<Self> {
        let address = (Ipv4Addr::LOCALHOST, number);
        let promise = UdpSocket::bind(address)?;
        // Not found out by listening there: whatever another thread starts at
        // that moment has a copy of the listener, until it becomes the program
        // it is to be, and lets somebody in who is lost then.
        match TcpStream::connect(address) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                Ok(Self {
                    number,
                    _promise: promise,
                })
            }
            _ => Err(ErrorKind::AddrInUse.into()),
        }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn no_port_is_given_while_somebody_has_it_or_listens() {
        let port = Port::free().expect("a free port");
        assert!(Port::promised(port.number).is_err());
        let number = port.number;
        drop(port);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number));
        let _listener = listener.expect("the port is free again");
        assert!(Port::promised(number).is_err());
    }

    #[test]
    fn each_port_is_another_one() {
        let first = Port::free().expect("a free port").number;
        let second = Port::free().expect("a free port").number;
        assert_ne!(first, second);
    }
}
