//! Whether a connection begins with the first line of another protocol. May
//! not know what is done about it, or how a line is cut.
//!
//! A port on one's own machine is in reach of every web page: the browser
//! sends a request there, headers, cookies and all, and each of its lines
//! would be said in the room, in somebody's name. The same goes for a scanner
//! and for a program that was given the wrong port. So the first line that is
//! not blank is looked at: what is there is what no person types, and what
//! such programs send first. A word that another protocol knows too, `PING`
//! or `HELP`, is a word.

use crate::blanks;
use crate::marks;
use crate::telnet::Telnet;

/// How many bytes of the line are kept from its beginning. Enough for all
/// that is looked for there, and little for each client that comes.
pub const HEAD_BYTES: usize = 512;
/// How many are kept from its end: the version of HTTP stands there, behind
/// an address of any length.
pub const TAIL_BYTES: usize = 64;
/// How far a binary protocol is looked for. Later in a line, strange bytes
/// are what somebody has pasted.
const BINARY_BYTES: usize = 64;

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
        let checks: [(Protocol, bool); 14] = [
            ("HTTP", is_request(&words, version)),
            ("XML", text.starts_with("<?xml ")),
            ("a cache's", is_store(&words)),
            ("a measurement", is_measurement(&text, &words)),
            ("IMAP", is_imap(&words)),
            ("another program's", is_known(&words)),
            ("syslog", is_syslog(&text)),
            ("a login", is_login(&words)),
            ("Redis", is_redis(&text)),
            ("SMTP", is_smtp(&words)),
            ("IRC", is_irc(&words)),
            ("JSON-RPC", is_json_rpc(&text)),
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

/// How files begin that are sent to a printer's port.
const PRINT_JOBS: [&str; 4] = ["\u{1b}%-12345X", "@PJL", "%!PS-Adobe", "%PDF-"];

/// First lines that are the same for everyone who speaks the protocol:
/// rsync, VNC, a Java debugger, a language server, CVS, Flash, FIX, BitTorrent,
/// Zabbix, CORBA, HL7, Subversion, Asterisk, mail, MPD, distcc, Novell's NTP.
const BANNERS: [&str; 21] = [
    "@RSYNCD:",
    "RFB 003.",
    "JDWP-Handshake",
    "Content-Length:",
    "BEGIN AUTH REQUEST",
    "<policy-file-request/>",
    "8=FIX",
    "\u{13}BitTorrent protocol",
    "ZBXD\u{1}",
    "GIOP\u{1}",
    "\u{b}MSH|",
    "( 2 ( ",
    "Action: Login",
    "action: login",
    "MAIL FROM:<",
    "RCPT TO:<",
    "command_list_begin",
    "command_list_ok_begin",
    "WEBIRC ",
    "DIST0000",
    "< NTP/",
];

fn first_that_holds(checks: &[(Protocol, bool)]) -> Option<Protocol> {
    checks
        .iter()
        .find(|(_, holds)| *holds)
        .map(|(name, _)| *name)
}

fn begins_with_one_of(text: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|begin| text.starts_with(begin))
}

/// Whether a byte is a control character that no key leaves in a line on
/// purpose: not tab, backspace, form feed, a line break or escape.
fn is_no_key(byte: &u8) -> bool {
    matches!(byte, 0..=7 | 11 | 14..=26 | 28..=31)
}

/// Numbers of more than one byte: the null bytes in them stand side by side,
/// or beside other control characters. One alone may be a slip of the hand,
/// Ctrl-Space or Ctrl-A; after a carriage return it is telnet's way to end a
/// line.
fn is_binary(head: &[u8]) -> bool {
    let head = &head[..head.len().min(BINARY_BYTES)];
    let is_null = |at: usize| head[at] == 0 && (at == 0 || head[at - 1] != 13);
    let nulls = (0..head.len()).filter(|at| is_null(*at));
    let beside = nulls.clone().any(|at| {
        let before = at.checked_sub(1).map(|before| &head[before]);
        [before, head.get(at + 1)]
            .into_iter()
            .flatten()
            .any(is_no_key)
    });
    beside || nulls.count() > 1
}

/// A line of nothing else, which stands before the header of some proxies.
fn is_all_null(head: &[u8]) -> bool {
    !head.is_empty() && head.iter().all(|byte| *byte == 0)
}

/// The version, then how many ways to log in, or what to connect to.
fn is_socks(head: &[u8]) -> bool {
    matches!(head, [4, 1 | 2, ..] | [5, 1..=9, ..])
}

/// `SSH-2.0-OpenSSH_9.6`.
fn is_ssh(text: &str) -> bool {
    let version = text.strip_prefix("SSH-").unwrap_or_default();
    version.split_once('-').is_some_and(|(version, _)| {
        version.contains('.')
            && version.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

/// `0030git-upload-pack /path`: the length comes first.
fn is_git(text: &str) -> bool {
    let (length, rest) = text.split_at_checked(4).unwrap_or_default();
    length.chars().all(|c| c.is_ascii_hexdigit())
        && begins_with_one_of(rest, &["git-upload-", "git-receive-"])
}

/// `+$qSupported:...#c6`: a command of gdb without a blank, and its sum.
fn is_debugger(text: &str) -> bool {
    let command = text.trim_start_matches('+').strip_prefix('$');
    let command = command.and_then(|it| it.split_once('#'));
    command.is_some_and(|(command, sum)| {
        !command.is_empty()
            && !command.contains(char::is_whitespace)
            && sum.len() >= 2
            && sum.chars().take(2).all(|c| c.is_ascii_hexdigit())
    })
}

/// What stands before the connection of somebody whom a proxy lets through.
fn is_proxy_header(text: &str) -> bool {
    begins_with_one_of(text, &["PROXY TCP", "PROXY UNKNOWN"])
}

/// `GET / HTTP/1.1`, and the protocols made after it: a method, a target,
/// a version. Who shouts the method may have blanks in the target.
fn is_request(words: &[&str], version: &str) -> bool {
    let [method, target, ..] = words else {
        return false;
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let shouts = method.chars().all(|c| c.is_ascii_uppercase());
    let version = version.to_ascii_uppercase();
    method.chars().all(is_plain)
        && is_target(target)
        && (words.len() <= 3 || shouts)
        && ["HTTP/", "RTSP/", "SIP/", "ICAP/"].iter().any(|name| {
            let number = version.strip_prefix(name).unwrap_or_default();
            number.starts_with(|c: char| c.is_ascii_digit())
        })
}

/// A path, an address, a host with its port, or the star of `OPTIONS`.
fn is_target(word: &str) -> bool {
    word.starts_with(['/', '?']) || word == "*" || word.contains(':')
}

/// `*1`, and nothing else: how many parts a command has.
fn is_redis(text: &str) -> bool {
    let number = text.strip_prefix('*').unwrap_or_default();
    !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
}

/// `EHLO mail.example`. Somebody may greet with `helo bob`, so that counts
/// with the address of a machine only.
fn is_smtp(words: &[&str]) -> bool {
    let (verb, host) = match words {
        ["EHLO" | "LHLO"] => return true,
        [verb, host] => (verb, host),
        _ => return false,
    };
    match verb.to_ascii_uppercase().as_str() {
        "EHLO" | "LHLO" => true,
        "HELO" => *host == "localhost" || host.contains(['.', '[']),
        _ => false,
    }
}

/// How IRC, FTP and POP3 log in: in capitals, and with a password that must
/// not be said to everyone. `nick bob` is what a person writes.
fn is_irc(words: &[&str]) -> bool {
    match words {
        ["CAP", "LS" | "REQ" | "END" | "LIST", ..] => true,
        ["NICK" | "PASS" | "USER", _] => true,
        ["USER", _, mode, _, name, ..] => {
            name.starts_with(':') || *mode == "*" || is_number(mode)
        }
        _ => false,
    }
}

/// `<34>Oct 11 22:14:15 mail su: ...`: how urgent it is stands first, or how
/// many bytes follow.
fn is_syslog(text: &str) -> bool {
    let text = text.trim_start_matches(is_digit).trim_start_matches(' ');
    let urgency = text.strip_prefix('<').and_then(|it| it.split_once('>'));
    urgency.is_some_and(|(number, rest)| {
        (1..=3).contains(&number.len())
            && number.chars().all(|c| c.is_ascii_digit())
            && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
    })
}

/// How IMAP and others log in: the password must not be said to everyone.
fn is_login(words: &[&str]) -> bool {
    match words {
        [tag, "LOGIN", _, ..] | [tag, "login", _, _] => tag.ends_with(is_digit),
        ["AUTH" | "AUTHENTICATE" | "APOP" | "AUTHINFO", _, ..] => true,
        ["HELLO", "2" | "3", "AUTH", ..] => true,
        _ => false,
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_digit)
}

/// `a1 CAPABILITY`: a tag with a number, and a verb in capitals.
fn is_imap(words: &[&str]) -> bool {
    let [tag, verb @ ..] = words else {
        return false;
    };
    let is_verb = match verb {
        ["CAPABILITY" | "STARTTLS" | "NOOP"] => true,
        ["AUTHENTICATE", _, ..] => true,
        ["ID", what, ..] => what.starts_with('(') || *what == "NIL",
        _ => false,
    };
    is_verb
        && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        && tag.ends_with(is_digit)
}

/// `set key 0 900 5`, as memcached has it, and `put 0 0 60 5` of beanstalkd:
/// so many numbers behind a verb that the number of bytes is one of them.
fn is_store(words: &[&str]) -> bool {
    let verbs = ["set", "add", "replace", "append", "prepend", "cas"];
    match words {
        [verb, _, numbers @ ..] if verbs.contains(verb) => {
            let numbers = match numbers {
                [numbers @ .., "noreply"] => numbers,
                all => all,
            };
            (3..=4).contains(&numbers.len())
                && numbers.iter().all(|it| is_number(it))
        }
        ["put", numbers @ ..] => {
            numbers.len() == 4 && numbers.iter().all(|it| is_number(it))
        }
        // NATS has the number of bytes last, too.
        ["PUB", _, bytes] => is_number(bytes),
        _ => false,
    }
}

/// What is counted and timed: `page.views:1|c` (statsd), `cpu,host=a load=1`
/// (InfluxDB), `cpu.load 0.5 1700000000` (Graphite).
fn is_measurement(text: &str, words: &[&str]) -> bool {
    let is_value = |it: &str| it.parse::<f64>().is_ok();
    let kinds = ["c", "g", "h", "d", "s", "m", "ms"];
    let statsd = text.split_once('|').is_some_and(|(what, kind)| {
        let value = what.rsplit_once(':').map(|(_, value)| value);
        let kind = kind.split('|').next().unwrap_or_default();
        kinds.contains(&kind)
            && !what.contains(' ')
            && value.is_some_and(is_value)
    });
    statsd
        || match words {
            [name, value, time] if is_value(value) => {
                name.contains('.') && time.len() >= 10 && is_number(time)
            }
            [series, fields, ..] if fields.contains('=') => {
                series.split_once(',').is_some_and(|it| it.1.contains('='))
            }
            _ => false,
        }
}

/// What else a person does not type: WebLogic, a spam filter, news, a
/// dictionary, a cache's control.
fn is_known(words: &[&str]) -> bool {
    match words {
        ["t3" | "t3s", version] => {
            version.contains('.') && version.starts_with(is_digit)
        }
        [_, version] if version.starts_with("SPAMC/") => true,
        ["MODE", "READER"] => true,
        ["CLIENT", _, version] => version.starts_with(is_digit),
        ["DEFINE", "!" | "*", _] | ["WWWOFFLE", _] => true,
        _ => false,
    }
}

/// What stands below `CONNECT` and `STOMP`, which are words where it does not:
/// the login and the password are among it.
fn is_stomp_header(line: &[u8]) -> bool {
    let names = ["accept-version", "host", "login", "passcode", "heart-beat"];
    let text = String::from_utf8_lossy(line);
    text.split_once(':')
        .is_some_and(|(name, _)| names.contains(&name))
}

fn is_json_rpc(text: &str) -> bool {
    let has = |key: &str| text.contains(key);
    text.starts_with(['{', '['])
        && (has("\"jsonrpc\"")
            || has("\"method\"") && (has("\"params\"") || has("\"id\"")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the opening says of these bytes, cut into pieces of this size.
    fn judged(bytes: &[u8], piece_bytes: usize) -> Option<Protocol> {
        let mut opening = Opening::default();
        bytes
            .chunks(piece_bytes)
            .find_map(|piece| opening.look(piece))
            .or_else(|| opening.finish())
    }

    const FOREIGN: [(&[u8], Protocol); 111] = [
        (b"GET ?x HTTP/1.1\r\n", "HTTP"),
        (b"<34>Oct 11 22:14:15 mail su: failed\n", "syslog"),
        (b"a001 LOGIN bob secret\r\n", "a login"),
        (b"AUTH secret\r\n", "a login"),
        (b"BEGIN AUTH REQUEST\n/cvs\n", "another program's"),
        (b"<policy-file-request/>\0", "another program's"),
        (b"8=FIX.4.2\x019=5\x01", "another program's"),
        (b"[{\"id\":1,\"method\":\"x\"}]\n", "JSON-RPC"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP"),
        (b"POST / HTTP/1.1\r\n", "HTTP"),
        (b"OPTIONS * HTTP/1.1\r\n", "HTTP"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP"),
        (b"CONNECT example.org:443 HTTP/1.1\r\n", "HTTP"),
        (b"CONNECT [::1]:443 HTTP/1.1\r\n", "HTTP"),
        (b"GET http://example.org/ HTTP/1.0\n", "HTTP"),
        (b"get / http/1.1\n", "HTTP"),
        (b"M-SEARCH * HTTP/1.1\r\n", "HTTP"),
        (b"GET /a b c HTTP/1.1\r\n", "HTTP"),
        (b"\r\n \r\nGET / HTTP/1.1\r\n", "HTTP"),
        (b"  GET / HTTP/1.1 \r\n", "HTTP"),
        (b"\xef\xbb\xbfGET / HTTP/1.1\r\n", "HTTP"),
        (b"\xef\xbb\xbf\r\nGET / HTTP/1.1\r\n", "HTTP"),
        ("\u{3164} \u{200b}\nGET / HTTP/1.1\r\n".as_bytes(), "HTTP"),
        (b"\xff\xfb\x1f\xff\xfd\x03GET / HTTP/1.1\r\n", "HTTP"),
        (b"\xff\xfa\x18\x00x\n\xff\xf0GET / HTTP/1.1\r\n", "HTTP"),
        (b"GET / HTTP/1.1", "HTTP"),
        (b"OPTIONS / RTSP/1.0\r\n", "HTTP"),
        (b"OPTIONS sip:nm SIP/2.0\r\n", "HTTP"),
        (b"REGISTER sip:example.org SIP/2.0\r\n", "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS"),
        (b"\x16\x03", "TLS"),
        (b"\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10", BINARY),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
        (b"SSH-1.99-x", "SSH"),
        (b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00", "SOCKS"),
        (b"\x05\x01\x00", "SOCKS"),
        (b"\x05\x01\x02", "SOCKS"),
        (b"\x03\x00\x00\x13\x0e\xe0\x00\x00", BINARY),
        (b"\x00\x00\x00\x85\xffSMB\x72", BINARY),
        (b"\x00\x00\x00\x08\x04\xd2\x16\x2f", BINARY),
        (b"\x00\x00\x00\x25\x00\x03\x00\x00user\x00bob\x00", BINARY),
        (b"\x20\x00\x00\x01\x85\xa6\x03\x00", BINARY),
        (b"\x10\x20\x00\x04MQTT\x04\x02\x00\x3c", BINARY),
        (b"\x10\x13\x00\x06MQIsdp\x03", BINARY),
        (b"AMQP\x00\x00\x09\x01", BINARY),
        (b"\x00\x1d\x12\x34\x01\x00\x00\x01", BINARY),
        (
            b"\x13BitTorrent protocol\x00\x00\x00\x00",
            "another program's",
        ),
        (
            b"0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\x00\x80\x00",
            BINARY,
        ),
        (b"l\x00\x0b\x00\x00\x00", BINARY),
        (b"\xfe\x01\xfa\x00M\n", BINARY),
        (b"\xfe\x01\n", BINARY),
        (b"h\0e\0l\0l\0o\0\n\0", BINARY),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c", BINARY),
        (b"*1\r\n$4\r\nPING\r\n", "Redis"),
        (b"EHLO mail.example.org\r\n", "SMTP"),
        (b"ehlo [127.0.0.1]\r\n", "SMTP"),
        (b"HELO localhost\r\n", "SMTP"),
        (b"CAP LS 302\r\nNICK bob\r\n", "IRC"),
        (b"NICK bob\r\nUSER bob 0 * :Bob\r\n", "IRC"),
        (b"PASS secret\r\n", "IRC"),
        (b"USER bob 0 * :Bob B\r\n", "IRC"),
        (b"0030git-upload-pack /a\0host=x\0", "git"),
        (
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
            "a proxy's header",
        ),
        (b"<?xml version='1.0'?><stream:stream to='x'", "XMPP"),
        (b"{\"id\":1,\"method\":\"mining.subscribe\"}\n", "JSON-RPC"),
        (b"CONNECT\naccept-version:1.2\nhost:x\n\n\0", "STOMP"),
        (b"STOMP\r\nlogin:bob\r\n", "STOMP"),
        (b"\nCONNECT\npasscode:x\n\n", "STOMP"),
        (
            b"CLIENT libcurl 7.88.1\r\nDEFINE ! secret\r\n",
            "another program's",
        ),
        (b"DEFINE * word\r\n", "another program's"),
        (b"+$qSupported:multiprocess+;swbreak+#c6", "a debugger's"),
        (b"$g#67", "a debugger's"),
        (b"DIST00000001ARGC00000005", "another program's"),
        (b"< NTP/1.2 >\n", "another program's"),
        (b"WWWOFFLE STATUS\r\n", "another program's"),
        (b"EHLO\r\n", "SMTP"),
        (b"CONNECT {\"verbose\":false}\r\n", "NATS"),
        (b"PUB news 5\r\nhello\r\n", "a cache's"),
        (b"set key 0 900 5\r\nvalue\r\n", "a cache's"),
        (b"add k 0 0 5 noreply\r\n", "a cache's"),
        (b"cas k 0 0 5 17\r\n", "a cache's"),
        (b"put 0 0 60 5\r\nhello\r\n", "a cache's"),
        (b"page.views:1|c\n", "a measurement"),
        (b"load:-0.5|g|#host:a\n", "a measurement"),
        (b"fuel:320|ms|@0.1\n", "a measurement"),
        (b"cpu.load 0.5 1700000000\n", "a measurement"),
        (
            b"cpu,host=a load=0.5 1700000000000000000\n",
            "a measurement",
        ),
        (b"a1 CAPABILITY\r\n", "IMAP"),
        (b"A001 STARTTLS\r\n", "IMAP"),
        (b"x9 LOGIN bob secret\r\n", "a login"),
        (b"a1 LOGIN \"bob\" \"my secret\"\r\n", "a login"),
        (b"AUTHINFO USER bob\r\n", "a login"),
        (b"HELLO 3 AUTH bob secret\r\n", "a login"),
        (b"USER bob 8 * Bob\r\n", "IRC"),
        (b"<?xml version='1.0'?>\n", "XML"),
        (b"83 <34>1 2026-01-01T00:00:00Z mail su\n", "syslog"),
        (b"t3 12.2.1\nAS:255\n", "another program's"),
        (b"PING SPAMC/1.2\r\n", "another program's"),
        (b"MODE READER\r\n", "another program's"),
        (b"MAIL FROM:<bob@example.org>\r\n", "another program's"),
        (b"command_list_begin\nstatus\n", "another program's"),
        (b"Action: Login\r\nUsername: x\r\n", "another program's"),
        (b"WEBIRC secret cgi host 127.0.0.1\r\n", "another program's"),
        (b"( 2 ( edit-pipeline svndiff1 ) ) \n", "another program's"),
        (b"\x13BitTorrent protocol", "another program's"),
        (b"ZBXD\x01\x10\n", "another program's"),
        (b"GIOP\x01\x02", "another program's"),
        (b"\x0bMSH|^~\\&|x\r", "another program's"),
        (b"\x03\x00\x00\x2b\x26\xe0Cookie: mstshash=x\r\n", BINARY),
        (b"\x00\x00\x00\x08\x04\xd2\x16\x2f", BINARY),
        (b"JRMI\x00\x02K", BINARY),
    ];

    const SPOKEN: [&str; 82] = [
        "CONNECT",
        "STOMP",
        "STOMP\nhello: it is me",
        "CONNECT\nlogin please",
        "connect\nlogin:bob",
        "get x",
        "gets x",
        "get",
        "set the table",
        "set x 5",
        "set a 1 2",
        "put 0 0 60",
        "status",
        "idle",
        "password reset",
        "a1 is here",
        "B52 ID please",
        "10:30|call",
        "10:30 | c",
        "see 1|2",
        "a.b 5 7",
        "x=1, y=2",
        "if a,b then c=1",
        "INFO desk",
        "CLIENT",
        "CLIENT meeting",
        "DEFINE love",
        "$5 # is too much",
        "$x",
        "costs $5#",
        "HELO",
        "DISTANCE",
        "MODE",
        "Action: none",
        "<3",
        "a1 login to the server is broken",
        "authentication is hard",
        "",
        "hello",
        "/name ada",
        "PING",
        "HELP",
        "QUIT",
        "stats",
        "INFO",
        "GET /etc/hosts from the other machine",
        "GET /index.html",
        "POST /hello",
        "GET ready for HTTP/2",
        "I love HTTP/1.1",
        "we use HTTP/2.0",
        "what is HTTP/3",
        "see: /users or HTTP/1.1",
        "look at http://example.org/ HTTP/1.1 there",
        "HTTP/1.1 200 OK",
        "http://example.org/",
        "*",
        "*1 point for that",
        "* waves",
        "**2**",
        "SSH-2 it is",
        "SSH-2.0 is old",
        "ssh-keys",
        "helo bob",
        "ehlo",
        "EHLO everybody out there",
        "nick bob",
        "user error",
        "pass the salt",
        "PASS the salt",
        "NICK Cave is great",
        "cap ls",
        "USER ERROR in line 5",
        "{\"a\": 1}",
        "{ \"method\": \"none\" }",
        "<b>bold</b>",
        "deadgit-ty",
        "git-upload-pack hangs",
        "\u{1}oops, Ctrl-A\u{5}",
        "\0one slip",
        "é日本🎉",
        "\u{1b}[Aup",
    ];

    #[test]
    fn first_lines_of_other_protocols_are_recognized_however_they_are_cut() {
        for (bytes, protocol) in FOREIGN {
            for piece_bytes in [1, 2, 3, 7, bytes.len()] {
                let found = judged(bytes, piece_bytes);
                let shown = bytes.escape_ascii();
                assert_eq!(found, Some(protocol), "{shown}, {piece_bytes}");
            }
        }
    }

    #[test]
    fn what_people_say_passes_with_any_line_end() {
        for line in SPOKEN {
            for end in ["", "\n", "\r\n", "\r\0\r\0"] {
                let typed = format!("{line}{end}");
                assert_eq!(judged(typed.as_bytes(), 3), None, "{typed:?}");
            }
        }
    }

    #[test]
    fn a_request_line_of_any_length_is_recognized() {
        for path_bytes in [100, HEAD_BYTES - 8, 8192, 1 << 20] {
            let path = "a".repeat(path_bytes);
            let line = format!("GET /{path} HTTP/1.1\r\nHost: x\r\n");
            assert_eq!(judged(line.as_bytes(), 1000), Some("HTTP"));
        }
    }

    #[test]
    fn only_the_first_line_that_says_something_is_looked_at() {
        // What is shown as a mark says something.
        for first in ["hello", "\u{c}", "\r", "\u{1}"] {
            let text = format!("{first}\r\nGET / HTTP/1.1\r\n\u{16}\u{3}\n");
            for piece_bytes in [1, 5, text.len()] {
                let found = judged(text.as_bytes(), piece_bytes);
                assert_eq!(found, None, "{text:?}");
            }
        }
    }

    #[test]
    fn blanks_before_a_request_do_not_hide_it() {
        let blanks = " \t".repeat(HEAD_BYTES);
        for line in ["", "\n"] {
            let text = format!("{blanks}{line}GET / HTTP/1.1\r\n");
            assert_eq!(judged(text.as_bytes(), 100), Some("HTTP"));
        }
    }

    #[test]
    fn what_shows_before_the_line_is_over_is_recognized_then() {
        for bytes in [&b"\x16\x03"[..], b"\0\0", b"SSH-2.0-", b"@RSYNCD:"] {
            assert!(Opening::default().look(bytes).is_some(), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn ordinary_sentences_pass(
            words in proptest::collection::vec(
                "[A-Za-zäßñ][a-zäßñ']{0,9}[,.!?:;]?|[0-9]{1,4}", 1..12),
        ) {
            let line = words.join(" ") + "\n";
            // Two words may be a greeting of a mail program.
            prop_assume!(!words[0].eq_ignore_ascii_case("ehlo"));
            prop_assume!(!words[0].eq_ignore_ascii_case("lhlo"));
            prop_assert_eq!(judged(line.as_bytes(), 4), None);
        }

        #[test]
        fn how_the_bytes_are_cut_does_not_matter(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            piece_bytes in 1_usize..9,
        ) {
            let whole = judged(&bytes, 200).is_some();
            prop_assert_eq!(judged(&bytes, piece_bytes).is_some(), whole);
        }

        #[test]
        fn a_request_is_one_whatever_comes_before_its_first_line(
            before in "([ \t\u{200b}]{0,9}(\n|\r\n)){0,5}[ \t\r]{0,3}",
            target in "/[!-~]{0,600}",
            method in "[A-Z]{1,16}",
        ) {
            let line = format!("{before}{method} {target} HTTP/1.1\r\n");
            prop_assert_eq!(judged(line.as_bytes(), 16), Some("HTTP"));
        }
    }
}
