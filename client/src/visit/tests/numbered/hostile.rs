//! A room that keeps to no rule: no panic, no memory without bound, and the
//! person is told what is left out.

use chat_common::numbered::MISSED_ENTRIES_MAX;
use proptest::prelude::*;

use super::*;
use crate::visit::catch_up::MISSED_BYTES_MAX;
use crate::visit::numbers::{GREETING_LINES_MAX, Stage};
use crate::visit::unconfirmed::UNCONFIRMED_LINES_MAX;

#[test]
fn numbers_that_go_back_or_repeat_are_told_once_and_left_out() {
    let mut ada = inside();
    ada.hears(&["# 50 [14:03:07] bob: x"]);
    let heard = ada.hears(&[
        "# 50 [14:03:07] bob: x",
        "# 7 [14:03:07] bob: y",
        "# 18446744073709551615 [14:03:07] bob: jump",
        "# 51 [14:03:07] bob: z",
    ]);
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[0].contains("number 50 again"), "{heard:?}");
    assert_eq!(heard[1], "[14:03:07] bob: jump");
    // The next connection finds the way back.
    assert_eq!(back(&mut ada), ["> /numbered 1 e1 18446744073709551615 t1"]);
    let heard = ada.hears(&["= epoch e1 51", "= taken-to 1", "# 52 x"]);
    assert!(heard[0].contains("have gone back"), "{heard:?}");
    assert_eq!(heard.last().map(String::as_str), Some("x"));
}

#[test]
fn what_makes_no_sense_is_told_once() {
    let mut ada = inside();
    let heard = ada.hears(&[
        "= \u{1b}[2J and more",
        "= missed 99999999999999999999999",
        "= token t9",
        "= taken-to 9",
        "= epoch e9 9",
        "[14:03:07] bob: no mark",
    ]);
    assert!(heard[0].contains("does not understand"), "{heard:?}");
    assert_eq!(heard[1..], ["[14:03:07] bob: no mark"]);
    assert_eq!(back(&mut ada), ["> /numbered 1 e1 40 t1"]);
}

#[test]
fn endless_missed_lines_are_shown_as_they_come() {
    let mut ada = inside();
    back(&mut ada);
    ada.hears(&["= epoch e1 99999", "= taken-to 1", "= missed 1"]);
    let mut shown = 0;
    for number in 41..41 + 3 * MISSED_ENTRIES_MAX {
        ada.hears(&["= missed 18446744073709551615"]);
        let line = format!("# {number} [14:03:07] bob: x");
        shown += ada.hears(&[&line]).len() as u64;
    }
    assert_eq!(shown, 1 + 3 * MISSED_ENTRIES_MAX);
}

#[test]
fn endless_missed_bytes_are_shown_as_they_come() {
    let mut ada = inside();
    back(&mut ada);
    ada.hears(&["= epoch e1 99999", "= taken-to 1", "= missed 1"]);
    let long = "x".repeat(HEARD_BYTES_MAX - 100);
    let mut bytes = 0;
    for number in 41.. {
        bytes += long.len();
        let line = format!("# {number} [14:03:07] bob: {long}");
        if !ada.hears(&[&line]).is_empty() {
            break;
        }
    }
    assert!(bytes < MISSED_BYTES_MAX + HEARD_BYTES_MAX, "{bytes}");
}

#[test]
fn an_endless_greeting_is_shown_as_it_comes() {
    let mut ada = inside();
    back(&mut ada);
    let mut shown = 0;
    for _ in 0..3 * GREETING_LINES_MAX {
        shown += ada.hears(&["* more and more"]).len();
    }
    assert_eq!(shown, 3 * GREETING_LINES_MAX);
}

#[test]
fn a_room_that_confirms_nothing_gets_no_more_than_stated() {
    let mut ada = inside();
    for _ in 0..UNCONFIRMED_LINES_MAX {
        assert_eq!(ada.types("x").len(), 1);
    }
    let told = ada.types("one too many");
    assert!(told[0].starts_with("-- not sent"), "{told:?}");
    assert!(told[0].ends_with(": one too many"), "{told:?}");
}

/// A line of a room that may know the protocol, and does not care.
fn line() -> impl Strategy<Value = String> {
    let number = prop_oneof![0..60u64, Just(u64::MAX), any::<u64>()];
    let known = prop::sample::select(vec![
        "[14:03:07] bob: hi ada",
        "[14:03:07] ada: one",
        "[14:03:07] * guest-3 is now ada",
        "[14:03:07] * ada is now eve",
        "[14:03:07] * the server is closing",
        YOU_ARE,
        REFUSED,
        NO_NUMBERS,
        "* you are shown out: you were silent too long",
    ]);
    let text = prop_oneof![known.prop_map(str::to_owned), "\\PC{0,12}"];
    let control = prop_oneof![
        Just("end".to_owned()),
        "(epoch e[12]|skipped|missed|pong|taken-to|token) [0-9]{1,2}",
        "taken [0-9] ([0-9]{1,2}|-|[0-9]{1,2} \\[14:03:07\\])",
        "\\PC{0,12}",
    ];
    let entry = (number, text.clone());
    prop_oneof![
        3 => entry.prop_map(|(number, text)| format!("# {number} {text}")),
        2 => text.clone().prop_map(|text| format!("- {text}")),
        4 => control.prop_map(|control| format!("= {control}")),
        1 => text,
    ]
}

/// What happens to ada.
#[derive(Clone, Debug)]
enum Step {
    Hears(Vec<String>),
    Types(&'static str),
    Waits,
    Loses,
    Connects,
}

fn step() -> impl Strategy<Value = Step> {
    let typed = vec!["one", "/users", "/me waves", "//x", "/name eve", ""];
    prop_oneof![
        5 => prop::collection::vec(line(), 1..8).prop_map(Step::Hears),
        3 => prop::sample::select(typed).prop_map(Step::Types),
        2 => Just(Step::Waits),
        1 => Just(Step::Loses),
        2 => Just(Step::Connects),
    ]
}

/// A line that may go to a room of which it is not known that it numbers.
fn needs_no_number(line: &str) -> bool {
    ["/numbered ", "/name ", "/quit"]
        .iter()
        .any(|it| line.starts_with(it))
}

fn has_number(line: &str) -> bool {
    let (first, rest) = line.split_once(' ').unwrap_or_default();
    !rest.is_empty() && (first == "?" || first.parse::<u64>().is_ok())
}

proptest! {
    #[test]
    fn no_room_ends_the_client(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut ada = Ada::new(Some(("e1", 40, "t1")));
        let mut is_connected = false;
        for step in steps {
            let done = match step {
                Step::Hears(lines) if is_connected => {
                    let lines: Vec<&str> =
                        lines.iter().map(String::as_str).collect();
                    ada.hears(&lines)
                }
                Step::Types(text) => ada.types(text),
                Step::Waits if ada.visit.deadline().is_some() => ada.waits(),
                Step::Loses if is_connected => {
                    is_connected = false;
                    ada.loses()
                }
                Step::Connects if !is_connected => {
                    is_connected = true;
                    ada.connects()
                }
                _ => Vec::new(),
            };
            let is_plain = ada.visit.numbers.stage == Stage::Plain;
            for line in done.iter().filter_map(|it| it.strip_prefix("> ")) {
                let is_right =
                    is_plain || needs_no_number(line) || has_number(line);
                prop_assert!(is_right, "{line}");
            }
            prop_assert!(ada.waiting().len() <= UNCONFIRMED_LINES_MAX);
        }
    }
}
