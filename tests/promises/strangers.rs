//! Promise: a program that takes the room for another server, a browser that
//! a web page has sent here above all, is shown out before a line of it is
//! obeyed, said, logged or kept; and what people say first is said.

use std::fs;
use std::io::Write as _;

use chat_kit::guest::Guest;
use chat_kit::process::Signal;
use chat_kit::server::Server;

const NOTHING: [&str; 0] = [];

/// What follows the first line, and must never be heard of.
const BODY: &str = "Cookie: secret\r\n\r\n/name mallory\r\nbuy secret\r\n";

/// How a browser, a scanner or a misled program begins.
const OPENINGS: [&[u8]; 36] = [
    b"CONNECT\nlogin:secret\n",
    b"set secret 0 900 5\r\n",
    b"secret.views:1|c\n",
    b"a1 CAPABILITY\r\n",
    b"<?xml version='1.0'?>\n",
    b"POST / HTTP/1.1\r\n",
    b"GET / HTTP/1.0\r\n",
    b"OPTIONS * HTTP/1.1\r\n",
    b"PRI * HTTP/2.0\r\n",
    b"CONNECT secret.example:443 HTTP/1.1\r\n",
    b"GET http://secret.example/ HTTP/1.1\r\n",
    b"get /secret http/1.1\n",
    b"\r\n\r\nGET / HTTP/1.1\r\n",
    b"\xef\xbb\xbfGET / HTTP/1.1\r\n",
    b"\xff\xfb\x18\xff\xfd\x01GET / HTTP/1.1\r\n",
    b"OPTIONS / RTSP/1.0\r\n",
    b"OPTIONS sip:secret SIP/2.0\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x9a\n",
    b"SSH-2.0-secret\r\n",
    b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
    b"\x05\x01\x00",
    b"\x03\x00\x00\x13\x0e\xe0\x00\x00",
    b"\x00\x00\x00\x85\xffSMB\x72\x00\n",
    b"\x00\x00\x00\x25\x00\x03\x00\x00user\x00secret\x00\n",
    b"\x20\x00\x00\x01\x85\xa6\x03\x00\n",
    b"\x10\x20\x00\x04MQTT\x04\x02\n",
    b"AMQP\x00\x00\x09\x01\n",
    b"\x00\x1d\x12\x34\x01\x00\x00\x01",
    b"*2\r\n$3\r\nSET\r\n",
    b"EHLO secret.example\r\n",
    b"CAP LS 302\r\n",
    b"PASS secret\r\n",
    b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
    b"{\"jsonrpc\":\"2.0\",\"method\":\"secret\"}\n",
    b"<?xml version='1.0'?><stream:stream to='secret'>",
    b"\xfe\x01secret\n",
];

fn is_sent_away(line: &str) -> bool {
    line.starts_with("* you are shown out: this is a chat room")
}

/// Sends this in pieces and waits until the server has closed.
fn assert_shown_out(server: &Server, bytes: &[u8], piece_bytes: usize) {
    let mut stranger = Guest::connect(server.address);
    for piece in bytes.chunks(piece_bytes) {
        // The server may have closed after the first of them.
        let _ = stranger.try_send(piece);
    }
    let heard = stranger.lines_until_end();
    let shown = bytes[..bytes.len().min(60)].escape_ascii();
    let told = heard.iter().filter(|line| is_sent_away(line)).count();
    assert_eq!(told, 1, "{shown}: {heard:?}");
    assert!(!heard.iter().any(|l| l.contains("mallory")), "{heard:?}");
}

#[test]
fn a_strange_program_is_shown_out_and_nobody_hears_a_word_of_it() {
    let path = std::env::temp_dir()
        .join(format!("threadroom-{}-strangers", std::process::id()));
    let _ = fs::remove_file(&path);
    let transcript = path.to_str().expect("a path in plain characters");
    let options = ["-v", "--rate", "off", "--transcript", transcript];
    let mut server = Server::start(&options);
    let mut ada = Guest::named(&server, "ada");
    for opening in OPENINGS {
        let bytes = [opening, BODY.as_bytes()].concat();
        assert_shown_out(&server, &bytes, bytes.len());
    }
    assert_eq!(ada.catch_up(), NOTHING);
    let mut newcomer = Guest::enter(&server);
    newcomer.catch_up();
    let earlier = |line: &String| line.contains("(earlier)");
    assert!(!newcomer.heard().iter().any(earlier), "history");
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    let log = server.log.until_end();
    let kept = fs::read_to_string(&path).expect("a transcript");
    let _ = fs::remove_file(&path);
    assert_eq!(kept, "");
    assert!(!log.iter().any(|l| l.contains("secret")), "{log:#?}");
    let told = log.iter().filter(|l| l.contains("was shown out: it sent"));
    assert_eq!(told.count(), OPENINGS.len(), "{log:#?}");
}

#[test]
fn however_its_first_line_is_cut_it_is_recognized() {
    let server = Server::start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    for opening in OPENINGS {
        assert_shown_out(&server, &[opening, BODY.as_bytes()].concat(), 1);
    }
    assert_eq!(ada.catch_up(), NOTHING);
}

#[test]
fn a_request_line_longer_than_a_line_may_be_is_recognized() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    // As much as a burst: who sends more is read more slowly, and announced.
    for path_bytes in [4080, 4090, 8192, 40_000] {
        let path = "a".repeat(path_bytes);
        let request = format!("GET /{path} HTTP/1.1\r\n{BODY}");
        assert_shown_out(&server, request.as_bytes(), 1400);
    }
    assert_eq!(ada.catch_up(), NOTHING);
}

#[test]
fn a_first_line_without_an_end_is_recognized_at_the_end_of_input() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    for opening in ["GET / HTTP/1.1", "*1", "\n \nEHLO x"] {
        let mut stranger = Guest::connect(server.address);
        stranger.send(opening.as_bytes());
        stranger.stop_sending();
        let heard = stranger.lines_until_goodbye();
        assert!(heard.iter().any(|l| is_sent_away(l)), "{heard:?}");
    }
    assert_eq!(ada.catch_up(), NOTHING);
}

#[test]
fn who_was_announced_before_the_first_line_was_whole_leaves_without_a_word() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut stranger = Guest::connect(server.address);
    stranger.send(b"POST / HT");
    ada.hears_next("[t] * guest-2 joined");
    stranger.send(b"TP/1.1\r\n/name mallory\r\nbuy now\r\n");
    ada.hears_next("[t] * guest-2 left");
    assert!(
        stranger
            .lines_until_goodbye()
            .iter()
            .any(|l| is_sent_away(l))
    );
    assert_eq!(ada.catch_up(), NOTHING);
}

#[test]
fn what_people_say_first_is_said() {
    let server = Server::start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    for text in [
        "PING",
        "HELP",
        "QUIT",
        "GET ready",
        "GET /etc/hosts from the other machine",
        "I love HTTP/1.1",
        "*1 point",
        "SSH-2 it is",
        "helo bob",
        "nick bob",
        "PASS the salt",
        "{\"a\": 1}",
        "<b>bold</b>",
        "http://example.org/",
    ] {
        let mut guest = Guest::enter(&server);
        guest.say(text);
        let name = guest.guest_name();
        ada.hears(&format!("[t] {name}: {text}"));
        guest.say("GET / HTTP/1.1");
        ada.hears(&format!("[t] {}: GET / HTTP/1.1", guest.guest_name()));
    }
}

#[test]
fn who_only_looks_whether_the_port_is_open_is_not_in_the_log() {
    for (options, lines) in [(&[][..], 0), (&["-v"], 1)] {
        let mut server = Server::start(options);
        for _ in 0..5 {
            drop(Guest::connect(server.address));
            let mut silent = Guest::connect(server.address);
            silent.stop_sending();
            silent.lines_until_goodbye();
        }
        // A guest is seen only after all who came before.
        Guest::named(&server, "ada").catch_up();
        server.stop(Signal::Terminate);
        let log = server.log.until_end();
        for client in 1..=10 {
            let own = format!("client {client} ");
            let told = log.iter().filter(|line| line.contains(&own));
            assert_eq!(told.count(), lines, "{options:?} {client}: {log:#?}");
        }
        assert!(!log.iter().any(|l| l.contains("pipe")), "{log:#?}");
    }
}

#[test]
fn a_browser_with_keep_alive_cannot_speak_in_a_later_request() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut stranger = Guest::connect(server.address);
    stranger.send(b"GET / HTTP/1.1\r\n\r\n");
    // Not reading, as somebody who waits for an answer with a length.
    while stranger
        .stream()
        .write_all(b"/name mallory\r\nbuy\r\n")
        .is_ok()
    {}
    assert_eq!(ada.catch_up(), NOTHING);
}
