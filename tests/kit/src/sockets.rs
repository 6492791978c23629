//! What the kernel says about TCP connections of this machine. Must not open
//! one.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

/// How the kernel numbers the timer of a keep-alive.
const KEEP_ALIVE: &str = "02";

/// How many ticks a second the kernel tells times in.
const TICKS_PER_SECOND: u64 = 100;

/// How many bytes wait at one end of an IPv4 connection for the program
/// there to read them; `None` when there is no such connection.
pub fn unread_bytes(at: SocketAddr, from: SocketAddr) -> Option<usize> {
    let queues = field(at, from, 4)?;
    let (_, unread) = queues.split_once(':')?;
    usize::from_str_radix(unread, 16).ok()
}

/// In how long the kernel asks whether the other end of an IPv4 connection
/// is still there; `None` when it does not, or is busy with something else.
pub fn keep_alive_in(at: SocketAddr, from: SocketAddr) -> Option<Duration> {
    let timer = field(at, from, 5)?;
    let (kind, ticks) = timer.split_once(':')?;
    let ticks = u64::from_str_radix(ticks, 16).ok()?;
    let time = Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND);
    (kind == KEEP_ALIVE).then_some(time)
}

/// A field of what the kernel tells about one end of a connection.
fn field(at: SocketAddr, from: SocketAddr, nth: usize) -> Option<String> {
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let ends = [shown(at), shown(from)];
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let found = fields.get(1..3)? == ends.each_ref().map(String::as_str);
        found.then(|| fields.get(nth).map(ToString::to_string))?
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
