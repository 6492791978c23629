//! Where a line goes: to whom its writer saw that it would, or nowhere.

use super::{Visit, bob};

#[test]
fn a_command_behind_a_space_stays_in_the_draft() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    for draft in [
        " /msg ada secret",
        "  /W ada secret",
        "\u{a0}/tell ada secret",
        "\u{3000}/me waves",
        " /quit",
    ] {
        terminal.types(draft);
        terminal.types("\r");
        terminal.shows_part("nothing was said; a command is one only");
        terminal.waits("the draft", |screen| screen.row().ends_with(draft));
        terminal.types("\x03\x0c");
        terminal.edits("bob>", 5);
    }
    assert!(peer.has_heard_nothing());
    terminal.types(" /msg ada secret\r\x01\x1b[3~\r");
    assert_eq!(peer.hears(), "/msg ada secret");
    terminal.types(" //msg ada\r see /etc\r");
    assert_eq!(peer.hears_untrimmed(), " //msg ada");
    assert_eq!(peer.hears_untrimmed(), " see /etc");
}

#[test]
fn an_answer_goes_to_whom_the_person_saw() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    peer.says("[14:03:09] ada -> you: psst\n");
    terminal.shows_part("psst");
    terminal.types("/reply ");
    terminal.edits("bob> /msg ada", 14);
    terminal.types("a sec");
    peer.says("[14:03:09] eve -> you: me too\n");
    terminal.shows_part("me too");
    terminal.types("ret\r");
    assert_eq!(peer.hears(), "/msg ada a secret");
    terminal.types("/r\t");
    terminal.edits("bob> /msg eve", 14);
    terminal.types("\x15\x1b[200~/reply hi\x1b[201~");
    terminal.edits("bob> /msg eve hi", 16);
    peer.says("[14:03:09] * eve is now mallory\n");
    terminal.shows_part("mallory");
    terminal.types("\x15/REPLY x");
    terminal.edits("bob> /msg mallory x", 19);
    peer.says("[14:03:09] * mallory left\n");
    terminal.shows_part("mallory left");
    terminal.types("\x15/reply x\r");
    terminal.shows_part("nobody who is here has written to you alone");
    terminal.edits("bob> /reply x", 13);
    assert!(peer.has_heard_nothing());
}

#[test]
fn an_answer_to_nobody_does_not_go_to_whoever_writes_meanwhile() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("/reply my secret");
    terminal.edits("bob> /reply my secret", 21);
    peer.says("[14:03:09] eve -> you: hello\n");
    terminal.shows_part("hello");
    terminal.types("\r");
    terminal.edits("bob> /msg eve my secret", 23);
    assert!(peer.has_heard_nothing());
    terminal.types("\r");
    assert_eq!(peer.hears(), "/msg eve my secret");
}

#[test]
fn words_that_end_a_pipe_are_words_on_a_terminal() {
    let Visit {
        mut terminal,
        mut peer,
        ..
    } = bob();
    terminal.types("exit\rQuit\r/quit\r");
    assert_eq!(peer.hears(), "exit");
    assert_eq!(peer.hears(), "Quit");
    assert_eq!(peer.hears(), "/quit");
    peer.closes();
    assert_eq!(terminal.ends(), 0);
}
