//! The first column is where somebody speaks: no text gets there, however
//! wide the terminal shows it and in whatever direction it is written.

use super::{Visit, bob, enter};
use crate::kit::pty::client;
use crate::kit::server::Server;

/// What would look like a line of ada's in the first column.
const FORGED: &str = "[14:03:08] ada: I said so";

/// What has been written, row by row, without what commands the terminal.
fn rows_written(visit: &Visit) -> Vec<String> {
    let bytes = visit.terminal.bytes();
    let text = String::from_utf8(bytes).expect("valid UTF-8");
    let mut pieces = text.split("\x1b");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| c.is_ascii_alphabetic() || c <= '9');
        let is_short = !piece.starts_with('[');
        let end = if is_short {
            end
        } else {
            piece.find(|c: char| c.is_ascii_alphabetic())
        };
        plain.push_str(&piece[end.map_or(0, |end| end + 1)..]);
    }
    plain.lines().map(str::to_owned).collect()
}

#[test]
fn fillers_push_nothing_into_the_first_column() {
    // What a terminal may show it as, in columns.
    for (filler, columns) in [
        ("\u{3164}", 2),
        ("\u{ffa0}", 2),
        ("\u{ad}", 1),
        ("\u{e0a0}", 2),
    ] {
        let mut visit = bob();
        let start = "[14:03:07] eve: xx";
        let fill = filler.repeat((80 - start.len()) / columns);
        visit.peer.says(&format!("{start}{fill}{FORGED}\n"));
        visit.terminal.shows(&format!("           {FORGED}"));
        let rows = rows_written(&visit);
        let row = rows.iter().find(|row| row.contains(start)).expect(start);
        assert!(!row.contains(FORGED), "{filler:?}: {row:?}");
    }
}

/// Where a terminal shows a character in more columns than anybody else, the
/// row ends at its end.
#[test]
fn no_row_is_written_that_a_terminal_could_wrap() {
    let mut visit = bob();
    visit.terminal.types("draft");
    visit.terminal.edits("bob> draft", 10);
    visit.peer.says(&format!("[14:03:07] eve: {FORGED}\n"));
    visit.terminal.shows(&format!("[14:03:07] eve: {FORGED}"));
    let bytes = visit.terminal.bytes();
    let text = String::from_utf8(bytes).expect("valid UTF-8");
    let mut frames = text.split("\x1b[?7l");
    let before = frames.next().unwrap_or_default();
    assert!(!before.contains("bob"), "{before:?}");
    for frame in frames {
        let (_, behind) = frame.split_once("\x1b[?7h").expect("an end");
        let shown = behind.find(|c: char| c.is_alphanumeric());
        let is_idle = shown.is_none_or(|at| behind[..at].ends_with('['));
        assert!(is_idle, "{behind:?}");
    }
}

#[test]
fn ambiguous_characters_are_as_wide_as_the_terminal_says() {
    let fill = "Ж".repeat(31);
    let line = format!("[14:03:07] eve: xx{fill}{FORGED}");
    for (answer, columns) in [("\x1b[9;3R", 1), ("\x1b[9;5R", 2)] {
        let mut visit = bob();
        // Nobody was asked: this is a key, and does nothing.
        visit.terminal.types("\x1b[1;5Rx");
        visit.terminal.edits("bob> x", 6);
        visit.peer.says("[14:03:07] eve: Ж\n");
        visit.terminal.shows("[14:03:07] eve: Ж");
        let question = visit.terminal.bytes();
        let question = question.windows(4).filter(|it| it == b"\x1b[6n");
        assert_eq!(question.count(), 1);
        visit.terminal.types(&format!("{answer}y"));
        visit.terminal.edits("bob> xy", 7);
        visit.peer.says(&format!("{line}\n"));
        match columns {
            1 => visit.terminal.shows(&line),
            _ => visit.terminal.shows(&format!("           {FORGED}")),
        }
    }
}

#[test]
fn until_the_terminal_answers_its_locale_tells() {
    let server = Server::start();
    let args = [server.address.as_str(), "--name", "bob"];
    let terminal = client(&args).with("LC_ALL", "ja_JP.UTF-8").start();
    let mut visit = enter(terminal, server);
    let fill = "Ж".repeat(31);
    visit
        .peer
        .says(&format!("[14:03:07] eve: xx{fill}{FORGED}\n"));
    visit.terminal.shows(&format!("           {FORGED}"));
}

#[test]
fn what_is_written_from_the_right_leaves_time_and_speaker_on_the_left() {
    let mut visit = bob();
    visit.peer.says("[14:03:07] שלום: 123 היי\n");
    visit
        .peer
        .says(&format!("[14:03:08] ada: {}\n", "שלום ".repeat(20)));
    visit.peer.says("[14:03:09] ada: left to right\n");
    visit.terminal.shows("[14:03:09] ada: left to right");
    let rows = rows_written(&visit);
    let row = |part: &str| {
        let found = rows.iter().position(|row| row.contains(part));
        found.unwrap_or_else(|| panic!("no {part:?} in {rows:?}"))
    };
    // A mark before the first letter, and one behind the name.
    let first = &rows[row("123")];
    assert!(first.contains("[\u{200e}14:03:07] "), "{first:?}");
    assert!(first.contains("שלום\u{200e}: 123 היי"), "{first:?}");
    let second = row("14:03:08");
    assert!(rows[second].contains("[\u{200e}14:03:08] "), "{rows:?}");
    let third = &rows[second + 1];
    assert!(third.contains(" \u{200e}          שלום"), "{third:?}");
}
