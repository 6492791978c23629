//! Promise: what was said is found again by whoever asks, from the room, and
//! shown to them alone; nothing of it can be mistaken for a word of now, and
//! nobody waits for it but the asker.

use std::fs;
use std::process::Command;

use chat_kit::folder::Folder;
use chat_kit::guest::Guest;
use chat_kit::process::Signal;
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

/// Has an operator forget the text of this entry.
fn forget(folder: &Folder, number: &str) {
    let mut command = Command::new(program("chat-server"));
    command.args(["admin", "--data", &folder.file(), "forget", number]);
    let forgotten = command.output().expect("it runs");
    assert!(forgotten.status.success(), "{number}: {forgotten:?}");
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
fn who_comes_after_a_restart_is_answered_though_nobody_says_anything() {
    let (folder, mut server, _ada) = room_of("restarted", &["hello"]);
    server.stop(Signal::Terminate);
    let server = folder.start(&[]);
    let mut bob = Guest::enter(&server);
    let right = [
        "[t] (earlier) ada: hello".to_owned(),
        "* that was all: 1 line".to_owned(),
    ];
    for _ in 0..3 {
        let heard = answer(&mut bob, "/last");
        assert!(heard.ends_with(&right), "{heard:?}");
    }
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

/// Enough of other lines to have what was said before them in the index.
fn chatter(guest: &mut Guest) {
    let lines: String = (0..1100).map(|nth| format!("chat {nth}\n")).collect();
    guest.send(lines.as_bytes());
    guest.catch_up();
}

#[test]
fn words_of_any_language_are_found_in_the_index_and_before_they_are_in_it() {
    let lines = [
        "see you Tomorrow, at the café",
        "今天天气很好",
        "東京タワーへ行きました",
        "학교에서 만나요",
        "Привет, мир",
        "cats and dogs 🎉",
    ];
    let (_folder, _server, mut ada) = room_of("languages", &lines);
    let searches = [
        ("tomorrow", 0),
        ("CAFE tomorrow", 0),
        ("天气", 1),
        ("今天", 1),
        ("天", 1),
        ("タワー", 2),
        ("학교", 3),
        ("МИР", 4),
        ("🎉", 5),
        ("dogs cats", 5),
    ];
    for round in ["new", "indexed"] {
        for (words, nth) in searches {
            let heard = answer(&mut ada, &format!("/search {words}"));
            let shown = earlier(&format!("ada: {}", lines[nth]));
            let sentence = format!("* that was all: 1 line with \"{words}\"");
            assert_eq!(heard, [shown, sentence], "{round}");
        }
        for words in ["tomorro", "天很", "nobody", "cats birds"] {
            let none = format!("* there are no lines with \"{words}\"");
            assert_eq!(answer(&mut ada, &format!("/search {words}")), [none]);
        }
        chatter(&mut ada);
    }
}

#[test]
fn more_than_twenty_are_counted_and_shown_page_by_page() {
    let lines = numbered(50);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (_folder, _server, mut ada) = room_of("pages", &lines);
    for _ in ["new", "indexed"] {
        let found = |count, end: &str| {
            format!("that was {count} lines with \"line\"{end}")
        };
        let more = "; there are 30 more, and /search line before 32 shows them";
        let heard = answer(&mut ada, "/search line");
        assert_eq!(heard, shown(30..50, &found(20, more)));
        let more = "; there are 10 more, and /search line before 12 shows them";
        let heard = answer(&mut ada, "/search line before 32");
        assert_eq!(heard, shown(10..30, &found(20, more)));
        let all = "that was all before 12: 10 lines with \"line\"";
        let heard = answer(&mut ada, "/search line before 12");
        assert_eq!(heard, shown(0..10, all));
        let none = "* there are no lines with \"line\" before 2";
        assert_eq!(answer(&mut ada, "/search line before 2"), [none]);
        chatter(&mut ada);
    }
    let many = answer(&mut ada, "/search chat");
    let counted =
        "that was 20 lines with \"chat\"; there are at least 1000 more";
    let sentence = many.last().expect("a sentence");
    assert!(sentence.contains(counted), "{sentence}");
}

#[test]
fn what_cannot_be_searched_is_said_in_a_sentence() {
    let (_folder, _server, mut ada) = room_of("unsearched", &["hello"]);
    let long = format!("/search {}", "x".repeat(101));
    for (question, right) in [
        (
            "/search",
            "something is missing; it is written /search WORDS",
        ),
        ("/search ?!", "there is no word in that"),
        (&long, "that is too long to search for"),
    ] {
        let heard = answer(&mut ada, question);
        assert_eq!(heard.len(), 1, "{heard:?}");
        let told = heard[0].strip_prefix("* /search: ");
        assert!(told.is_some_and(|it| it.contains(right)), "{heard:?}");
    }
    // Whatever the index would take for a question of its own.
    for words in ["\"hello", "hel*", "NOT hello", "text:hello", "a OR hello"] {
        let heard = answer(&mut ada, &format!("/search {words}"));
        assert_eq!(heard.len(), 1 + usize::from(words == "\"hello"));
    }
    let server = Server::start(&["--data", "off"]);
    let mut ada = Guest::named(&server, "ada");
    let heard = answer(&mut ada, "/search hello");
    assert!(
        heard[0].starts_with("* /search: nothing is kept"),
        "{heard:?}"
    );
}

#[test]
fn what_is_private_or_forgotten_is_not_found() {
    let (folder, server, mut ada) = room_of("forgotten", &["xylophonequartz"]);
    let mut bob = Guest::named(&server, "bob");
    ada.say("/msg bob xylophonequartz too");
    bob.hears("[t] ada -> you: xylophonequartz too");
    let heard = answer(&mut bob, "/search xylophonequartz");
    let shown = earlier("ada: xylophonequartz");
    assert_eq!(heard[..heard.len() - 1], std::slice::from_ref(&shown)[..]);
    // Once more, to be in the index; names are entries 1 and 3.
    ada.say("xylophonequartz");
    chatter(&mut ada);
    let heard = answer(&mut bob, "/search xylophonequartz");
    let heard: Vec<_> = heard.iter().filter(|it| **it == shown).collect();
    assert_eq!(heard.len(), 2, "the index has them");
    assert!(folder.holds("ylophonequartz"), "the test can see it");
    for number in ["2", "4"] {
        forget(&folder, number);
    }
    let none = "* there are no lines with \"xylophonequartz\"";
    assert_eq!(answer(&mut bob, "/search xylophonequartz"), [none]);
    for part in ["xylophonequartz", "ylophonequartz", "lophonequartz"] {
        assert!(!folder.holds(part), "{part} is in the file or the index");
    }
    let first = answer(&mut bob, "/last before 3");
    assert_eq!(first[0], earlier("* what ada said is forgotten"));
    let mut check = Command::new(program("chat-server"));
    check.args(["admin", "--data", &folder.file(), "check"]);
    assert!(check.output().expect("it runs").status.success());
}

#[test]
fn what_the_first_version_of_the_tables_kept_is_found() {
    let folder = Folder::with_version_1("migrated");
    let before = fs::read(folder.file()).expect("bytes");
    let server = folder.start(&["--rate", "off"]);
    let copy = fs::read(folder.path("room.db.version-1")).expect("a copy");
    assert_eq!(copy.len(), before.len(), "it is copied before");
    let mut bob = Guest::named(&server, "bob");
    for _ in ["new", "indexed"] {
        for (words, text) in
            [("日本", "ada: 日本語 too"), ("waves", "~ ada waves")]
        {
            let heard = answer(&mut bob, &format!("/search {words}"));
            assert!(heard[0].ends_with(&format!("(earlier) {text}")));
            assert_eq!(heard.len(), 2, "{heard:?}");
        }
        chatter(&mut bob);
    }
    let options = ["--data", &folder.path("room.db.version-1")];
    let server = Server::start(&options);
    let mut bob = Guest::named(&server, "bob");
    assert_eq!(answer(&mut bob, "/search waves").len(), 2);
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

/// How many search at once.
const SEARCHERS: usize = 50;
/// How often each of them does.
const SEARCHES: usize = 100;

#[test]
fn fifty_who_search_without_end_delay_nobody_who_talks() {
    let (_folder, server, mut ada) = room_of("flood", &[]);
    for _ in 0..5 {
        chatter(&mut ada);
    }
    let mut bob = Guest::named(&server, "bob");
    let mut searchers: Vec<Guest> =
        (0..SEARCHERS).map(|_| Guest::enter(&server)).collect();
    let searches = "/search chat\n".repeat(SEARCHES) + "done\n";
    for searcher in &mut searchers {
        searcher.send(searches.as_bytes());
    }
    for nth in 0..100 {
        ada.say(&format!("line {nth}"));
        let before = bob.lines_until(&format!("[t] ada: line {nth}"));
        let done = before.iter().filter(|line| line.ends_with(": done"));
        assert_eq!(done.count(), 0, "a line waits for searches");
    }
    // Each is answered all the same, in its turn.
    for _ in 0..SEARCHES {
        searchers[0].hears_some("* that was 20 lines with \"chat\"; ");
    }
}

#[test]
fn who_asks_without_reading_is_not_too_slow_and_costs_little() {
    let (_folder, server, mut ada) = room_of("unread", &[]);
    chatter(&mut ada);
    let mut zed = Guest::named(&server, "zed");
    let before = server.process.memory_kib();
    let questions = 300;
    zed.send("/last 500\n".repeat(questions).as_bytes());
    let mut bob = Guest::named(&server, "bob");
    ada.say("hello");
    bob.hears("[t] ada: hello");
    let cost = server.process.memory_kib().saturating_sub(before);
    assert!(cost < 16 * 1024, "{cost} KiB more");
    for _ in 0..questions {
        zed.hears_some("* that was 500 lines; ");
    }
}

#[test]
fn who_freezes_in_the_middle_of_an_answer_is_shown_out_like_anybody() {
    let folder = Folder::new("frozen");
    let server = folder.start(&["--rate", "off", "--backlog", "65536"]);
    let mut ada = Guest::named(&server, "ada");
    chatter(&mut ada);
    let mut zed = Guest::named(&server, "zed");
    let mut bob = Guest::named(&server, "bob");
    zed.send("/last 500\n".repeat(500).as_bytes());
    let text = "x".repeat(1000);
    for nth in 0..20_000 {
        ada.say(&format!("{nth} {text}"));
        let before = bob.lines_until(&format!("[t] ada: {nth} {text}"));
        if before
            .iter()
            .any(|line| line == "[t] * zed left (too slow)")
        {
            return;
        }
    }
    panic!("zed is still here");
}

#[test]
fn a_search_costs_twenty_lines_and_another_look_back_five() {
    for (question, many) in [("/search x", 2), ("/last", 5), ("/since 0:00", 5)]
    {
        let folder = Folder::new("cost");
        let server = folder.start(&["--rate", "1", "--burst", "22"]);
        // The name costs one.
        let mut ada = Guest::named(&server, "ada");
        for _ in 1..many {
            ada.say(question);
        }
        assert!(!ada.catch_up().iter().any(|it| it.contains("slow down")));
        ada.say(question);
        ada.hears_some("* slow down");
    }
}
