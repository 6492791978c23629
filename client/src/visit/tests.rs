//! What a visit does about each thing that can happen, without a thread, a
//! socket or a second of waiting.

mod away;
mod numbered;

use super::leaving::GOODBYE_WAIT_MAX;
use super::*;
use crate::config::{Keyboard, Reconnect};
use crate::visit::backlog::{LINES_AT_ONCE, WAIT_PER_LINE_MAX};
use chat_common::address::Address;
use chat_common::lines::Line;
use std::io;

const YOU_ARE: &str =
    "* you are guest-3; /name NAME changes that, /help lists the rest";
const CONFIRMED: &str = "[14:03:07] * guest-3 is now ada";
const NO_NUMBERS: &str = "* /numbered: there is no such command; /help lists \
                          them, and //numbered says /numbered";
const REFUSED: &str = "* /name: \"ada\" is taken";

/// A visit, the clock, and what it has said to do so far.
struct Trial {
    visit: Visit,
    now: Instant,
    done: Vec<String>,
}

fn trial(keyboard: Keyboard, name: Option<&str>) -> Trial {
    trial_that(Reconnect::Never, keyboard, name)
}

fn trial_that(
    reconnect: Reconnect,
    keyboard: Keyboard,
    name: Option<&str>,
) -> Trial {
    let config = Config {
        address: Address::default(),
        name: name.map(str::to_owned),
        keyboard,
        reconnect,
    };
    let mut trial = Trial {
        visit: Visit::new(config),
        now: Instant::now(),
        done: Vec::new(),
    };
    let actions = trial.visit.begin(trial.now);
    trial.note(actions);
    trial
}

fn inside(keyboard: Keyboard) -> Trial {
    let mut trial = trial(keyboard, Some("ada"));
    trial.connect();
    trial.hear(YOU_ARE);
    trial.hear(CONFIRMED);
    trial.done.clear();
    trial
}

impl Trial {
    /// Writes actions down in few words.
    fn note(&mut self, actions: Vec<Action<'_>>) {
        self.done
            .extend(actions.into_iter().map(|action| match action {
                Action::Call => "call".to_owned(),
                Action::Show(_)
                | Action::ShowKept(_)
                | Action::ShowMissed(_) => "show".to_owned(),
                Action::Recall | Action::Keep(_) => "place".to_owned(),
                Action::Own(line, _) => format!("own {}", line.as_str()),
                Action::Tell(text) => format!("tell {text}"),
                Action::Ask => "ask".to_owned(),
                Action::Say(typed) | Action::Send(typed) => {
                    format!("> {}", typed.line.as_str())
                }
                Action::HalfClose => "half-close".to_owned(),
                Action::BePatient => "be patient".to_owned(),
                Action::HangUp => "hang up".to_owned(),
                Action::End(exit) => format!("end {}", exit.code()),
            }));
        // Tests of its own look at that.
        self.done.retain(|done| done != "place");
    }

    fn type_line(&mut self, text: &str) {
        let actions = self.visit.typed(Typed::new(text), self.now);
        self.note(actions);
    }

    fn end_keyboard(&mut self) {
        let actions = self.visit.keyboard_ended(self.now);
        self.note(actions);
    }

    /// Reaches a room that has no numbers.
    fn connect(&mut self) {
        let done = self.done();
        let actions = self.visit.connected(self.now);
        self.note(actions);
        if self.visit.wants_numbers() {
            assert_eq!(self.done(), ["> /numbered 1"]);
            self.hear(NO_NUMBERS);
            let told = |line: &String| line.contains("gives no numbers");
            self.done.retain(|line| !told(line));
        }
        self.done.splice(..0, done);
    }

    fn hear(&mut self, line: &str) {
        let lines = [Incoming::Line(Line::new(line))];
        let actions = self.visit.heard(&lines, self.now);
        self.note(actions);
    }

    fn interrupt(&mut self) {
        let actions = self.visit.interrupted(self.now);
        self.note(actions);
    }

    fn lose(&mut self, gone: &Gone) {
        let actions = self.visit.gone(gone, self.now);
        self.note(actions);
    }

    /// Lets the deadline pass; says how long that took.
    fn wait(&mut self) -> Duration {
        let deadline = self.visit.deadline().expect("something to wait for");
        let actions = self.visit.late(deadline);
        self.note(actions);
        let waited = deadline - self.now;
        self.now = deadline;
        waited
    }

    /// What was to be done since this was asked last.
    fn done(&mut self) -> Vec<String> {
        std::mem::take(&mut self.done)
    }
}

#[test]
fn a_call_that_takes_a_while_is_told_of_once() {
    let mut trial = trial(Keyboard::Person, Some("ada"));
    assert_eq!(trial.wait(), CALL_SILENCE_MAX);
    assert_eq!(trial.done(), ["call", "tell calling 127.0.0.1:7007 ..."]);
    assert_eq!(trial.visit.deadline(), None);
    trial.connect();
    assert_eq!(trial.done(), ["> /name ada"]);
    assert_eq!(trial.wait(), CONFIRM_WAIT_MAX);
}

#[test]
fn a_person_is_asked_until_the_name_is_free() {
    let mut trial = trial(Keyboard::Person, Some("a b"));
    let done = trial.done();
    assert!(
        done[0].starts_with("tell \"a b\" is not allowed"),
        "{done:?}"
    );
    assert_eq!(done[1..], ["ask"]);
    trial.type_line(" ada ");
    trial.connect();
    assert_eq!(trial.done(), ["call", "> /name ada"]);
    trial.hear(YOU_ARE);
    trial.hear(REFUSED);
    assert_eq!(trial.done(), ["show", "show", "ask"]);
    assert_eq!(trial.visit.deadline(), None);
    trial.type_line("bob");
    trial.hear("[14:03:07] * guest-3 is now bob");
    trial.type_line("hi");
    assert_eq!(trial.done(), ["> /name bob", "show", "> hi"]);
}

#[test]
fn what_was_typed_before_a_refusal_is_no_name() {
    let mut trial = trial(Keyboard::Person, Some("ada"));
    trial.connect();
    trial.type_line("hello");
    trial.hear(YOU_ARE);
    trial.hear(REFUSED);
    trial.type_line("bob");
    trial.done();
    trial.hear("[14:03:07] * guest-3 is now bob");
    assert_eq!(trial.done(), ["show", "> hello"]);
}

#[test]
fn a_refusal_of_something_else_is_no_refusal_of_the_name() {
    let mut trial = inside(Keyboard::Pipe);
    trial.hear(REFUSED);
    assert_eq!(trial.done(), ["show"]);
}

#[test]
fn a_pipe_hears_the_answer_before_it_leaves() {
    for (answer, end) in [(CONFIRMED, "> /quit"), (REFUSED, "end 1")] {
        let mut trial = trial(Keyboard::Pipe, Some("ada"));
        trial.end_keyboard();
        trial.connect();
        trial.hear(YOU_ARE);
        assert_eq!(trial.done(), ["call", "> /name ada", "show"]);
        trial.hear(answer);
        assert_eq!(trial.done().last().map(String::as_str), Some(end));
    }
}

#[test]
fn a_person_leaves_without_waiting_for_the_answer() {
    let mut first = trial(Keyboard::Person, Some("ada"));
    first.connect();
    first.type_line("/quit");
    assert_eq!(first.done(), ["call", "> /name ada", "> /quit"]);
    let mut second = trial(Keyboard::Person, Some("ada"));
    second.end_keyboard();
    assert_eq!(second.done(), ["call", "end 0"]);
}

#[test]
fn a_word_that_ends_a_pipe_is_said_by_a_person() {
    let mut person = inside(Keyboard::Person);
    let mut pipe = inside(Keyboard::Pipe);
    for trial in [&mut person, &mut pipe] {
        trial.type_line("exit");
    }
    assert_eq!(person.done(), ["> exit"]);
    assert_eq!(pipe.done(), ["> /quit"]);
    let mut held = trial(Keyboard::Person, Some("ada"));
    held.connect();
    held.type_line("quit");
    held.hear(YOU_ARE);
    held.hear(CONFIRMED);
    assert_eq!(held.done().last().map(String::as_str), Some("> quit"));
    let mut asked = trial(Keyboard::Person, None);
    asked.type_line("exit");
    assert_eq!(asked.done(), ["ask", "end 0"]);
}

#[test]
fn nothing_is_said_after_the_goodbye() {
    let mut trial = trial(Keyboard::Pipe, Some("ada"));
    for line in ["one", "quit", "two"] {
        trial.type_line(line);
    }
    trial.connect();
    trial.hear(YOU_ARE);
    trial.done();
    trial.hear(CONFIRMED);
    trial.type_line("three");
    trial.end_keyboard();
    assert_eq!(trial.done(), ["show", "> one", "> /quit"]);
}

#[test]
fn the_server_has_a_limit_for_each_answer() {
    let mut requesting = trial(Keyboard::Pipe, Some("ada"));
    requesting.connect();
    requesting.done();
    assert_eq!(requesting.wait(), CONFIRM_WAIT_MAX);
    let done = requesting.done();
    assert!(done[0].contains("has not confirmed the name"), "{done:?}");
    assert_eq!(done[1], "end 1");

    let mut leaving = inside(Keyboard::Person);
    leaving.type_line("/quit");
    assert_eq!(leaving.wait(), GOODBYE_WAIT_MAX);
    assert_eq!(leaving.done(), ["> /quit", "end 0"]);
}

#[test]
fn a_flood_gives_the_server_time_to_hear_the_goodbye() {
    let mut trial = inside(Keyboard::Pipe);
    for _ in 0..LINES_AT_ONCE + 30 {
        trial.type_line("x");
    }
    trial.end_keyboard();
    trial.done();
    assert_eq!(trial.wait(), GOODBYE_WAIT_MAX + WAIT_PER_LINE_MAX * 30);
    let done = trial.done();
    assert!(done[0].contains("may not have been said"), "{done:?}");
}

#[test]
fn what_was_said_long_ago_holds_up_no_goodbye() {
    let mut trial = inside(Keyboard::Person);
    for _ in 0..10 * LINES_AT_ONCE {
        trial.type_line("x");
        trial.now += WAIT_PER_LINE_MAX;
    }
    trial.done();
    trial.type_line("/quit");
    assert_eq!(trial.done(), ["> /quit"]);
    assert_eq!(trial.wait(), GOODBYE_WAIT_MAX);

    let mut trial = inside(Keyboard::Person);
    for _ in 0..2 * LINES_AT_ONCE {
        trial.type_line("x");
    }
    trial.done();
    trial.now += WAIT_PER_LINE_MAX * (LINES_AT_ONCE - 10);
    trial.type_line("/quit");
    assert!(trial.done()[0].contains("Ctrl-C leaves at once"));
    assert_eq!(trial.wait(), GOODBYE_WAIT_MAX + WAIT_PER_LINE_MAX * 10);
}

#[test]
fn a_room_that_slows_us_down_is_waited_for() {
    let mut trial = inside(Keyboard::Pipe);
    trial.hear("* slow down: from here on 20 of your lines a second are said");
    assert_eq!(trial.done(), ["show", "be patient"]);
    trial.hear("[14:03:07] bob: slow down: or I cannot follow");
    assert_eq!(trial.done(), ["show"]);
}

#[test]
fn a_server_gone_is_a_failure_unless_we_left() {
    let broken = Gone::Lost(io::ErrorKind::ConnectionReset.into());
    for gone in [&Gone::Closed, &broken] {
        let mut trial = inside(Keyboard::Person);
        trial.lose(gone);
        let done = trial.done();
        assert!(done[0].contains("127.0.0.1:7007 is gone"), "{done:?}");
        assert_eq!(done[1], "end 1");
    }
    let mut left = inside(Keyboard::Person);
    left.type_line("/quit");
    left.lose(&Gone::Closed);
    assert_eq!(left.done(), ["> /quit", "end 0"]);
    let mut torn = inside(Keyboard::Pipe);
    torn.type_line("quit");
    torn.lose(&broken);
    assert_eq!(torn.done().last().map(String::as_str), Some("end 1"));
}

#[test]
fn ctrl_c_drops_what_waits_and_the_second_one_does_not_wait() {
    let mut trial = inside(Keyboard::Person);
    trial.interrupt();
    trial.type_line("too late");
    assert_eq!(trial.done(), ["half-close"]);
    trial.interrupt();
    assert_eq!(trial.done(), ["end 0"]);
}
