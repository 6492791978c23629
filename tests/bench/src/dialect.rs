//! How a client of each kind of server comes in, speaks and leaves. Must not
//! touch a socket.

use super::stamp::TEXT_BYTES_MAX;

/// The languages of the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Lines: what is written is what is said.
    Plain,
    /// IRC: RFC 1459, one channel.
    Irc,
}

/// What an IRC server passes on of a line: the rest of its 512 bytes is for
/// who says it and where.
const IRC_TEXT_BYTES_MAX: usize = 400;

/// Where a client stands after a line it heard before it was in.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Still on the way.
    Waiting,
    /// It has to send this next.
    Says(&'static [u8]),
    /// It is in the room.
    In,
    /// It is told that there is no room.
    Refused,
}

/// What a server that speaks lines says to a newcomer: ours and ours in
/// Python `you are guest-3`, ncat `... is connected as <user3>`.
const PLAIN_WELCOMES: [&[u8]; 2] = [b"you are ", b" is connected as <user"];
/// What our server says to one more than there is room for.
const PLAIN_REFUSAL: &[u8] = b"the room is full";
/// The end of the list of names: the last that an IRC server says of a join.
const IRC_NAMES_END: &[u8] = b" 366 ";
/// Registered: from here on a client may join.
const IRC_WELCOME: &[u8] = b" 001 ";

impl Dialect {
    /// The longest line that arrives whole, in bytes.
    pub fn text_bytes_max(self) -> usize {
        match self {
            Self::Plain => TEXT_BYTES_MAX,
            Self::Irc => IRC_TEXT_BYTES_MAX,
        }
    }

    /// What the `nth` client says on arrival.
    pub fn hello(self, nth: usize) -> Vec<u8> {
        match self {
            Self::Plain => Vec::new(),
            Self::Irc => {
                format!("NICK u{nth}\r\nUSER u 0 * :u\r\n").into_bytes()
            }
        }
    }

    /// What a line means to a client that is not in yet.
    pub fn arrive(self, line: &[u8]) -> Arrival {
        let holds = |text| memchr::memmem::find(line, text).is_some();
        match self {
            Self::Plain if PLAIN_WELCOMES.into_iter().any(holds) => Arrival::In,
            Self::Plain if holds(PLAIN_REFUSAL) => Arrival::Refused,
            Self::Irc if holds(IRC_WELCOME) => Arrival::Says(b"JOIN #room\r\n"),
            Self::Irc if holds(IRC_NAMES_END) => Arrival::In,
            _ => Arrival::Waiting,
        }
    }

    /// What stands before a text that is said to everyone.
    pub fn prefix(self) -> &'static [u8] {
        match self {
            Self::Plain => b"",
            Self::Irc => b"PRIVMSG #room :",
        }
    }

    /// What a client says before it closes the connection.
    pub fn goodbye(self) -> &'static [u8] {
        match self {
            Self::Plain => b"",
            Self::Irc => b"QUIT :\r\n",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_of_lines_is_in_when_it_is_told_its_name() {
        let plain = Dialect::Plain;
        let line = b"* you are guest-3; /name NAME changes that";
        assert_eq!(plain.arrive(line), Arrival::In);
        let line = b"<announce> 127.0.0.1 is connected as <user5>.";
        assert_eq!(plain.arrive(line), Arrival::In);
        let line = b"Welcome to the chatroom!";
        assert_eq!(plain.arrive(line), Arrival::Waiting);
    }

    #[test]
    fn a_client_of_irc_registers_and_then_joins() {
        let irc = Dialect::Irc;
        let join = Arrival::Says(b"JOIN #room\r\n");
        assert_eq!(irc.arrive(b":x NOTICE * :hello"), Arrival::Waiting);
        assert_eq!(irc.arrive(b":x 001 u7 :Welcome"), join);
        assert_eq!(irc.arrive(b":x 366 u7 #room :End"), Arrival::In);
    }
}
