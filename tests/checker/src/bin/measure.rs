//! `measure CLIENTS LINES_PER_SECOND COMMAND`: what a room costs. Starts the
//! server, lets one person talk at that rate while all others listen, and
//! says how much time and memory the server took. Judges nothing.

use std::env;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chat_checker::holding::{Holding, holding};
use chat_checker::port::Port;
use chat_checker::program::Program;
use chat_checker::{PATIENCE_MAX, START_MAX};

const USAGE: &str = "usage: measure CLIENTS LINES_PER_SECOND COMMAND, where \
                     COMMAND starts a server: make measure CMD='COMMAND'";
/// How long the talk lasts.
const TALK: Duration = Duration::from_secs(5);
/// A room in which nothing was heard for so long has settled after all came.
const SETTLED: Duration = Duration::from_millis(1500);
/// A line is 64 bytes with its end.
const TEXT: &str =
    "measure: 0123456789 0123456789 0123456789 0123456789 0123456789\n";
/// What every line ends with, to count those that came.
const LINE_END: u8 = b'\n';
/// The kernel's ticks in a second, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// Small stacks, for a thousand listeners in this program.
const STACK_BYTES: usize = 128 << 10;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [clients, rate, command] = arguments.as_slice() else {
        return Err(USAGE.to_owned());
    };
    if command.is_empty() {
        return Err(USAGE.to_owned());
    }
    let clients: usize = clients.parse().map_err(|_| USAGE)?;
    let rate: f64 = rate.parse().map_err(|_| USAGE)?;
    let port = Port::free().map_err(|error| error.to_string())?;
    let program = Program::start(command, port.number)
        .map_err(|error| format!("{command}: {error}"))?;
    let to = port.address();
    wait_for(to)?;
    let empty = look(&program)?;
    room(to, clients, rate, &program, empty)
        .map_err(|error| format!("the room failed: {error}"))
}

fn wait_for(to: SocketAddr) -> Result<(), String> {
    let deadline = Instant::now() + START_MAX;
    while TcpStream::connect(to).is_err() {
        if Instant::now() > deadline {
            return Err("nobody listens".to_owned());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn look(program: &Program) -> Result<Holding, String> {
    holding(program.group()).ok_or_else(|| "there is no /proc".to_owned())
}

fn room(
    to: SocketAddr,
    clients: usize,
    rate: f64,
    program: &Program,
    empty: Holding,
) -> Result<(), String> {
    let heard = AtomicUsize::new(0);
    let say = |error: std::io::Error| error.to_string();
    thread::scope(|scope| {
        let mut sockets = Vec::new();
        for nth in 0..clients {
            let stream = enter(to, nth).map_err(say)?;
            let reading = stream.try_clone().map_err(say)?;
            let heard = &heard;
            thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, move || count(reading, heard))
                .map_err(say)?;
            sockets.push(stream);
        }
        settle(&heard);
        let before = look(program)?;
        let start = heard.load(Ordering::Relaxed);
        let said = talk(&mut sockets[0], rate).map_err(say)?;
        let all = said * (clients - 1);
        wait_until(&heard, start + all);
        let after = look(program)?;
        let delivered = heard.load(Ordering::Relaxed) - start;
        report(clients, delivered, all, empty, before, after);
        for socket in &sockets {
            // The listeners wake and end.
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
        Ok(())
    })
}

fn enter(to: SocketAddr, nth: usize) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(PATIENCE_MAX))?;
    stream.write_all(format!("p{nth}\n").as_bytes())?;
    Ok(stream)
}

fn count(mut reading: TcpStream, heard: &AtomicUsize) {
    let mut buffer = [0; 16384];
    while let Ok(count @ 1..) = reading.read(&mut buffer) {
        let bytes = buffer[..count].iter();
        let lines = bytes.filter(|byte| **byte == LINE_END).count();
        heard.fetch_add(lines, Ordering::Relaxed);
    }
}

/// Waits until all have heard of each other's coming.
fn settle(heard: &AtomicUsize) {
    let mut before = usize::MAX;
    while before != heard.load(Ordering::Relaxed) {
        before = heard.load(Ordering::Relaxed);
        thread::sleep(SETTLED);
    }
}

/// Talks at a steady rate and returns how many lines were said.
fn talk(author: &mut TcpStream, rate: f64) -> std::io::Result<usize> {
    let started = Instant::now();
    let mut said = 0_u32;
    while started.elapsed() < TALK {
        author.write_all(TEXT.as_bytes())?;
        said += 1;
        let due = started + Duration::from_secs_f64(f64::from(said) / rate);
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(said as usize)
}

fn wait_until(heard: &AtomicUsize, count: usize) {
    let deadline = Instant::now() + PATIENCE_MAX;
    while heard.load(Ordering::Relaxed) < count && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
}

fn report(
    clients: usize,
    delivered: usize,
    all: usize,
    empty: Holding,
    before: Holding,
    after: Holding,
) {
    let ticks = after.ticks - before.ticks;
    let seconds = ticks as f64 / TICKS_PER_SECOND;
    let each = seconds * 1e6 / delivered.max(1) as f64;
    let kib = before.resident_kib.saturating_sub(empty.resident_kib);
    println!(
        "{clients} clients, {delivered} of {all} lines delivered: {each:.1} µs \
         of CPU each; {} threads; {:.0} KiB a client",
        before.threads,
        kib as f64 / clients as f64
    );
}
