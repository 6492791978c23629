//! Pasted text: a line is as good as typed, several are asked about.

use super::{Visit, bob};
use crate::kit::pty::client;
use crate::kit::server::{GREETING, Server};

fn pasted(text: &str) -> String {
    format!("\x1b[200~{text}\x1b[201~")
}

#[test]
fn several_lines_are_sent_only_when_the_person_says_so() {
    for (key, sent) in
        [("\r", true), ("\n", true), ("\x1b", false), ("\x03", false)]
    {
        let Visit {
            terminal, mut peer, ..
        } = bob();
        terminal.types("draft");
        terminal.types(&pasted("one\rtwo\rthree\r"));
        let question = "send these 3 lines to everyone? Enter sends, Esc drops";
        terminal.edits(question, question.len() + 1);
        peer.says("[14:03:09] ada: still there?\n");
        terminal.shows_part("still there?");
        terminal.edits(question, question.len() + 1);
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
fn a_key_that_came_with_the_paste_answers_nothing() {
    for keys in ["\r", "\x1b[A\r", "y\x7f\r\r"] {
        let Visit {
            terminal, mut peer, ..
        } = bob();
        terminal.types(&format!("{}{keys}", pasted("one\rtwo")));
        terminal.shows_part("send these 2 lines to everyone?");
        // What comes back from the room shows that the keys are done with.
        peer.says("[14:03:09] ada: well?\n");
        terminal.shows_part("well?");
        terminal.waits("the question", |screen| {
            screen.row().starts_with("send these 2 lines")
        });
        assert!(peer.has_heard_nothing());
        terminal.types("\r");
        assert_eq!(peer.hears(), "one");
        assert_eq!(peer.hears(), "two");
    }
}

#[test]
fn who_types_on_without_having_read_the_question_sends_nothing() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types(&pasted("one\rtwo"));
    terminal.shows_part("send these 2 lines");
    for c in "yes, why not? y".chars() {
        terminal.types(&c.to_string());
    }
    terminal.types("\r");
    terminal.shows_part("-- your line waits until the 2 pasted lines are");
    assert!(peer.has_heard_nothing());
    terminal.types("\x1b");
    terminal.shows_part("-- the 2 pasted lines are dropped");
    terminal.edits("bob> yes, why not? y", 20);
    terminal.types("\r");
    assert_eq!(peer.hears(), "yes, why not? y");
}

#[test]
fn a_pasted_line_is_text_and_never_a_command() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let lines = [
        ("exit", "exit"),
        ("/etc/hosts", "//etc/hosts"),
        ("/quit", "//quit"),
        ("cd /tmp", "cd /tmp"),
        ("//x", "///x"),
        ("  /msg ada secret", "  //msg ada secret"),
        ("/name eve\x1b[2J", "//name eve␛[2J"),
    ];
    let text = lines.map(|(line, _)| line).join("\r");
    terminal.types(&pasted(&text));
    terminal.shows_part("send these 7 lines");
    terminal.types("\r");
    for (_, sent) in lines {
        assert_eq!(peer.hears_untrimmed(), sent);
    }
    terminal.types("still here\r");
    assert_eq!(peer.hears(), "still here");
}

#[test]
fn a_paste_goes_to_whom_the_draft_speaks_to() {
    for (draft, whom, sent) in [
        ("/msg ada ", "to ada alone", "/msg ada "),
        ("/w ada see: ", "to ada alone", "/msg ada "),
        ("/tell ada\x1b[H", "to ada alone", "/msg ada "),
        ("/reply ", "to eve alone", "/msg eve "),
        ("/me ", "as /me to everyone", "/me "),
        ("//me ", "to everyone", ""),
        ("hello", "to everyone", ""),
    ] {
        let Visit {
            terminal, mut peer, ..
        } = bob();
        peer.says("[14:03:09] eve -> you: psst\n");
        terminal.shows_part("psst");
        terminal.types(draft);
        terminal.types(&pasted("one\r  /quit\rthree"));
        terminal.shows_part(&format!("send these 3 lines {whom}?"));
        terminal.types("\r");
        assert_eq!(peer.hears(), format!("{sent}one"));
        let second = if sent.is_empty() {
            "  //quit"
        } else {
            "  /quit"
        };
        assert_eq!(peer.hears_untrimmed(), format!("{sent}{second}"));
        assert_eq!(peer.hears(), format!("{sent}three"));
    }
}

#[test]
fn a_paste_behind_what_speaks_to_nobody_is_left_out() {
    for (draft, why) in [
        ("/msg ", "something is missing"),
        ("/name eve", "nothing can follow"),
        ("/mgs ada ", "there is no such command"),
        (" /msg ada ", "a command is one only"),
        ("/reply ", "written to you alone"),
    ] {
        let Visit {
            terminal, mut peer, ..
        } = bob();
        terminal.types(draft);
        terminal.types(&pasted("one\rtwo"));
        terminal.shows_part("-- the paste is left out: ");
        terminal.shows_part(why);
        terminal.waits("the draft", |screen| {
            screen.row() == format!("bob> {draft}").trim_end()
        });
        assert!(peer.has_heard_nothing(), "{draft}");
    }
}

#[test]
fn a_second_paste_waits_for_no_answer_and_a_name_is_no_paste() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types(&pasted("one\rtwo"));
    terminal.shows_part("send these 2 lines");
    terminal.types(&pasted("three\rfour"));
    terminal.shows_part("the lines before it are not answered yet");
    terminal.types(&pasted("in the draft"));
    terminal.types("\x1b");
    terminal.edits("bob> in the draft", 17);
    assert!(peer.has_heard_nothing());
    let server = Server::start();
    let terminal = client(&[&server.address]).start();
    terminal.edits("name:", 6);
    terminal.types(&pasted("ada\rhello"));
    terminal.shows_part("a name is one line");
    terminal.edits("name:", 6);
}

#[test]
fn the_question_waits_while_a_name_is_asked_for() {
    let server = Server::start();
    let terminal = client(&[&server.address, "--name", "bob"]).start();
    let mut peer = server.accepts();
    peer.is_asked_for("bob");
    terminal.types(&pasted("one\rtwo"));
    terminal.shows_part("send these 2 lines");
    peer.says(GREETING);
    peer.says("* /name: \"bob\" is taken\n");
    terminal.edits("name:", 6);
    terminal.types("eve\r");
    assert_eq!(peer.hears(), "/name eve");
    terminal.shows_part("send these 2 lines");
    peer.confirms("eve");
    terminal.shows_part("eve joined");
    assert!(peer.has_heard_nothing());
    terminal.types("\r");
    assert_eq!(peer.hears(), "one");
    assert_eq!(peer.hears(), "two");
}

#[test]
fn a_narrow_screen_shows_how_many_to_whom_and_how_to_cancel() {
    for (columns, row) in [
        (40, "3 lines to everyone? Enter yes, Esc no"),
        (30, "3 lines? Enter yes, Esc no"),
        (20, "3? Enter, Esc: no"),
    ] {
        let Visit {
            terminal, mut peer, ..
        } = bob();
        terminal.resizes(columns);
        terminal.types(&pasted("one\rtwo\rthree"));
        terminal.edits(row, row.len() + 1);
        // What the row does not hold stands above it.
        terminal.shows_part("everyone?");
        terminal.types("\x1b");
        terminal.edits("bob>", 5);
        assert!(peer.has_heard_nothing());
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
    terminal.types("\x15/msg ada \x1b[200~");
    terminal.types(&("z".repeat(4090) + "\rzz\x1b[201~"));
    terminal.shows_part("the paste is left out: a line holds 4096 bytes");
    terminal.types("\x15draft");
    terminal.edits("bob> draft", 10);
    // The same without the brackets around a paste.
    terminal.types(&"z".repeat(100_000));
    terminal.types("\r");
    assert_eq!(peer.hears(), format!("draft{}", "z".repeat(4096 - 5)));
    terminal.edits("bob>", 5);
    let rows = terminal.transcript();
    let told = rows.iter().filter(|row| row.contains("a line holds"));
    assert_eq!(told.count(), 3);
}
