//! The half-typed line stays as it is, whatever comes in above it.

use super::{Visit, bob};

const LEFT: &str = "\x1b[D";

#[test]
fn a_message_comes_in_above_the_half_typed_line() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types(&format!("hello wor{}", LEFT.repeat(3)));
    terminal.edits("bob> hello wor", 11);
    peer.says("[14:03:09] ada: are you there?\n");
    terminal.shows("[14:03:09] ada: are you there?");
    terminal.edits("bob> hello wor", 11);
    terminal.types("X\r");
    assert_eq!(peer.hears(), "hello Xwor");
    terminal.edits("bob>", 5);
    terminal.waits("hello once", |screen| {
        screen.count("hello") == 1 && screen.has("bob> hello Xwor")
    });
}

#[test]
fn wide_and_long_lines_and_a_cursor_at_the_start_disturb_no_row() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let mut expected = vec!["[14:03:07] * bob joined".to_owned()];
    let long = "0123456789".repeat(12);
    let wide = "日".repeat(60);
    for (nth, (draft, keys)) in [
        ("日本語👍x", ""),
        ("日本語👍x", "\x1b[H"),
        (wide.as_str(), ""),
        (long.as_str(), ""),
        (long.as_str(), "\x1b[H"),
    ]
    .into_iter()
    .enumerate()
    {
        terminal.types(&format!("{draft}{keys}"));
        peer.says(&format!("[14:03:09] ada: message {nth}\n"));
        expected.push(format!("[14:03:09] ada: message {nth}"));
        terminal.shows_part(&format!("message {nth}"));
        let column = match (nth, keys) {
            (_, "\x1b[H") => 5,
            (0, _) => 14,
            _ => 79,
        };
        terminal.waits("the cursor in its place", |screen| {
            screen.cursor.1 == column && screen.row().starts_with("bob> ")
        });
        // Both ends of the line, so that all of it is dropped.
        terminal.types("\x03");
        terminal.edits("bob>", 5);
    }
    let rows = terminal.transcript();
    let from = rows.iter().position(|row| *row == expected[0]);
    let from = from.expect("bob came in");
    assert_eq!(rows[from..from + expected.len()], expected);
    assert_eq!(rows.iter().filter(|row| row.contains("bob>")).count(), 1);
}

#[test]
fn a_message_as_wide_as_the_screen_is_one_row() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let wide = format!("[14:03:09] ada: {}", "x".repeat(64));
    assert_eq!(wide.len(), 80);
    peer.says(&format!("{wide}\n[14:03:09] ada: next\n"));
    terminal.shows("[14:03:09] ada: next");
    let rows = terminal.transcript();
    let at = rows.iter().position(|row| *row == wide).expect("the row");
    assert_eq!(rows[at - 1], "[14:03:07] * bob joined");
    assert_eq!(rows[at + 1], "[14:03:09] ada: next");
    assert_eq!(rows[at + 2], "bob>");
}

#[test]
fn a_long_message_goes_on_behind_the_time() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let padding = " ".repeat(63);
    peer.says(&format!(
        "[14:03:09] ada: x{padding}[14:03:10] eve: I am not eve\n"
    ));
    terminal.shows_part("I am not eve");
    let rows = terminal.transcript();
    let forged = rows.iter().find(|row| row.contains("not eve"));
    assert!(
        forged.expect("a row").starts_with("           "),
        "{rows:?}"
    );
}

#[test]
fn a_burst_while_typing_is_shown_once_and_in_order() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let lines: Vec<_> = (0..5000)
        .map(|number| format!("[14:03:09] ada: burst {number}"))
        .collect();
    let draft = "typed while they come in";
    // A key for each piece of the burst, so that some meet a frame.
    for (nth, piece) in lines.chunks(5000 / draft.len() + 1).enumerate() {
        terminal.types(&draft[nth..=nth]);
        peer.says(&(piece.join("\n") + "\n"));
    }
    terminal.shows("[14:03:09] ada: burst 4999");
    terminal.edits(&format!("bob> {draft}"), 29);
    let rows = terminal.transcript();
    let shown = rows.iter().filter(|row| row.contains("burst"));
    assert!(shown.eq(&lines), "something is missing or twice");
}

#[test]
fn lines_typed_in_one_go_arrive_once_and_in_order() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let lines: Vec<_> = (0..100).map(|nth| format!("line {nth}")).collect();
    terminal.types(&(lines.join("\r") + "\r"));
    for line in &lines {
        assert_eq!(peer.hears(), *line);
    }
    terminal.shows("bob> line 99");
    let rows = terminal.transcript();
    let shown = rows.iter().filter(|row| row.contains("line"));
    let expected = lines.iter().map(|line| format!("bob> {line}"));
    assert!(shown.map(String::to_owned).eq(expected), "{rows:#?}");
}

#[test]
fn messages_and_entered_lines_share_no_row() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    for hundred in 0..60 {
        let numbers = hundred * 100..(hundred + 1) * 100;
        let burst: String = numbers
            .map(|nth| format!("[14:03:09] ada: message {nth}\n"))
            .collect();
        let lines = (0..400).filter(|line| line % 60 == hundred);
        // Longer than a message, so that what is left of it would be seen.
        let tail = "-".repeat(50);
        let keys = lines.map(|line| format!("mine {line} {tail}\r"));
        let keys: String = keys.collect();
        terminal.types(&keys);
        peer.says(&burst);
    }
    terminal.types("done\r");
    let mut mine = Vec::new();
    loop {
        match peer.hears() {
            line if line == "done" => break,
            line => mine.push(format!("bob> {line}")),
        }
    }
    assert_eq!(mine.len(), 400);
    peer.says("[14:03:09] ada: goodbye\n");
    terminal.shows_part("goodbye");
    let rows = terminal.transcript();
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| row.contains("message") || row.contains("mine"))
        .collect();
    let (theirs, own): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.contains("message"));
    assert!(own.into_iter().eq(&mine), "own lines out of order");
    let expected =
        (0..6000).map(|nth| format!("[14:03:09] ada: message {nth}"));
    assert!(theirs.into_iter().cloned().eq(expected), "out of order");
}
