//! A visit whose server goes and comes back.

use super::*;
use crate::visit::away::{
    GHOST_PAUSE, GHOST_WAIT_MAX, HELD_LINES_MAX, SURELY_TAKEN,
};
use crate::visit::backoff::{PAUSE_FIRST, PAUSE_MAX};

/// A visit that has just lost its server.
fn lost() -> Trial {
    let person = Keyboard::Person;
    let mut trial = trial_that(Reconnect::Always, person, Some("ada"));
    trial.connect();
    trial.hear(YOU_ARE);
    trial.hear(CONFIRMED);
    trial.type_line("hello");
    trial.done.clear();
    trial.lose(&Gone::Closed);
    trial
}

#[test]
fn nothing_is_said_to_be_missing_that_the_room_has_taken() {
    let closing = "[14:03:09] * the server is closing";
    let lost = |line: Option<&str>, wait, closing: &[&str]| {
        let person = Keyboard::Person;
        let mut trial = trial_that(Reconnect::Always, person, Some("ada"));
        trial.connect();
        trial.hear(YOU_ARE);
        trial.hear(CONFIRMED);
        line.into_iter().for_each(|line| trial.type_line(line));
        trial.now += wait;
        closing.iter().for_each(|line| trial.hear(line));
        trial.done();
        trial.lose(&Gone::Closed);
        trial.done()[0].clone()
    };
    let moment = SURELY_TAKEN / 2;
    let told = lost(Some("hi"), SURELY_TAKEN, &[]);
    assert!(told.contains("may be missing"), "{told}");
    let told = lost(Some("hi"), moment, &[closing]);
    assert!(told.contains("in its last moment may not have"), "{told}");
    for (line, wait, closing) in [
        (Some("hi"), SURELY_TAKEN, &[closing][..]),
        (None, moment, &[closing]),
        (None, moment, &[]),
    ] {
        let told = lost(line, wait, closing);
        assert!(!told.contains("may "), "{told}");
    }
}

fn fail_to_call(trial: &mut Trial) {
    let actions = trial.visit.unreachable("nobody answers", trial.now);
    trial.note(actions);
}

#[test]
fn a_lost_server_is_called_with_growing_pauses_and_told_of_once() {
    let mut trial = lost();
    let done = trial.done();
    assert_eq!(done.len(), 1, "{done:?}");
    assert!(done[0].contains("may be missing"), "{done:?}");
    let away = Prompt::Away("ada".to_owned());
    assert_eq!(trial.visit.prompt(), away);
    let mut pauses = Vec::new();
    for _ in 0..12 {
        pauses.push(trial.wait());
        assert_eq!(trial.done(), ["call"]);
        fail_to_call(&mut trial);
        assert_eq!(trial.done(), [""; 0]);
    }
    assert!(pauses[4] > pauses[0], "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= PAUSE_MAX));
}

#[test]
fn what_is_typed_meanwhile_is_said_when_the_name_is_confirmed() {
    let mut trial = lost();
    trial.type_line("one");
    trial.wait();
    trial.type_line("two");
    trial.connect();
    trial.hear(YOU_ARE);
    trial.done();
    trial.hear(CONFIRMED);
    let back = "tell back in the room as ada";
    assert_eq!(trial.done(), ["show", back, "> one", "> two"]);
    assert_eq!(trial.visit.prompt(), Prompt::Talk("ada".to_owned()));
    trial.lose(&Gone::Closed);
    assert!(trial.done()[0].contains("is gone"));
}

#[test]
fn a_ghost_is_waited_for_and_then_the_person_is_asked() {
    let mut trial = lost();
    trial.wait();
    trial.connect();
    trial.hear(YOU_ARE);
    trial.hear(REFUSED);
    let done = trial.done();
    assert!(done.last().expect("a notice").contains("is taken"));
    let begun = trial.now;
    trial.type_line("kept");
    loop {
        let waited = trial.wait();
        assert_eq!(waited, GHOST_PAUSE);
        trial.hear(REFUSED);
        if trial.visit.prompt() == Prompt::Name {
            break;
        }
    }
    assert_eq!(trial.now - begun, GHOST_WAIT_MAX);
    assert_eq!(trial.done().last().map(String::as_str), Some("ask"));
    trial.type_line("bob");
    trial.hear("[14:03:07] * guest-3 is now bob");
    let done = trial.done();
    assert_eq!(done.last().map(String::as_str), Some("> kept"));
}

#[test]
fn a_server_that_says_nothing_is_hung_up_on() {
    let mut trial = lost();
    trial.wait();
    trial.connect();
    trial.done();
    assert_eq!(trial.wait(), CONFIRM_WAIT_MAX);
    assert_eq!(trial.done(), ["hang up"]);
    trial.lose(&Gone::Closed);
    trial.wait();
    assert_eq!(trial.done(), ["call"]);
}

#[test]
fn leaving_tells_what_was_not_sent() {
    let leave: [fn(&mut Trial); 3] = [
        |trial| trial.type_line("/quit"),
        Trial::end_keyboard,
        Trial::interrupt,
    ];
    for leave in leave {
        let mut trial = lost();
        trial.type_line("one");
        trial.done();
        leave(&mut trial);
        assert_eq!(trial.done(), ["tell not sent: one", "end 0"]);
    }
}

#[test]
fn no_more_is_kept_than_stated() {
    let mut trial = lost();
    for _ in 0..HELD_LINES_MAX {
        trial.type_line("x");
    }
    trial.done();
    trial.type_line("one too many");
    assert_eq!(trial.done(), ["tell not sent: one too many"]);
}

#[test]
fn who_is_shown_out_comes_back_when_they_say_so() {
    for words in [
        "* you are shown out: you were silent too long",
        "* you are shown out: you read too slowly",
    ] {
        let person = Keyboard::Person;
        let mut trial = trial_that(Reconnect::Always, person, Some("ada"));
        trial.connect();
        trial.hear(YOU_ARE);
        trial.hear(CONFIRMED);
        trial.hear(words);
        trial.done();
        trial.lose(&Gone::Closed);
        let asked = "tell press Enter to come back; /quit leaves";
        assert_eq!(trial.done(), [asked]);
        assert_eq!(trial.visit.deadline(), None);
        trial.type_line("hello?");
        trial.type_line("again");
        let done = trial.done();
        assert_eq!(done[0], "tell kept until then: hello?");
        assert_eq!(done[2..], ["call", "tell kept until then: again"]);
        trial.connect();
        trial.hear("* the room is full: 2 people are here; try again later");
        trial.lose(&Gone::Closed);
        assert_eq!(trial.done().last().map(String::as_str), Some(asked));
        assert_eq!(trial.visit.deadline(), None);
        trial.type_line("");
        assert_eq!(trial.done().last().map(String::as_str), Some("call"));
        fail_to_call(&mut trial);
        assert!(trial.done()[0].contains("calling it again"));
        trial.wait();
        trial.connect();
        trial.hear(YOU_ARE);
        trial.done();
        trial.hear(CONFIRMED);
        assert_eq!(trial.done()[2..], ["> hello?", "> again"]);
    }
}

#[test]
fn who_is_shown_out_may_leave() {
    for leave in ["/quit", "quit", "exit"] {
        let mut trial = lost();
        trial.wait();
        trial.connect();
        trial.hear("* the room is full: 2 people are here; try again later");
        trial.lose(&Gone::Closed);
        trial.done();
        trial.type_line(leave);
        let done = trial.done();
        let left = done.last().is_some_and(|last| last == "end 0");
        // The words are words: they are said once the room is back.
        assert_eq!(left, leave == "/quit", "{done:?}");
        trial.interrupt();
        assert_eq!(trial.done().last().map(String::as_str), Some("end 0"));
    }
}

#[test]
fn a_pipe_that_is_shown_out_ends_with_the_reason() {
    for reconnect in [Reconnect::Never, Reconnect::Always] {
        let mut trial = trial_that(reconnect, Keyboard::Pipe, Some("ada"));
        trial.connect();
        trial.hear("* the room is full: 2 people are here; try again later");
        trial.done();
        trial.lose(&Gone::Closed);
        let done = trial.done();
        assert!(done[0].contains("the room is full: 2"), "{done:?}");
        assert_eq!(done[1..], ["end 1"]);
    }
}

#[test]
fn a_server_that_keeps_nobody_is_called_ever_less_often() {
    let mut trial = lost();
    let mut pauses = Vec::new();
    for _ in 0..6 {
        pauses.push(trial.wait());
        trial.connect();
        trial.hear(YOU_ARE);
        trial.hear(CONFIRMED);
        trial.lose(&Gone::Closed);
    }
    assert!(pauses[5] > PAUSE_MAX / 4, "{pauses:?}");
    trial.wait();
    trial.connect();
    trial.hear(YOU_ARE);
    trial.hear(CONFIRMED);
    trial.now += PAUSE_MAX;
    trial.lose(&Gone::Closed);
    assert!(trial.wait() <= PAUSE_FIRST);
}
