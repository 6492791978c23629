//! People who come, talk, freeze, flood, change their names and leave in all
//! the ways there are. What they do depends on a seed alone; when it happens
//! depends on the machine.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt;

use super::ledger::{self, Ledger, Manners};

/// Few, so that people want the same.
const NAMES: [&str; 24] = [
    "ada", "bob", "cleo", "dan", "eve", "finn", "gil", "hana", "ivo", "jo",
    "kai", "lea", "mia", "noa", "olga", "pia", "quin", "rosa", "sam", "tom",
    "uma", "vera", "wim", "zoe",
];

/// How long a visitor waits for anything that must come.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long somebody who reads nothing waits to be shown out.
const FREEZE_MAX: Duration = Duration::from_secs(15);
/// Lines of a flood.
const FLOOD_LINES: std::ops::Range<u64> = 50..400;
/// Between two stays in the same place, in milliseconds.
const ABSENCE_MS: std::ops::Range<u64> = 100..1500;
/// Between two things that one does, in milliseconds.
const PAUSE_MS: std::ops::Range<u64> = 20..1500;
/// What one does in a stay.
const DEEDS: std::ops::Range<u32> = 2..10;
/// The receive buffer of somebody who does not read, in bytes.
const FROZEN_BUFFER_BYTES: usize = 4096;

/// One stay.
struct Visitor<'a> {
    stream: TcpStream,
    rng: Rng,
    ledger: &'a Ledger,
    stay: u64,
    /// How many lines it has said.
    said: u64,
    /// What the socket has not taken yet.
    unsent: Vec<u8>,
    /// What it heard, until it knows that it is in.
    heard: Vec<u8>,
    is_in: bool,
}

/// Comes and goes until closing time.
pub fn come_and_go(server: SocketAddr, ledger: &Ledger, mut rng: Rng) {
    while !ledger.is_closing_time() {
        thread::sleep(Duration::from_millis(rng.u64(ABSENCE_MS)));
        let stay = ledger.new_stay();
        if let Err(error) = visit(server, ledger, stay, rng.fork()) {
            ledger.fault(format!("stay {stay}: {error}"));
        }
    }
}

fn visit(
    server: SocketAddr,
    ledger: &Ledger,
    stay: u64,
    rng: Rng,
) -> io::Result<()> {
    let stream = TcpStream::connect(server)?;
    stream.set_nonblocking(true)?;
    let mut visitor = Visitor {
        stream,
        rng,
        ledger,
        stay,
        said: 0,
        unsent: Vec::new(),
        heard: Vec::new(),
        is_in: false,
    };
    visitor.live_until(PATIENCE, |visitor| visitor.is_in)?;
    for _ in 0..visitor.rng.u32(DEEDS) {
        visitor.act();
        let pause = visitor.rng.u64(PAUSE_MS);
        visitor.live(Duration::from_millis(pause))?;
        if ledger.is_closing_time() {
            break;
        }
    }
    visitor.leave()
}

impl Visitor<'_> {
    fn act(&mut self) {
        match self.rng.u32(0..10) {
            0..6 => self.say(1),
            6 => {
                let lines = self.rng.u64(FLOOD_LINES);
                self.say(lines);
            }
            7 => self.unsent.extend(b"/me \x1b[31mwaves\n"),
            8 => self.unsent.extend(b"/users\n/nonsense\n\n"),
            _ => self.rename(),
        }
    }

    fn say(&mut self, lines: u64) {
        for _ in 0..lines {
            let line = ledger::line(self.stay, self.said);
            self.unsent.extend(line.as_bytes());
            self.unsent.push(b'\n');
            self.said += 1;
        }
    }

    fn rename(&mut self) {
        let name = NAMES[self.rng.usize(..NAMES.len())];
        self.unsent.extend(format!("/name {name}\n").into_bytes());
    }

    fn leave(mut self) -> io::Result<()> {
        match self.rng.u32(0..10) {
            0..3 => {
                self.unsent.extend(b"/quit\n");
                self.leave_orderly(|_| Ok(()))
            }
            3..6 => {
                self.leave_orderly(|stream| stream.shutdown(Shutdown::Write))
            }
            6..9 => {
                self.ledger.note(self.stay, Manners::Abrupt);
                sockopt::set_socket_linger(&self.stream, Some(Duration::ZERO))?;
                Ok(())
            }
            _ => self.freeze(),
        }
    }

    /// Sends everything, ends, and waits until the server has ended too.
    fn leave_orderly(
        mut self,
        end: fn(&TcpStream) -> io::Result<()>,
    ) -> io::Result<()> {
        self.ledger.note(self.stay, Manners::Orderly(self.said));
        self.live_until(PATIENCE, |visitor| visitor.unsent.is_empty())?;
        end(&self.stream)?;
        match self.live_until(PATIENCE, |_| false) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(()),
            Err(error) => Err(error),
            Ok(()) => Ok(()),
        }
    }

    /// Reads nothing any more, until it is shown out or has had enough.
    fn freeze(self) -> io::Result<()> {
        self.ledger.note(self.stay, Manners::Frozen);
        let bytes = FROZEN_BUFFER_BYTES;
        sockopt::set_socket_recv_buffer_size(&self.stream, bytes)?;
        let deadline = Instant::now() + FREEZE_MAX;
        while Instant::now() < deadline && !self.ledger.is_closing_time() {
            let wait = Duration::from_millis(100);
            if is_ready(&self.stream, PollFlags::RDHUP, wait) {
                break;
            }
        }
        Ok(())
    }

    /// Reads and writes for a while.
    fn live(&mut self, time: Duration) -> io::Result<()> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.turn(until)?;
        }
        Ok(())
    }

    /// Reads and writes until something has come true.
    fn live_until(
        &mut self,
        patience: Duration,
        done: impl Fn(&Self) -> bool,
    ) -> io::Result<()> {
        let until = Instant::now() + patience;
        while !done(self) {
            if Instant::now() >= until {
                return Err(ErrorKind::TimedOut.into());
            }
            self.turn(until)?;
        }
        Ok(())
    }

    fn turn(&mut self, until: Instant) -> io::Result<()> {
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, !self.unsent.is_empty());
        let left = until.saturating_duration_since(Instant::now());
        if is_ready(&self.stream, flags, left) {
            self.write()?;
            self.read()?;
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        match self.stream.write(&self.unsent) {
            Ok(sent) => drop(self.unsent.drain(..sent)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => (),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn read(&mut self) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) if !self.is_in => {
                self.heard.extend(&buffer[..read]);
                let you_are = b"* you are ";
                self.is_in =
                    memchr::memmem::find(&self.heard, you_are).is_some();
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn is_ready(stream: &TcpStream, flags: PollFlags, wait: Duration) -> bool {
    let mut asked = [PollFd::new(stream, flags)];
    let wait = Timespec::try_from(wait).ok();
    poll(&mut asked, wait.as_ref()).is_ok_and(|ready| ready > 0)
}
