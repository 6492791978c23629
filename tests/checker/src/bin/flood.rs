//! A client that talks as fast as the server listens, for a few seconds. It
//! reads all it is sent, shows what the server itself has to say, and says
//! in the end how much it said.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{self, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use chat_checker::port::usual_address;
use chat_kit::text::cut_time;

/// How long it talks.
const FLOOD_MAX: Duration = Duration::from_secs(5);
/// How many names it has.
const NAMES: u32 = 10_000;
/// How long each line is: long enough to fill a buffer soon.
const LINE_CHARS: usize = 900;

fn main() -> ExitCode {
    match flood(usual_address()) {
        Ok(lines) => {
            println!("flood said {lines} lines");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the flood ended early: {error}");
            ExitCode::FAILURE
        }
    }
}

fn flood(to: SocketAddr) -> io::Result<usize> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    // A frozen room takes no line at all: then we give up as well.
    stream.set_write_timeout(Some(FLOOD_MAX))?;
    let reading = BufReader::new(stream.try_clone()?);
    thread::spawn(move || show_notices(reading));
    // The one before may not be out of the room yet: another name each time.
    let name = format!("flood{}\n", process::id() % NAMES);
    stream.write_all(name.as_bytes())?;
    println!("flood is in the room and talks for {FLOOD_MAX:?}");
    let line = "x".repeat(LINE_CHARS) + "\n";
    let started = Instant::now();
    let mut lines = 0;
    while started.elapsed() < FLOOD_MAX {
        stream.write_all(line.as_bytes())?;
        lines += 1;
    }
    Ok(lines)
}

/// Reads everything, and shows announcements.
fn show_notices(reading: BufReader<TcpStream>) {
    for line in reading.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if cut_time(&line).is_some_and(|told| told.starts_with("* ")) {
            println!("{line}");
        }
    }
}
