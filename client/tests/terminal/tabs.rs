//! Tab completes, Up and Down walk through what was entered.

use chat_common::commands::COMMANDS;

use super::{Visit, bob};

#[test]
fn tab_completes_commands_and_lists_them() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("/u\t");
    terminal.edits("bob> /users", 12);
    terminal.types("\x15/\t");
    let verbs: Vec<_> = COMMANDS.iter().map(|it| it.verb).collect();
    terminal.shows(&format!("-- /{}", verbs.join("  /")));
    terminal.edits("bob> /", 6);
    peer.says("[14:03:09] ada: meanwhile\n");
    terminal.shows("[14:03:09] ada: meanwhile");
    terminal.types("h\t\r");
    assert_eq!(peer.hears(), "/help");
}

#[test]
fn tab_completes_names_beginning_with_who_spoke_last() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    peer.says("* here (3): alice, albert, bob\n");
    terminal.shows_part("albert");
    terminal.types("hi @al\t");
    terminal.edits("bob> hi alice", 14);
    peer.says("[14:03:09] albert: it is me\n");
    terminal.shows_part("it is me");
    terminal.types("\x15@al\t");
    terminal.edits("bob> albert", 12);
    terminal.types("\t");
    terminal.edits("bob> alice", 11);
    peer.says("[14:03:09] * alice left\n");
    terminal.shows_part("alice left");
    terminal.types("\x15al\t\t");
    terminal.edits("bob> albert", 12);
}

#[test]
fn a_name_without_end_is_no_name() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let long = "x".repeat(250_000);
    peer.says(&format!("[14:03:09] * {long} joined\n"));
    peer.says("[14:03:09] * xeno joined\n");
    terminal.shows_part("xeno joined");
    terminal.types("x\t");
    terminal.edits("bob> xeno", 10);
    terminal.types(&format!("\x15{}x\t", "y ".repeat(2047)));
    terminal.shows_part("a line holds 4096 bytes at most");
    terminal.types("\r");
    assert_eq!(peer.hears().len(), 4095);
}

#[test]
fn what_was_deleted_is_put_back_no_more_often_than_fits() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types(&format!("{}\x17", "word".repeat(250)));
    terminal.types(&"\x19".repeat(6));
    terminal.shows_part("a line holds 4096 bytes at most");
    terminal.types("\r");
    assert_eq!(peer.hears().len(), 4000);
}

#[test]
fn up_and_down_walk_and_the_draft_comes_back() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("one\rtwo\rdraft");
    assert_eq!(peer.hears(), "one");
    assert_eq!(peer.hears(), "two");
    terminal.types("\x1b[A");
    terminal.edits("bob> two", 8);
    terminal.types("\x1b[A\x1b[A\x1b[A");
    terminal.edits("bob> one", 8);
    terminal.types("\x1b[B\x1b[B");
    terminal.edits("bob> draft", 10);
    terminal.types("\x1b[B!\r");
    assert_eq!(peer.hears(), "draft!");
}
