//! A terminal that gets another size.

use super::{Visit, bob};

#[test]
fn a_terminal_that_changes_its_width_keeps_one_row_of_typing() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("hello world\x1b[D\x1b[D");
    terminal.edits("bob> hello world", 14);
    for (nth, columns) in [40, 120, 80].into_iter().enumerate() {
        terminal.resizes(columns);
        let columns = usize::from(columns);
        let wide = format!("[14:03:09] ada: {nth} {}", "x".repeat(columns));
        peer.says(&format!("{}\n", &wide[..columns]));
        terminal.shows(&wide[..columns]);
        terminal.edits("bob> hello world", 14);
        terminal.waits("one row of typing", |it| it.count("bob> ") == 1);
    }
    terminal.types("X\r");
    assert_eq!(peer.hears(), "hello worXld");
}

#[test]
fn a_long_draft_follows_the_width() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let draft = "0123456789".repeat(6);
    terminal.types(&draft);
    terminal.edits(&format!("bob> {draft}"), 65);
    terminal.resizes(40);
    terminal.edits(&format!("bob> {}", &draft[26..]), 39);
    terminal.resizes(120);
    terminal.edits(&format!("bob> {draft}"), 65);
    terminal.types("\r");
    assert_eq!(peer.hears(), draft);
}
