//! Promise: what was said is found again by whoever asks, from the room, and
//! shown to them alone; nothing of it can be mistaken for a word of now, and
//! nobody waits for it but the asker.

use std::process::Command;

use chat_kit::folder::Folder;
use chat_kit::guest::Guest;
use chat_kit::programs::program;
use chat_kit::server::{ANY_PORT, Server};

/// A room that somebody has said these lines in.
fn room_of(test: &str, lines: &[&str]) -> (Folder, Server, Guest) {
    let folder = Folder::new(test);
    let server = folder.start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    for line in lines {
        ada.say(line);
    }
    ada.catch_up();
    (folder, server, ada)
}

/// So many numbered lines.
fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|nth| format!("line {nth}")).collect()
}

/// What the guest is told until the sentence that ends an answer; that one is
/// the last.
fn answer(guest: &mut Guest, question: &str) -> Vec<String> {
    guest.say(question);
    guest.catch_up()
}

/// The line that shows this again.
fn earlier(line: &str) -> String {
    format!("[t] (earlier) {line}")
}

/// The lines with these numbers, shown again, and a sentence.
fn shown(numbers: std::ops::Range<usize>, sentence: &str) -> Vec<String> {
    let lines = numbers.map(|nth| earlier(&format!("ada: line {nth}")));
    lines.chain([format!("* {sentence}")]).collect()
}

#[test]
fn the_last_lines_are_shown_to_the_asker_alone_and_page_by_page() {
    let lines = numbered(50);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (_folder, server, mut ada) = room_of("last", &lines);
    let mut bob = Guest::named(&server, "bob");
    // Ada's name was the first entry, and bob's the last.
    let more =
        "that was 20 lines; /last 20 before 32 shows what was said before";
    assert_eq!(answer(&mut bob, "/last"), shown(30..50, more));
    let more =
        "that was 20 lines; /last 20 before 12 shows what was said before";
    let before = "/last 20 before 32";
    assert_eq!(answer(&mut bob, before), shown(10..30, more));
    let all = "that was all before 12: 10 lines";
    assert_eq!(answer(&mut bob, "/last before 12"), shown(0..10, all));
    let all = "that was all: 50 lines";
    assert_eq!(answer(&mut bob, "/LAST 500"), shown(0..50, all));
    assert_eq!(
        answer(&mut bob, "/last before 2"),
        ["* there are no lines before 2"]
    );
    let one = answer(&mut bob, "/last 1");
    assert_eq!(one[0], earlier("ada: line 49"));
    assert!(one[1].starts_with("* that was 1 line; /last 1 before 51 "));
    let told = ada.catch_up();
    assert_eq!(told, ["[t] * bob joined"], "nobody else hears of it");
}

#[test]
fn what_one_has_just_said_is_found_and_names_and_whispers_are_not() {
    let (_folder, server, mut ada) = room_of("own", &["hello"]);
    let _bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    ada.say("/msg bob a secret");
    ada.hears("* said to bob alone");
    ada.send("one\n/me two\n/name eve\nthree\n/last\n".as_bytes());
    let heard = ada.catch_up();
    let right = [
        "[t] * ada is now eve",
        "[t] (earlier) ada: hello",
        "[t] (earlier) ada: one",
        "[t] (earlier) ~ ada two",
        "[t] (earlier) eve: three",
        "* that was all: 4 lines",
    ];
    assert_eq!(heard, right);
}

#[test]
fn what_was_said_since_a_time_is_shown_with_its_date() {
    let folder = Folder::with_version_1("since");
    let file = folder.file();
    let mut command = Command::new(program("chat-server"));
    command.args([ANY_PORT, "--data", &file]).env("TZ", "UTC");
    let server = Server::start_as(&mut command);
    let mut bob = Guest::named(&server, "bob");
    let lines = [
        "[2026-11-23 14:03:08] (earlier) ada: hello",
        "[2026-11-23 14:03:09] (earlier) ~ ada waves",
        "[2026-11-23 14:03:10] (earlier) ada: 日本語 too",
    ];
    for (asked, from, since) in [
        ("2026-11-23", 0, "2026-11-23 00:00:00"),
        ("2026-11-23 14:03", 0, "2026-11-23 14:03:00"),
        ("2026-11-23 14:03:09", 1, "2026-11-23 14:03:09"),
        ("1999-01-01 0:00", 0, "1999-01-01 00:00:00"),
    ] {
        let heard = answer(&mut bob, &format!("/since {asked}"));
        let (sentence, shown) = heard.split_last().expect("an answer");
        assert_eq!(shown, &lines[from..], "{asked}");
        let count = 3 - from;
        let right = format!("* that was all since {since}: {count} lines");
        assert_eq!(*sentence, right);
    }
    let none = answer(&mut bob, "/since 2026-11-23 14:04");
    assert_eq!(none, ["* there are no lines since 2026-11-23 14:04:00"]);
    bob.say("now");
    bob.say("/since 0:00");
    bob.hears_next("[t] (earlier) bob: now");
    bob.hears_some("* that was all since ");
}

#[test]
fn what_cannot_be_answered_is_said_in_a_sentence() {
    let (_folder, _server, mut ada) = room_of("wrong", &["hello"]);
    for (question, right) in [
        ("/last x", "cannot be understood; it is written /last [N]"),
        ("/last 0", "cannot be understood"),
        ("/last -5", "cannot be understood"),
        ("/last 5 after 7", "cannot be understood"),
        ("/last before", "cannot be understood"),
        ("/since", "something is missing; it is written /since TIME"),
        ("/since noon", "that is no time; right would be 14:03, or"),
        ("/since 25:00", "that is no time"),
        ("/since 2026-02-30", "that is no time"),
        ("/since 14:03 2026-11-23", "that is no time"),
        ("/since 9999-01-01", "that time is still to come"),
    ] {
        let heard = answer(&mut ada, question);
        assert_eq!(heard.len(), 1, "{heard:?}");
        let verb = question.split(' ').next().expect("a verb");
        let told = heard[0].strip_prefix(&format!("* {verb}: "));
        assert!(told.is_some_and(|it| it.contains(right)), "{heard:?}");
    }
}

#[test]
fn without_a_file_the_last_lines_are_those_the_room_remembers() {
    let server = Server::start(&["--data", "off", "--history", "3"]);
    let mut ada = Guest::named(&server, "ada");
    assert_eq!(
        answer(&mut ada, "/last"),
        ["* there are no lines; nothing older is remembered here, or kept"]
    );
    for line in numbered(5) {
        ada.say(&line);
    }
    let all =
        "that was all: 3 lines; nothing older is remembered here, or kept";
    assert_eq!(answer(&mut ada, "/last"), shown(2..5, all));
    let two = answer(&mut ada, "/last 2");
    let more = "that was 2 lines; /last 2 before 5 shows what was said before";
    assert_eq!(two, shown(3..5, more));
    assert_eq!(
        answer(&mut ada, "/last 2 before 5")[0],
        earlier("ada: line 2")
    );
    ada.say("/since 0:00");
    ada.hears_next(&earlier("ada: line 2"));
    ada.hears_some("* that was all since ");
}
