//! Whether the other end of a socket has everything that was written to it.
//! Must not read or write on it. Without unsafe code, only `/proc` tells.

use std::fs;
use std::io;
use std::net::TcpStream;
use std::os::fd::AsFd as _;

use rustix::fs::fstat;

/// The tables of the kernel, one line for each socket.
const TABLES: [&str; 2] = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

/// The columns of `SENDING:RECEIVING`, in hexadecimal, and of the number
/// that tells one socket from all others.
const QUEUES_COLUMN: usize = 4;
const NUMBER_COLUMN: usize = 9;

/// How many bytes have been written and not been acknowledged.
///
/// # Errors
/// The tables do not say: there are none, or the socket is closed.
pub fn unacknowledged(stream: &TcpStream) -> io::Result<u64> {
    let number = fstat(stream.as_fd())?.st_ino.to_string();
    let tables = TABLES.iter().flat_map(fs::read_to_string);
    let mut found = tables.filter_map(|table| in_table(&table, &number));
    found.next().ok_or_else(|| io::ErrorKind::NotFound.into())
}

fn in_table(table: &str, number: &str) -> Option<u64> {
    table.lines().find_map(|line| {
        let columns: Vec<_> = line.split_ascii_whitespace().collect();
        if columns.get(NUMBER_COLUMN) != Some(&number) {
            return None;
        }
        let (sending, _) = columns.get(QUEUES_COLUMN)?.split_once(':')?;
        u64::from_str_radix(sending, 16).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::net::TcpListener;

    #[test]
    fn what_nobody_takes_is_counted() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut stream = TcpStream::connect(address).expect("a connection");
        let (peer, _) = listener.accept().expect("the client");
        assert_eq!(unacknowledged(&stream).ok(), Some(0));
        stream.set_nonblocking(true).expect("an option");
        while stream.write_all(&[0; 65_536]).is_ok() {}
        assert!(unacknowledged(&stream).expect("a table") > 0);
        drop(peer);
    }
}
