//! First lines of other protocols, and of people.

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

const FOREIGN: [(&[u8], Protocol); 138] = [
    (b"GET ?x HTTP/1.1\r\n", "HTTP"),
    (b"<34>Oct 11 22:14:15 mail su: failed\n", "syslog"),
    (b"a001 LOGIN bob secret\r\n", "a login"),
    (b"AUTH secret\r\n", "a login"),
    (b"BEGIN AUTH REQUEST\n/cvs\n", "another program's"),
    (b"<policy-file-request/>\0", "another program's"),
    (b"8=FIX.4.2\x019=5\x01", "another program's"),
    (b"[{\"id\":1,\"method\":\"x\"}]\n", "a program's JSON"),
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
    (
        b"{\"id\":1,\"method\":\"mining.subscribe\"}\n",
        "a program's JSON",
    ),
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
    (b"listen! / HTTP/1.1\r\nHost: x\r\n", "HTTP"),
    (b"a|b~c`d /x HTTP/1.1\r\n", "HTTP"),
    (b"GET example.com HTTP/1.1\r\n", "HTTP"),
    (b"SOURCE /m ICE/1.0\r\n", "HTTP"),
    (b"\x02lp\n\x02119 cfA001host\n", "a print job"),
    (b"\x1bE\x1b&l0Osecret", "a print job"),
    (b"^XA^FO50,50^FDsecret", "a print job"),
    (b"user N0CALL pass 12345 vers x 1\r\n", "IRC"),
    (b"A LOGIN bob secret\r\n", "a login"),
    (b". LOGIN bob secret\r\n", "a login"),
    (b"2 login \"bob\" \"two words\"\r\n", "a login"),
    (b"Action:Login\r\nSecret:s\r\n", "a login"),
    (b"ACTION: LOGIN\r\n", "a login"),
    (b"BEGIN VERIFICATION REQUEST\n/cvs\n", "another program's"),
    (b"CONNECT\nx-a:1\nlogin:bob\npasscode:secret\n", "STOMP"),
    (b"CONNECT\nreceipt:1\npasscode:secret\n", "STOMP"),
    (b"set k 0 -1 6\r\nsecret\r\n", "a cache's"),
    (b"ms key 6 T90\r\nsecret\r\n", "a cache's"),
    (b"put sys.cpu 1356998400 42.5 host=a\n", "a cache's"),
    (b"cpu value=1.5 1434055562000000000\n", "a measurement"),
    (b"web.load 0.5 N\n", "a measurement"),
    (
        b"{\"version\":\"1.1\",\"short_message\":\"x\"}\0",
        "a program's JSON",
    ),
    (b"{\"execute\":\"qmp_capabilities\"}\n", "a program's JSON"),
    (b"1 open 85 relp_version=0\n", "another program's"),
    (b"RSIP 1200 *@a MGCP 1.0\r\n", "another program's"),
    (
        b"connect {\"user\":\"a\",\"pass\":\"secret\"}\r\n",
        "another program's",
    ),
    (b"VERSION\t1\t1\n", "another program's"),
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
    (b"Action: Login\r\nUsername: x\r\n", "a login"),
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

#[test]
fn a_method_of_any_length_is_recognized_by_the_version() {
    for length in [HEAD_BYTES - 1, HEAD_BYTES, 10 * HEAD_BYTES] {
        let line = format!("{} /x HTTP/1.1\r\n", "x!".repeat(length));
        assert_eq!(judged(line.as_bytes(), 700), Some("HTTP"), "{length}");
    }
    let talk = format!("{} is what I think of HTTP/1.1\n", "x".repeat(9));
    assert_eq!(judged(talk.as_bytes(), 700), None);
}
