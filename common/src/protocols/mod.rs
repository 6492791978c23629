//! Whether a connection begins with the first line of another protocol. Must
//! not know what is done about it, or how a line is cut.
//!
//! A port on one's own machine is in reach of every web page: the browser
//! sends a request there, headers, cookies and all, and each of its lines
//! would be said in the room, in somebody's name. The same goes for a scanner
//! and for a program that was given the wrong port. So the first line that is
//! not blank is looked at: what is there is what no person types, and what
//! such programs send first. A word that another protocol knows too, `PING`
//! or `HELP`, is a word.
//!
//! `beginnings` lists what is always the same, `shapes` knows the rest.

mod beginnings;
mod shapes;

use crate::blanks;
use crate::marks;
use crate::protocols::beginnings::{BANNERS, PRINT_JOBS, begins_with_one_of};
use crate::protocols::shapes::{
    is_all_null, is_binary, is_debugger, is_endless_request, is_git, is_imap,
    is_irc, is_json_of_a_program, is_known, is_login, is_measurement,
    is_no_key, is_proxy_header, is_queue, is_redis, is_request, is_smtp,
    is_socks, is_ssh, is_stomp_header, is_store, is_syslog,
};
use crate::telnet::Telnet;

/// How many bytes of the line are kept from its beginning. Enough for all
/// that is looked for there, and little for each client that comes.
pub const HEAD_BYTES: usize = 512;
/// How many are kept from its end: the version of HTTP stands there, behind
/// an address of any length.
pub const TAIL_BYTES: usize = 64;
/// Another protocol than ours, by its name, with an article where it has one.
pub type Protocol = &'static str;

/// Looks at the beginning of a connection, in whatever pieces it comes, up to
/// the end of the first line that is not blank.
#[derive(Debug, Default)]
pub struct Opening {
    telnet: Telnet,
    head: Vec<u8>,
    tail: Vec<u8>,
    /// Whether the first line may begin another protocol, and the second one
    /// says whether it does.
    is_doubtful: bool,
    /// Whether the first line is over, or is another protocol's.
    is_settled: bool,
}

impl Opening {
    /// Looks at what has come; `Some` as soon as it is another protocol's.
    /// No line may be obeyed before the bytes it came in have been looked at.
    pub fn look(&mut self, bytes: &[u8]) -> Option<Protocol> {
        if self.is_settled {
            return None;
        }
        let text = self.telnet.strip(bytes);
        for piece in text.split_inclusive(|byte| *byte == b'\n') {
            self.keep(piece);
            let found = match piece.last() {
                Some(b'\n') if self.is_blank() => {
                    self.head.clear();
                    self.tail.clear();
                    continue;
                }
                Some(b'\n') => self.end(),
                _ if self.is_doubtful => None,
                _ => self.first().begins_like(),
            };
            if self.is_settled || found.is_some() {
                // What was kept is of no use any more.
                *self = Self::settled();
                return found;
            }
        }
        None
    }

    /// The connection has ended: what there is of a line is one.
    pub fn finish(&mut self) -> Option<Protocol> {
        match self.is_settled {
            true => None,
            false => self.end(),
        }
    }

    fn settled() -> Self {
        Self {
            is_settled: true,
            ..Self::default()
        }
    }

    fn end(&mut self) -> Option<Protocol> {
        self.is_settled = true;
        if std::mem::take(&mut self.is_doubtful) {
            return is_stomp_header(&self.head).then_some("STOMP");
        }
        if [&b"CONNECT"[..], b"STOMP"].contains(&self.first().head) {
            *self = Self {
                is_doubtful: true,
                telnet: std::mem::take(&mut self.telnet),
                ..Self::default()
            };
            return None;
        }
        let first = self.first();
        match self.is_blank() {
            true => None,
            false => first.begins_like().or_else(|| first.is_like()),
        }
    }

    fn first(&self) -> First<'_> {
        First::new(&self.head, &self.tail)
    }

    /// Whether the room takes the line for a blank one, which says nothing.
    fn is_blank(&self) -> bool {
        let line = self.head.strip_suffix(b"\n").unwrap_or(&self.head);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = String::from_utf8_lossy(line);
        blanks::is_blank(&marks::defused(&text))
    }

    fn keep(&mut self, mut piece: &[u8]) {
        // Blanks before the first word must not fill the room for it.
        while let (true, [b' ' | b'\t', rest @ ..]) =
            (self.head.is_empty(), piece)
        {
            piece = rest;
        }
        let room = HEAD_BYTES - self.head.len();
        let head = &piece[..piece.len().min(room)];
        self.head.extend_from_slice(head);
        let end = &piece[piece.len().saturating_sub(TAIL_BYTES)..];
        self.tail.extend_from_slice(end);
        let surplus = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..surplus);
    }
}

/// What there is of the first line.
struct First<'a> {
    head: &'a [u8],
    tail: &'a [u8],
}

impl<'a> First<'a> {
    fn new(head: &'a [u8], tail: &'a [u8]) -> Self {
        // Some editors begin every text with this mark.
        let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
        Self {
            head: head.trim_ascii(),
            tail: tail.trim_ascii(),
        }
    }

    /// What shows before the line is over.
    fn begins_like(&self) -> Option<Protocol> {
        let text = String::from_utf8_lossy(self.head);
        let checks: [(Protocol, bool); 10] = [
            ("TLS", self.head.starts_with(&[22, 3])),
            ("SOCKS", is_socks(self.head)),
            ("SSH", is_ssh(&text)),
            ("git", is_git(&text)),
            ("a debugger's", is_debugger(&text)),
            ("a proxy's header", is_proxy_header(&text)),
            ("XMPP", text.starts_with("<") && text.contains("<stream:")),
            ("NATS", begins_with_one_of(&text, &["CONNECT {", "INFO {"])),
            ("a print job", begins_with_one_of(&text, &PRINT_JOBS)),
            ("another program's", begins_with_one_of(&text, &BANNERS)),
        ];
        first_that_holds(&checks)
            .or_else(|| is_binary(self.head).then_some(BINARY))
    }

    /// What only the whole line shows.
    fn is_like(&self) -> Option<Protocol> {
        let text = String::from_utf8_lossy(self.head);
        let words: Vec<&str> = text.split_whitespace().collect();
        let tail = String::from_utf8_lossy(self.tail);
        let version = tail.split_whitespace().next_back().unwrap_or_default();
        let broken = str::from_utf8(self.head).is_err();
        let checks: [(Protocol, bool); 16] = [
            ("HTTP", is_request(&words, version)),
            ("XML", text.starts_with("<?xml ")),
            ("HTTP", is_endless_request(self.head, version)),
            ("a print job", is_queue(self.head)),
            ("a cache's", is_store(&words)),
            ("a measurement", is_measurement(&text, &words)),
            ("IMAP", is_imap(&words)),
            ("another program's", is_known(&words)),
            ("syslog", is_syslog(&text)),
            ("a login", is_login(&words)),
            ("Redis", is_redis(&text)),
            ("SMTP", is_smtp(&words)),
            ("IRC", is_irc(&words)),
            ("a program's JSON", is_json_of_a_program(&text)),
            (BINARY, broken && self.head.iter().any(is_no_key)),
            (
                BINARY,
                self.head.starts_with(&[0]) && is_all_null(self.head),
            ),
        ];
        first_that_holds(&checks)
    }
}

const BINARY: Protocol = "no text";

fn first_that_holds(checks: &[(Protocol, bool)]) -> Option<Protocol> {
    checks
        .iter()
        .find(|(_, holds)| *holds)
        .map(|(name, _)| *name)
}

#[cfg(test)]
mod tests;
