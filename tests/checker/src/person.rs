//! Somebody at the other end of a connection to the program: says lines,
//! hears lines, and never waits for ever.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use chat_kit::text::has_odd_time;
use rustix::net::{AddressFamily, SocketType, sockopt};

use super::PATIENCE_MAX;
use super::scene::Manners;
use super::story::{Story, shown};
use super::verdict::{Outcome, Trouble};

/// The receive buffer of somebody who will stop reading: small, so that the
/// kernel hides less of it.
pub const FROZEN_BYTES: usize = 4096;

/// How many lines are told that were not what was waited for.
const SINCE_LINES_MAX: usize = 4;

/// Who has heard nothing for so long ought to have heard something.
const LONG: Duration = Duration::from_secs(1);

/// What came next on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A line, without its line break.
    Line(String),
    /// The end of the stream, and what came before it without a line break.
    End(String),
    /// The connection was reset.
    Reset,
    /// Nothing in time, but perhaps the beginning of a line.
    Nothing(String),
}

/// One end of a connection, and who it is.
#[derive(Debug)]
pub struct Person {
    /// How the person is called in reports.
    pub name: String,
    /// Where the person calls from: how `/proc` knows them.
    pub address: SocketAddr,
    stream: TcpStream,
    unread: Vec<u8>,
    story: Story,
    /// Whether the story is told nothing of what this person says and hears.
    hushed: bool,
    /// The last lines heard since something was sent.
    since: Vec<String>,
    /// How many reads the last line took.
    reads: usize,
    pub(super) manners: Manners,
}

impl Person {
    /// Somebody on a connection that exists already.
    pub fn on(
        stream: TcpStream,
        name: &str,
        story: &Story,
    ) -> std::io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE_MAX))?;
        Ok(Self {
            name: name.to_owned(),
            address: stream.local_addr()?,
            stream,
            unread: Vec::new(),
            story: story.clone(),
            hushed: false,
            since: Vec::new(),
            reads: 0,
            manners: Manners::Echo,
        })
    }

    /// Connects to the program.
    pub fn connect(
        to: SocketAddr,
        name: &str,
        story: &Story,
    ) -> std::io::Result<Self> {
        Self::on(TcpStream::connect_timeout(&to, PATIENCE_MAX)?, name, story)
    }

    /// Connects with a receive buffer of about so many bytes.
    pub fn connect_narrow(
        to: SocketAddr,
        name: &str,
        story: &Story,
        bytes: usize,
    ) -> std::io::Result<Self> {
        let socket =
            rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None)?;
        sockopt::set_socket_recv_buffer_size(&socket, bytes)?;
        rustix::net::connect(&socket, &to)?;
        Self::on(TcpStream::from(socket), name, story)
    }

    /// Opens a receive buffer that was narrow.
    pub fn widens(&self) {
        // Without the option it reads all the same, only slower.
        let _ = sockopt::set_socket_recv_buffer_size(
            &self.stream,
            FROZEN_BYTES << 8,
        );
    }

    /// Another handle on the connection, to look whether something comes.
    ///
    /// # Errors
    /// When the system has no descriptor for it.
    pub fn ear(&self) -> std::io::Result<TcpStream> {
        self.stream.try_clone()
    }

    /// Tells the story nothing more: bulk would only hide what matters.
    pub fn hush(&mut self) {
        self.hushed = true;
    }

    fn tells(&self, what: &str) {
        if !self.hushed {
            self.story.tell(format!("{} {what}", self.name));
        }
    }

    /// Sends these bytes in one write.
    pub fn sends(&mut self, bytes: &[u8]) -> Outcome {
        self.tells(&format!("sent {}", shown(bytes)));
        self.since.clear();
        self.stream.write_all(bytes).map_err(|error| {
            self.story.look();
            Trouble::failed(
                format!("{} sent {}", self.name, shown(bytes)),
                "the program takes it",
                format!("the connection did not take it: {error}"),
                "did the program close the connection, or stop reading from \
                 it? An error in writing to somebody else must not end this \
                 client's stay",
            )
        })
    }

    /// Says that nothing more will be sent, as Ctrl-D does in `nc`.
    pub fn says_no_more(&self) {
        self.tells("sent its end");
        // A connection that is gone has ended as well.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Waits for the next line.
    pub fn hears(&mut self) -> Heard {
        self.hears_within(PATIENCE_MAX)
    }

    /// Waits for the next line, so long and no longer.
    pub fn hears_within(&mut self, within: Duration) -> Heard {
        let heard = self.next_line(within);
        match &heard {
            Heard::Nothing(_) if within >= LONG => self.story.look(),
            _ => {}
        }
        if let Heard::Line(line) = &heard {
            if self.manners == Manners::Names && has_odd_time(line) {
                self.story.tell_odd_time(line);
            }
            self.remember(&heard);
        }
        self.tells(&format!("heard {heard}"));
        heard
    }

    fn remember(&mut self, line: &Heard) {
        if self.hushed {
            return;
        }
        if self.since.len() == SINCE_LINES_MAX {
            self.since.remove(0);
        }
        self.since.push(line.to_string());
    }

    fn next_line(&mut self, within: Duration) -> Heard {
        let deadline = Instant::now() + within;
        let mut looked_at = 0;
        self.reads = 0;
        loop {
            if let Some(line) = self.cut_line(looked_at) {
                return Heard::Line(lossy(&line));
            }
            looked_at = self.unread.len();
            self.reads += 1;
            match self.read_more(deadline) {
                Ok(0) => {
                    return Heard::End(lossy(&std::mem::take(
                        &mut self.unread,
                    )));
                }
                Ok(_) => {}
                Err(ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Heard::Nothing(lossy(&self.unread));
                }
                Err(_) => return Heard::Reset,
            }
        }
    }

    /// Takes the first line out of what was read, without its line break.
    fn cut_line(&mut self, looked_at: usize) -> Option<Vec<u8>> {
        let fresh = &self.unread[looked_at..];
        let end = fresh.iter().position(|byte| *byte == b'\n')?;
        let rest = self.unread.split_off(looked_at + end + 1);
        let mut line = std::mem::replace(&mut self.unread, rest);
        line.pop();
        Some(line)
    }

    /// The next line as it came: its bytes may be no text. `None` if no line
    /// comes.
    pub fn hears_bytes(&mut self) -> Option<Vec<u8>> {
        let deadline = Instant::now() + PATIENCE_MAX;
        loop {
            if let Some(line) = self.cut_line(0) {
                return Some(line);
            }
            if !matches!(self.read_more(deadline), Ok(1..)) {
                return None;
            }
        }
    }

    /// In how many pieces the last line came. A short line that was sent
    /// with one write comes in one.
    pub fn pieces(&self) -> usize {
        self.reads
    }

    fn read_more(&mut self, deadline: Instant) -> Result<usize, ErrorKind> {
        let left = deadline.saturating_duration_since(Instant::now());
        // A read timeout of zero would mean none at all.
        let left = left.max(Duration::from_millis(1));
        self.stream
            .set_read_timeout(Some(left))
            .map_err(|error| error.kind())?;
        let mut buffer = [0; 65536];
        let count = self
            .stream
            .read(&mut buffer)
            .map_err(|error| error.kind())?;
        self.unread.extend_from_slice(&buffer[..count]);
        Ok(count)
    }

    /// What came in place of what was waited for: if nothing did, the lines
    /// that were heard and not what they should have been.
    pub fn came(&self, heard: &Heard) -> String {
        match heard {
            Heard::Nothing(rest)
                if rest.is_empty() && !self.since.is_empty() =>
            {
                let lines = self.since.join(", ");
                format!("{} heard {lines} and nothing more", self.name)
            }
            _ => format!("{} heard {heard}", self.name),
        }
    }

    /// Waits for a line, and fails in words if it is another one.
    pub fn hears_line(&mut self, expected: &str) -> Outcome {
        match self.hears() {
            Heard::Line(line) if line == expected => Ok(()),
            other => Err(self.heard_instead(expected, &other)),
        }
    }

    /// The failure of having heard something else.
    pub(super) fn heard_instead(
        &self,
        expected: &str,
        heard: &Heard,
    ) -> Trouble {
        let time = match self.manners {
            Manners::Names => "[HH:MM:SS] ",
            Manners::Echo | Manners::Relay => "",
        };
        Trouble::failed(
            self.story.moments().join("\n"),
            format!(
                "{} hears {}",
                self.name,
                shown(format!("{time}{expected}\n").as_bytes())
            ),
            self.came(heard),
            "the code between reading from one client and writing to another",
        )
    }

    /// Ends the connection with a reset, as a machine does that loses power.
    pub fn resets(self) {
        self.tells("reset the connection");
        // Closing with a linger time of zero sends a reset. If the option is
        // refused the connection ends in the plain way, which is no failure.
        let _ = sockopt::set_socket_linger(&self.stream, Some(Duration::ZERO));
    }
}

/// How many bytes this system takes for a client with a receive buffer of
/// about `bytes` that does not read, before a write has to wait.
///
/// # Errors
/// When the system gives no sockets.
pub fn hidden_by_the_system(bytes: usize) -> std::io::Result<usize> {
    /// A pause in which a buffer may still grow.
    const GROWTH: Duration = Duration::from_millis(20);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let to = listener.local_addr()?;
    let _reader =
        Person::connect_narrow(to, "reader", &Story::default(), bytes)?;
    let (mut stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(GROWTH))?;
    let piece = [b'x'; 1000];
    let mut taken = 0;
    while let Ok(count) = stream.write(&piece) {
        taken += count;
    }
    Ok(taken)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl std::fmt::Display for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(line) => {
                f.write_str(&shown(format!("{line}\n").as_bytes()))
            }
            Self::End(rest) if rest.is_empty() => {
                f.write_str("the end of the connection")
            }
            Self::End(rest) => {
                write!(f, "{} and the end", shown(rest.as_bytes()))
            }
            Self::Reset => f.write_str("a reset of the connection"),
            Self::Nothing(rest) if rest.is_empty() => f.write_str("nothing"),
            Self::Nothing(rest) => {
                write!(f, "only {}, without its end", shown(rest.as_bytes()))
            }
        }
    }
}
