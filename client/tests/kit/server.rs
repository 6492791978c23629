//! A room of a few lines: it says what a test tells it to say.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::{self, AddressFamily, SocketType, sockopt};

use crate::kit::program::DEADLINE;

/// The guest name everybody gets.
pub const GREETING: &str = "Welcome to the chatroom!\n\
    * here (1): guest-3\n\
    * you are guest-3; /name NAME changes that, /help lists the rest\n";

/// What a room says that has no numbers.
pub const NO_NUMBERS: &str = "* /numbered: there is no such command; /help \
    lists them, and //numbered says /numbered\n";

/// A listening socket.
pub struct Server {
    listener: TcpListener,
    /// Where it listens, as an argument.
    pub address: String,
}

/// A listener that takes no more connections: whoever calls it waits.
pub struct Silent {
    /// They fill its queue.
    _waiting: Vec<TcpStream>,
    _socket: OwnedFd,
    /// Where it does not answer, as an argument.
    pub address: String,
}

impl Silent {
    /// On a free port.
    pub fn start() -> Self {
        let any: SocketAddr = "127.0.0.1:0".parse().expect("an address");
        let kind = SocketType::STREAM;
        let socket = net::socket(AddressFamily::INET, kind, None);
        let socket = socket.expect("a socket");
        net::bind(&socket, &any).expect("a port");
        net::listen(&socket, 0).expect("a listener");
        let address = net::getsockname(&socket).expect("an address");
        let address = SocketAddr::try_from(address).expect("an address");
        let wait = Duration::from_millis(200);
        let call = || TcpStream::connect_timeout(&address, wait).ok();
        Self {
            _waiting: std::iter::from_fn(call).collect(),
            _socket: socket,
            address: address.to_string(),
        }
    }
}

/// The server's end of one connection.
pub struct Peer {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
}

impl Server {
    /// Listens on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        Self { listener, address }
    }

    /// Listens where a server has listened before.
    pub fn start_at(address: &str) -> Self {
        let until = Instant::now() + DEADLINE;
        let listener = loop {
            match TcpListener::bind(address) {
                // A program started when that server ended has a copy of its
                // listener until it runs.
                Err(error)
                    if error.kind() == ErrorKind::AddrInUse
                        && Instant::now() < until =>
                {
                    thread::yield_now();
                }
                listener => break listener.expect("a free port"),
            }
        };
        Self {
            listener,
            address: address.to_owned(),
        }
    }

    /// Waits for a client, and says nothing yet.
    pub fn accepts(&self) -> Peer {
        let (sender, accepted) = channel();
        let listener = self.listener.try_clone().expect("a descriptor");
        thread::spawn(move || sender.send(listener.accept()));
        let accepted = accepted.recv_timeout(DEADLINE);
        let (stream, _) =
            accepted.expect("a client in time").expect("a client");
        stream.set_read_timeout(Some(DEADLINE)).expect("an option");
        stream.set_write_timeout(Some(DEADLINE)).expect("an option");
        Peer {
            writer: stream.try_clone().expect("a descriptor"),
            reader: BufReader::new(stream),
        }
    }

    /// Whether nobody waits to be let in just now.
    pub fn is_not_called(&self) -> bool {
        self.listener.set_nonblocking(true).expect("an option");
        let accepted = self.listener.accept();
        self.listener.set_nonblocking(false).expect("an option");
        accepted.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }

    /// Waits for a client that takes this name, and lets it in.
    pub fn lets_in(&self, name: &str) -> Peer {
        let mut peer = self.accepts();
        peer.says(GREETING);
        peer.is_asked_for(name);
        peer.confirms(name);
        peer
    }

    /// The same for a pipe, which asks for no numbers.
    pub fn lets_pipe_in(&self, name: &str) -> Peer {
        let mut peer = self.accepts();
        peer.says(GREETING);
        assert_eq!(peer.hears(), format!("/name {name}"));
        peer.confirms(name);
        peer
    }
}

impl Peer {
    /// Sends this, as it is.
    pub fn says(&mut self, text: &str) {
        self.says_bytes(text.as_bytes());
    }

    /// Sends these bytes.
    pub fn says_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).expect("a reader");
    }

    /// Says more and more, until nobody takes it any more.
    pub fn floods(&mut self) {
        let lines = "[14:03:09] eve: more and more and more\n".repeat(100);
        while self.writer.write_all(lines.as_bytes()).is_ok() {}
    }

    /// Waits until somebody asks for this name who has heard that this room
    /// has no numbers.
    pub fn is_asked_for(&mut self, name: &str) {
        assert_eq!(self.hears(), "/numbered 1");
        self.says(NO_NUMBERS);
        assert_eq!(self.hears(), format!("/name {name}"));
    }

    /// Grants a name as a room does.
    pub fn confirms(&mut self, name: &str) {
        self.says(&format!(
            "[14:03:07] * guest-3 is now {name}\n[14:03:07] * {name} joined\n"
        ));
    }

    /// Waits for a line of the client.
    pub fn hears(&mut self) -> String {
        let mut line = String::new();
        let count = self.reader.read_line(&mut line).expect("a line in time");
        assert!(count > 0, "the client is gone");
        line.trim_end().to_owned()
    }

    /// The same with the white space around it.
    pub fn hears_untrimmed(&mut self) -> String {
        let mut line = String::new();
        let count = self.reader.read_line(&mut line).expect("a line in time");
        assert!(count > 0, "the client is gone");
        line.trim_end_matches('\n').to_owned()
    }

    /// Waits until the client says no more: everything it said until then.
    pub fn hears_the_rest(&mut self) -> String {
        let mut rest = String::new();
        match self.reader.read_to_string(&mut rest) {
            Ok(_) => rest,
            Err(error) => panic!("{error}, not an end, after {rest:?}"),
        }
    }

    /// Whether the client has said nothing that is not read yet.
    pub fn has_heard_nothing(&mut self) -> bool {
        if !self.reader.buffer().is_empty() {
            return false;
        }
        self.writer.set_nonblocking(true).expect("an option");
        let peeked = self.writer.peek(&mut [0]);
        self.writer.set_nonblocking(false).expect("an option");
        peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }

    /// Waits for a last line, or for the end of the lines.
    pub fn hears_the_end(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("an end in time");
        line.trim_end().to_owned()
    }

    /// Breaks the connection off.
    pub fn resets(self) {
        let at_once = Some(Duration::ZERO);
        sockopt::set_socket_linger(&self.writer, at_once).expect("an option");
    }

    /// Says goodbye as a room does: no more lines, then no connection.
    pub fn closes(self) {
        self.writer.shutdown(Shutdown::Both).expect("a connection");
    }
}
