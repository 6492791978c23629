//! Step 1: a server that says back what it hears, to one client at a time.
//!
//! New: bind, accept, read, write.
//! Still wrong: whoever comes second waits until the first has left.
//! Run it: `make step N=1`, and `nc localhost 7007` in another terminal.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

/// How many bytes one read takes at most. Any number works, but 0.
const READ_BYTES_MAX: usize = 1024;

fn main() -> io::Result<()> {
    let port = env::var("PORT").unwrap_or_else(|_| "7007".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    println!("listening on {}", listener.local_addr()?);

    for stream in listener.incoming() {
        // One client's trouble must not end the server: no `?` here.
        if let Err(error) = stream.and_then(echo) {
            eprintln!("a client was lost: {error}");
        }
    }
    Ok(())
}

/// Sends back every byte, until the client closes its side.
fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; READ_BYTES_MAX];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..count])?;
    }
}
