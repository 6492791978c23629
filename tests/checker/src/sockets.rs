//! The table of TCP sockets, as `/proc` shows it to a process.

use std::collections::HashMap;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// The state of a socket that listens, as the table writes it.
const LISTENING: &str = "0A";

/// What a socket is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Connections come in through it.
    Listener,
    /// It is an end of one.
    Connection,
}

/// One row of `/proc/net/tcp`.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    /// Where it is on this side.
    pub local: SocketAddr,
    /// Who is at the other end.
    pub remote: SocketAddr,
    /// What it is there for.
    pub role: Role,
    /// Bytes that were written and not yet taken by the other side.
    pub queued: u64,
    /// Bytes that came and were not yet read.
    pub unread: u64,
}

/// Every socket, by what a descriptor of it is a link to.
pub fn sockets(process: &Path) -> HashMap<String, Socket> {
    let mut sockets = HashMap::new();
    for table in ["net/tcp", "net/tcp6"] {
        let rows = fs::read_to_string(process.join(table));
        let rows = rows.unwrap_or_default();
        sockets.extend(rows.lines().skip(1).filter_map(socket));
    }
    sockets
}

fn socket(row: &str) -> Option<(String, Socket)> {
    let fields: Vec<&str> = row.split_whitespace().collect();
    let (queued, unread) = fields.get(4)?.split_once(':')?;
    Some((
        format!("socket:[{}]", fields.get(9)?),
        Socket {
            local: address(fields.get(1)?)?,
            role: match *fields.get(3)? {
                LISTENING => Role::Listener,
                _ => Role::Connection,
            },
            remote: address(fields.get(2)?)?,
            queued: u64::from_str_radix(queued, 16).ok()?,
            unread: u64::from_str_radix(unread, 16).ok()?,
        },
    ))
}

/// An address as the table writes it. That of an IPv4 client of an IPv6
/// socket is an IPv4 address.
fn address(field: &str) -> Option<SocketAddr> {
    let (host, port) = field.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    // The kernel prints addresses as words in the byte order of the machine.
    let mut bytes = Vec::new();
    for nth in (0..host.len()).step_by(8) {
        let word = u32::from_str_radix(host.get(nth..nth + 8)?, 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    let host = match <[u8; 4]>::try_from(&bytes[..]) {
        Ok(v4) => IpAddr::from(v4),
        Err(_) => IpAddr::from(<[u8; 16]>::try_from(&bytes[..]).ok()?),
    };
    Some(SocketAddr::new(host.to_canonical(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_the_kernel_writes_them() {
        let read = |field| address(field).map(|address| address.to_string());
        let v4 = format!("{:08X}:1B5F", u32::from_ne_bytes([127, 0, 0, 1]));
        assert_eq!(read(&v4), Some("127.0.0.1:7007".to_owned()));
        let last = u32::from_ne_bytes([0, 0, 0, 1]);
        let v6 = format!("{:024X}{last:08X}:1B5F", 0);
        assert_eq!(read(&v6), Some("[::1]:7007".to_owned()));
        let mapped = u32::from_ne_bytes([0, 0, 0xff, 0xff]);
        let mapped = format!("{:016X}{mapped:08X}{v4}", 0);
        assert_eq!(read(&mapped), Some("127.0.0.1:7007".to_owned()));
        assert_eq!(read("0100:1B5F"), None);
        assert_eq!(read("nonsense"), None);
    }
}
