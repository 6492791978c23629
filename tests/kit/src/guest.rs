//! Somebody in the room: a plain TCP connection, as nc would make one, with
//! deadlines. Must not know more of the wire than that it is lines of text.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Instant;

use crate::server::Server;
use crate::text::{minute_of_day, timeless};
use crate::waiting::WAIT_MAX;

/// How many of the last lines a failing test shows.
const LINES_SHOWN_MAX: usize = 40;

/// Somebody in the room.
pub struct Guest {
    input: BufReader<TcpStream>,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    /// Every line so far, with `[t]` for its time.
    heard: Vec<String>,
    /// The minute of the day of the last line that had a time.
    minute: Option<u16>,
    /// The guest name the server gave; empty until it has.
    name: String,
    /// How often [`Guest::catch_up`] was called.
    caught_up: usize,
}

impl Guest {
    /// Connects, and reads nothing yet.
    ///
    /// # Panics
    /// When nobody listens there.
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, WAIT_MAX);
        let stream = stream.expect("the server can be reached");
        // Otherwise a piece waits for the acknowledgment of the one before.
        stream.set_nodelay(true).expect("a socket can be set");
        let deadline = Some(WAIT_MAX);
        stream.set_read_timeout(deadline).expect("a read deadline");
        stream
            .set_write_timeout(deadline)
            .expect("a write deadline");
        Self {
            input: BufReader::new(stream),
            partial: Vec::new(),
            heard: Vec::new(),
            minute: None,
            name: String::new(),
            caught_up: 0,
        }
    }

    /// Connects and reads who is here and which name the server gave.
    pub fn enter(server: &Server) -> Self {
        let mut guest = Self::connect(server.address);
        let you_are = guest.hears_some("* you are ");
        let name = you_are["* you are ".len()..].split(';').next();
        guest.name = name.unwrap_or_default().to_owned();
        guest
    }

    /// Connects and takes a name, which the room is told.
    pub fn named(server: &Server, name: &str) -> Self {
        let mut guest = Self::enter(server);
        guest.say(&format!("/name {name}"));
        guest.hears(&format!("[t] * {name} joined"));
        guest
    }

    /// The guest name the server gave.
    pub fn guest_name(&self) -> &str {
        &self.name
    }

    /// The connection itself.
    pub fn stream(&self) -> &TcpStream {
        self.input.get_ref()
    }

    /// The connection itself once more, to end it while the guest is busy.
    ///
    /// # Panics
    /// When there is no descriptor left.
    pub fn another_stream(&self) -> TcpStream {
        self.stream().try_clone().expect("a descriptor is left")
    }

    /// Sends a line.
    pub fn say(&mut self, text: &str) {
        self.send(format!("{text}\n").as_bytes());
    }

    /// Sends bytes as they are.
    ///
    /// # Panics
    /// When the server does not take them.
    pub fn send(&mut self, bytes: &[u8]) {
        if let Err(error) = self.try_send(bytes) {
            panic!("cannot send: {error}\n{}", self.transcript());
        }
    }

    /// Sends bytes as they are, if the server takes them.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream().write_all(bytes)
    }

    /// Closes the sending direction: what `nc -N` does at the end of input.
    pub fn stop_sending(&mut self) {
        // It fails when the server has closed already.
        let _ = self.stream().shutdown(Shutdown::Write);
    }

    /// Waits for exactly this line; passes over those before it.
    pub fn hears(&mut self, line: &str) {
        self.lines_until(line);
    }

    /// Waits for a line that begins so; passes over those before it.
    pub fn hears_some(&mut self, beginning: &str) -> String {
        let deadline = Instant::now() + WAIT_MAX;
        loop {
            let line = self.line_by(deadline, beginning);
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// The very next line must be this one.
    pub fn hears_next(&mut self, line: &str) {
        let next = self.next_line(line);
        assert_eq!(next, line, "\n{}", self.transcript());
    }

    /// Waits for exactly this line and returns those before it.
    pub fn lines_until(&mut self, line: &str) -> Vec<String> {
        let first = self.heard.len();
        let deadline = Instant::now() + WAIT_MAX;
        while self.line_by(deadline, line) != line {}
        self.heard[first..self.heard.len() - 1].to_vec()
    }

    /// Asks the server something that only this guest is answered, and
    /// returns every line that came before the answer: what was said to the
    /// room until now has arrived then, or never will.
    pub fn catch_up(&mut self) -> Vec<String> {
        self.caught_up += 1;
        let verb = format!("/caught-up-{}", self.caught_up);
        self.say(&verb);
        let first = self.heard.len();
        self.hears_some(&format!("* {verb}:"));
        self.heard[first..self.heard.len() - 1].to_vec()
    }

    /// Reads until the connection is over, however that comes.
    pub fn lines_until_end(&mut self) -> Vec<String> {
        let first = self.heard.len();
        let deadline = Instant::now() + WAIT_MAX;
        while let Ok(Some(_)) = self.read_line(deadline, "the end") {}
        self.heard[first..].to_vec()
    }

    /// Reads until the server closes the connection, which must not be a
    /// reset: one destroys what is on its way, on a network.
    ///
    /// # Panics
    /// When it is reset.
    pub fn lines_until_goodbye(&mut self) -> Vec<String> {
        let first = self.heard.len();
        let deadline = Instant::now() + WAIT_MAX;
        loop {
            match self.read_line(deadline, "the end") {
                Ok(Some(_)) => (),
                Ok(None) => return self.heard[first..].to_vec(),
                Err(error) => panic!("{error}\n{}", self.transcript()),
            }
        }
    }

    /// The next line, whatever it is.
    pub fn next_line(&mut self, expected: &str) -> String {
        self.line_by(Instant::now() + WAIT_MAX, expected)
    }

    /// The minute of the day of the last line that had a time.
    pub fn minute(&self) -> Option<u16> {
        self.minute
    }

    /// Every line so far.
    pub fn heard(&self) -> &[String] {
        &self.heard
    }

    fn line_by(&mut self, deadline: Instant, expected: &str) -> String {
        match self.read_line(deadline, expected) {
            Ok(Some(line)) => line,
            end => panic!(
                "the connection ended before {expected:?}: {:?}\n{}",
                end.err(),
                self.transcript()
            ),
        }
    }

    /// `None` is the end of the connection, an error is a reset.
    fn read_line(
        &mut self,
        deadline: Instant,
        expected: &str,
    ) -> io::Result<Option<String>> {
        let read = self.input.read_until(b'\n', &mut self.partial);
        let late = Instant::now() >= deadline;
        match read {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                panic!("no {expected:?} came\n{}", self.transcript())
            }
            _ if late => panic!("no {expected:?} yet\n{}", self.transcript()),
            Ok(0) => return Ok(None),
            read => read?,
        };
        let line = String::from_utf8(std::mem::take(&mut self.partial));
        let line = line.expect("the server sends UTF-8");
        self.minute = minute_of_day(&line).or(self.minute);
        let line = timeless(line.strip_suffix('\n').unwrap_or(&line));
        self.heard.push(line.clone());
        Ok(Some(line))
    }

    fn transcript(&self) -> String {
        let first = self.heard.len().saturating_sub(LINES_SHOWN_MAX);
        format!(
            "what {} has heard ({} lines before that):\n{}",
            self.name,
            first,
            self.heard[first..].join("\n")
        )
    }
}
