//! Pasted text: a line is as good as typed, several are asked about.

use super::{Visit, bob};

fn pasted(text: &str) -> String {
    format!("\x1b[200~{text}\x1b[201~")
}

#[test]
fn several_lines_are_sent_only_when_the_person_says_so() {
    for (key, sent) in
        [("\r", true), ("y", true), ("\x1b", false), ("n", false)]
    {
        let Visit {
            terminal, mut peer, ..
        } = bob();
        terminal.types("draft");
        terminal.types(&pasted("one\rtwo\rthree\r"));
        terminal.shows_part("send these 3 lines?");
        terminal.types("x");
        peer.says("[14:03:09] ada: still there?\n");
        terminal.shows_part("still there?");
        terminal.shows_part("send these 3 lines?");
        assert!(peer.has_heard_nothing());
        terminal.types(key);
        terminal.edits("bob> draft", 10);
        if sent {
            for line in ["one", "two", "three"] {
                assert_eq!(peer.hears(), line);
            }
        }
        terminal.types("\r");
        assert_eq!(peer.hears(), "draft");
    }
}

#[test]
fn one_line_joins_the_draft() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("<>\x1b[D");
    terminal.types(&pasted("a\tb\x07\r"));
    terminal.edits("bob> <a b␇>", 10);
    assert!(peer.has_heard_nothing());
    terminal.types("\r");
    assert_eq!(peer.hears(), "<a b␇>");
}

#[test]
fn a_hundred_thousand_characters_freeze_nothing() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("draft");
    terminal.types(&pasted(&"x".repeat(100_000)));
    terminal.shows_part("a line holds 4096 bytes at most");
    terminal.types(&pasted(&"y\r".repeat(50_000)));
    terminal.shows_part("50000 lines are more than 500");
    terminal.edits("bob> draft", 10);
    // The same without the brackets around a paste.
    terminal.types(&"z".repeat(100_000));
    terminal.types("\r");
    assert_eq!(peer.hears(), format!("draft{}", "z".repeat(4096 - 5)));
    terminal.edits("bob>", 5);
    let rows = terminal.transcript();
    let told = rows.iter().filter(|row| row.contains("a line holds"));
    assert_eq!(told.count(), 2);
}
