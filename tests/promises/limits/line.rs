//! The longest line: refused with the limit in the text, and nothing of it
//! is kept while it arrives.

use chat_kit::guest::Guest;
use chat_kit::server::Server;

const MEBIBYTE: usize = 1 << 20;

#[test]
fn a_line_too_long_is_refused_with_the_limit_and_its_sender_stays() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    ada.say(&"x".repeat(4096));
    ada.say(&"y".repeat(4097));
    ada.say(&"z".repeat(20_000));
    let refusal = "* your line was not said: it is longer than 4096 bytes";
    ada.hears_next(refusal);
    ada.hears_next(refusal);
    ada.say("short");
    bob.hears_next(&format!("[t] ada: {}", "x".repeat(4096)));
    bob.hears_next("[t] ada: short");
    assert_eq!(ada.catch_up(), [""; 0]);
}

#[test]
fn another_limit_is_the_one_in_the_text() {
    let server = Server::start(&["--max-line", "64"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    ada.send(format!("{}\r\n", "x".repeat(64)).as_bytes());
    bob.hears_next(&format!("[t] ada: {}", "x".repeat(64)));
    ada.send(format!("{}\r\n", "x".repeat(65)).as_bytes());
    ada.hears_next("* your line was not said: it is longer than 64 bytes");
}

#[test]
fn sixty_four_megabytes_without_newline_cost_less_than_one() {
    let server = Server::start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    let before = server.process.memory_kib();
    let piece = vec![b'x'; MEBIBYTE];
    for _ in 0..64 {
        ada.send(&piece);
    }
    ada.say("");
    ada.hears_next("* your line was not said: it is longer than 4096 bytes");
    ada.say("done");
    bob.hears_next("[t] ada: done");
    let cost = server.process.memory_peak_kib().saturating_sub(before);
    assert!(cost < 1024, "64 MiB cost {cost} KiB");
}
