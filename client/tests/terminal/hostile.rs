//! No byte from the room or from the keyboard commands the terminal.

use super::{Visit, bob};

#[test]
fn text_of_the_room_is_shown_and_not_obeyed() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("draft");
    peer.says("[14:03:09] eve: a\x1b[2J\x1b]0;t\x07\x08\rb\u{9b}c\u{202e}d\n");
    peer.says_bytes(b"[14:03:09] eve: \xff\xc3(\n");
    terminal.shows("[14:03:09] eve: a␛[2J␛]0;t␇␈␍b<U+009B>c<U+202E>d");
    // The model of the screen does not show U+FFFD.
    terminal.shows("[14:03:09] eve: (");
    let bytes = terminal.bytes();
    let written = String::from_utf8(bytes).expect("valid UTF-8");
    assert!(written.contains("\u{fffd}\u{fffd}("));
    terminal.shows("Welcome to the chatroom!");
    terminal.edits("bob> draft", 10);
    assert_eq!(terminal.effects(|it| (it.titles, it.bells)), (0, 0));
}

#[test]
fn invalid_bytes_typed_leave_the_draft_alone() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("keep");
    terminal.types_bytes(b"\xff\xfe\xc3(\x80");
    terminal.types("x");
    terminal.waits("the draft", |it| it.row().starts_with("bob> keep"));
    terminal.types("\r");
    let heard = peer.hears();
    assert!(
        heard.starts_with("keep") && heard.ends_with('x'),
        "{heard:?}"
    );
}
