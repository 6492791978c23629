//! What the kernel says about TCP connections of this machine. May not open
//! one.

use std::fs;
use std::net::SocketAddr;

/// How many bytes wait at one end of an IPv4 connection for the program
/// there to read them; `None` when there is no such connection.
///
/// # Panics
/// When `/proc/net/tcp` is not what it is on every Linux.
pub fn unread_bytes(at: SocketAddr, from: SocketAddr) -> Option<usize> {
    let table = fs::read_to_string("/proc/net/tcp").expect("/proc/net/tcp");
    let (at, from) = (shown(at), shown(from));
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        if fields.get(1..3)? != [at.as_str(), from.as_str()] {
            return None;
        }
        let (_, unread) = fields.get(4)?.split_once(':')?;
        usize::from_str_radix(unread, 16).ok()
    })
}

/// An address as the kernel writes it: hexadecimal, in the byte order of
/// the machine.
fn shown(address: SocketAddr) -> String {
    let SocketAddr::V4(address) = address else {
        panic!("{address} is not in the table of IPv4");
    };
    let ip = u32::from_ne_bytes(address.ip().octets());
    format!("{ip:08X}:{:04X}", address.port())
}
