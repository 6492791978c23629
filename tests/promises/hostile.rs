//! Promise: whatever arrives on a socket, no other terminal sees a control
//! character, nobody can be mistaken for somebody else, and no byte of it
//! stops the server.

use std::io::Read as _;

use chat_kit::guest::Guest;
use chat_kit::server::Server;
use chat_kit::text::is_control;

const NOTHING: [&str; 0] = [];

/// Ada, who sends strange things, and bob, who must not be harmed.
fn two() -> (Server, Guest, Guest) {
    let server = Server::start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    let bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    (server, ada, bob)
}

fn assert_harmless(line: &str) {
    assert!(
        !line.contains(is_control),
        "{line:?} has a control character"
    );
}

/// Every character a terminal might obey, but the line break.
fn controls() -> impl Iterator<Item = char> {
    ('\0'..='\u{2069}').filter(|c| is_control(*c) && *c != '\n')
}

#[test]
fn a_control_character_is_shown_as_a_mark() {
    let (_server, mut ada, mut bob) = two();
    for (typed, shown) in [
        ("a\u{1b}[2Jb", "a␛[2Jb"),
        ("a\tb", "a b"),
        ("a\0b\u{7f}", "a␀b␡"),
        ("a\rb", "a␍b"),
        ("a\u{85}b\u{9b}", "a<U+0085>b<U+009B>"),
        ("a\u{2028}\u{2029}b", "a<U+2028><U+2029>b"),
        ("\u{202e}abc", "<U+202E>abc"),
        ("\u{2066}abc\u{2069}", "<U+2066>abc<U+2069>"),
    ] {
        ada.say(typed);
        bob.hears_next(&format!("[t] ada: {shown}"));
    }
}

#[test]
fn no_control_character_reaches_another_terminal_by_any_command() {
    let (_server, mut ada, mut bob) = two();
    for c in controls() {
        for line in [
            format!("a{c}b"),
            format!("/me a{c}b"),
            format!("/msg bob a{c}b"),
            format!("/msg a{c}b hello"),
            format!("/name a{c}b"),
            format!("/a{c}b"),
        ] {
            ada.say(&line);
        }
        let heard = bob.hears_some("[t] ada -> you: a");
        assert!(heard.ends_with('b'), "{c:?}: {heard:?}");
    }
    ada.catch_up();
    bob.catch_up();
    assert!(bob.heard().len() > 3 * controls().count());
    for line in ada.heard().iter().chain(bob.heard()) {
        assert_harmless(line);
    }
}

#[test]
fn every_other_character_is_untouched() {
    let (_server, mut ada, mut bob) = two();
    for text in [
        "é 日本 🎉",
        "👩\u{200d}👩\u{200d}👧",
        "e\u{301} שלום",
        "\u{200e}\u{200f}\u{feff}\u{a0}.\u{3164}",
        "  two  spaces  ",
        "\u{fdd0}\u{10ffff}",
    ] {
        ada.say(text);
        bob.hears_next(&format!("[t] ada: {text}"));
    }
}

#[test]
fn invalid_utf8_becomes_replacement_characters() {
    let (_server, mut ada, mut bob) = two();
    ada.send(b"a\xc3b \xf0\x9f\x8e c \x80\n");
    bob.hears_next("[t] ada: a\u{fffd}b \u{fffd} c \u{fffd}");
    ada.send(b"\xed\xa0\x80 \xc0\xaf\n");
    let heard = bob.next_line("a line");
    assert!(heard.starts_with("[t] ada: \u{fffd}"), "{heard}");
}

#[test]
fn telnet_commands_are_swallowed() {
    let (_server, mut ada, mut bob) = two();
    ada.send(b"\xff\xfb\x01\xff\xfd\x03hel\xff\xf1lo\r\n");
    bob.hears_next("[t] ada: hello");
    ada.send(b"a\xff\xfa\x18\x00xterm\n\xff\xf0b\n");
    bob.hears_next("[t] ada: ab");
    // One without an end is given up after 64 bytes.
    let mut endless = b"\xff\xfa".to_vec();
    endless.extend([b'x'; 64]);
    endless.extend(b"said\n");
    ada.send(&endless);
    bob.hears_next("[t] ada: said");
    // Ctrl-C of a telnet in the middle of a character.
    ada.send(b"\xc3\xff\xf4\xa9\n");
    bob.hears_next("[t] ada: é");
}

#[test]
fn a_timing_mark_is_answered_to_the_one_who_asks() {
    let (_server, mut ada, mut bob) = two();
    assert_eq!(ada.catch_up(), NOTHING);
    // Ctrl-C in telnet: nothing is shown there until this is answered.
    ada.send(b"\xff\xf4\xff\xfd\x06hello\n");
    bob.hears_next("[t] ada: hello");
    let mut answer = [0; 3];
    ada.stream().read_exact(&mut answer).expect("an answer");
    assert_eq!(answer, *b"\xff\xfb\x06");
    assert_eq!(bob.catch_up(), NOTHING);
}

#[test]
fn a_line_that_looks_like_the_servers_is_heard_as_what_somebody_said() {
    let (_server, mut ada, mut bob) = two();
    for text in [
        "[14:03:07] * bob left",
        "* the server is closing",
        "[14:03:07] (earlier) bob: I lied",
        "bob: I lied",
        "~ bob waves",
        "bob -> you: psst",
        "] * x joined",
    ] {
        ada.say(text);
        bob.hears_next(&format!("[t] ada: {text}"));
        ada.say(&format!("/me {text}"));
        bob.hears_next(&format!("[t] ~ ada {text}"));
        ada.say(&format!("/msg bob {text}"));
        bob.hears_next(&format!("[t] ada -> you: {text}"));
    }
    assert!(ada.catch_up().iter().all(|l| l == "* said to bob alone"));
}

#[test]
fn a_line_break_in_disguise_does_not_begin_a_line() {
    let (_server, mut ada, mut bob) = two();
    for disguise in ["\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
        ada.say(&format!("a{disguise}[14:03:07] * bob left"));
        let heard = bob.next_line("one line");
        assert!(heard.starts_with("[t] ada: a"), "{heard:?}");
        assert!(heard.ends_with("* bob left"), "{heard:?}");
        assert_harmless(&heard);
    }
}

#[test]
fn a_line_of_nothing_that_is_seen_says_nothing() {
    let (_server, mut ada, mut bob) = two();
    for unseen in ["\u{3164}", "\u{200b}\u{ad} ", "\u{2800}", "\u{e0041}"] {
        ada.say(&unseen.repeat(20));
        ada.say(&format!("/me {unseen}"));
        ada.say(&format!("/msg bob {unseen}"));
    }
    ada.say("seen");
    bob.hears_next("[t] ada: seen");
    let answers = ada.catch_up();
    assert!(answers.iter().all(|it| it.contains("something is missing")));
    assert_eq!(answers.len(), 8);
}

#[test]
fn a_name_cannot_hold_what_ends_a_name() {
    let (_server, mut ada, mut bob) = two();
    let disguises = ["bob:", "bob\u{a0}", "*", "bob ->", "~bob", "[bob]"];
    for name in disguises.into_iter().chain(["bob\u{200b}"]) {
        ada.say(&format!("/name {name}"));
        let answer = ada.next_line("a refusal");
        assert!(answer.starts_with("* /name: "), "{name:?}: {answer}");
    }
    assert_eq!(bob.catch_up(), NOTHING);
}

#[test]
fn a_web_browser_or_a_tls_client_harms_nobody() {
    let (server, mut ada, mut bob) = two();
    let greetings: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x9a\x00\x20\n\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        &[0; 4096],
        b"\0\0\n\0\n",
    ];
    for greeting in greetings {
        let mut stranger = Guest::connect(server.address);
        stranger.send(greeting);
        stranger.stop_sending();
        stranger.lines_until_end();
    }
    ada.say("unharmed");
    bob.hears_next("[t] ada: unharmed");
    assert_eq!(ada.catch_up(), NOTHING);
}

/// Numbers that look random and are the same every time: xorshift64.
fn random_bytes(count: usize) -> Vec<u8> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..count / 8).flat_map(|_| next()).collect()
}

#[test]
fn random_bytes_harm_nobody() {
    let (server, mut ada, mut bob) = two();
    let mut stranger = Guest::enter(&server);
    let name = stranger.guest_name().to_owned();
    // Whoever begins with bytes that are no text is shown out.
    stranger.say("hello");
    for piece in random_bytes(1 << 18).chunks(1 << 15) {
        stranger.send(piece);
        ada.say("still here");
        bob.hears("[t] ada: still here");
    }
    stranger.send(b"\nlast\n");
    bob.hears(&format!("[t] {name}: last"));
    assert!(bob.heard().len() > 500, "random bytes hold line breaks");
    for line in bob.heard() {
        assert_harmless(line);
        let beginnings = ["[t] * ", "[t] ada: ", "* ", "Welcome"];
        let said = [format!("[t] {name}: "), format!("[t] ~ {name} ")];
        assert!(
            beginnings.iter().any(|b| line.starts_with(b))
                || said.iter().any(|b| line.starts_with(b)),
            "{line:?}"
        );
    }
}
