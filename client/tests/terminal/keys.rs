//! What the keys do.

use super::{Visit, bob};

#[test]
fn ctrl_c_drops_the_line_and_on_an_empty_one_leaves() {
    let Visit {
        mut terminal,
        mut peer,
        ..
    } = bob();
    terminal.types("not this\x03");
    terminal.edits("bob>", 5);
    terminal.types("but this\r");
    assert_eq!(peer.hears(), "but this");
    terminal.types("\x03");
    assert_eq!(peer.hears_the_rest(), "");
    peer.closes();
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn ctrl_d_deletes_and_on_an_empty_line_leaves() {
    let Visit {
        mut terminal,
        mut peer,
        ..
    } = bob();
    terminal.types("abc\x01\x04\r");
    assert_eq!(peer.hears(), "bc");
    terminal.types("\x04");
    assert_eq!(peer.hears(), "/quit");
    peer.closes();
    assert_eq!(terminal.ends(), 0);
}
