//! A visit to a room that numbers what it tells: one that keeps to the
//! protocol, and any other.

mod hostile;
mod model;

use super::*;
use crate::visit::lag::ANSWER_WAIT_MAX;
use crate::visit::numbers::{CATCH_UP_SILENCE_MAX, KEEP_PAUSE};
use crate::visit::place::Place;

/// What a visit asked for, in words: what is shown as it is shown.
pub(super) fn words(action: &Action<'_>) -> String {
    match action {
        Action::Show(line) => line.text().to_owned(),
        Action::ShowKept(line) | Action::ShowMissed(line) => {
            line.as_str().to_owned()
        }
        Action::Own(line, None) => format!("own {}", line.as_str()),
        Action::Own(line, Some(at)) => format!("own [{at}] {}", line.as_str()),
        Action::Tell(text) => format!("-- {text}"),
        Action::Say(typed) | Action::Send(typed) => {
            format!("> {}", typed.line.as_str())
        }
        Action::Keep(place) => format!("keep {} {}", place.epoch, place.last),
        Action::Recall => "recall".to_owned(),
        Action::Call => "call".to_owned(),
        Action::Ask => "ask".to_owned(),
        Action::HangUp => "hang up".to_owned(),
        Action::HalfClose => "half-close".to_owned(),
        Action::BePatient => "be patient".to_owned(),
        Action::End(exit) => format!("end {}", exit.code()),
    }
}

/// ada, on her way into a room.
struct Ada {
    visit: Visit,
    now: Instant,
}

impl Ada {
    /// Where an earlier run was, if it was anywhere.
    fn new(place: Option<(&str, u64, &str)>) -> Self {
        let mut visit = Visit::new(Config {
            address: Address::default(),
            name: Some("ada".to_owned()),
            keyboard: Keyboard::Person,
            reconnect: Reconnect::Always,
        });
        let now = Instant::now();
        visit.begin(now);
        visit.recalled(place.map(|(epoch, last, token)| Place {
            epoch: epoch.to_owned(),
            last,
            token: token.to_owned(),
        }));
        Self { visit, now }
    }

    fn connects(&mut self) -> Vec<String> {
        let actions = self.visit.connected(self.now);
        actions.iter().map(words).collect()
    }

    /// What comes of these lines.
    fn hears(&mut self, lines: &[&str]) -> Vec<String> {
        let lines: Vec<_> = lines
            .iter()
            .map(|line| Incoming::Line(Line::new(line)))
            .collect();
        let actions = self.visit.heard(&lines, self.now);
        actions.iter().map(words).collect()
    }

    fn types(&mut self, text: &str) -> Vec<String> {
        let actions = self.visit.typed(Typed::new(text), self.now);
        actions.iter().map(words).collect()
    }

    fn loses(&mut self) -> Vec<String> {
        let actions = self.visit.gone(&Gone::Closed, self.now);
        actions.iter().map(words).collect()
    }

    /// Lets the next deadline pass.
    fn waits(&mut self) -> Vec<String> {
        self.now = self.visit.deadline().expect("something to wait for");
        let actions = self.visit.late(self.now);
        actions.iter().map(words).collect()
    }

    /// Lets deadlines pass until the server is called again.
    fn calls_again(&mut self) -> Vec<String> {
        while !self.waits().contains(&"call".to_owned()) {}
        self.connects()
    }

    fn waiting(&self) -> Vec<&str> {
        self.visit.waiting().map(Line::as_str).collect()
    }

    fn ends(&mut self) -> Vec<String> {
        self.visit.finish(self.now).iter().map(words).collect()
    }
}

/// ada in a room, where her request for the name was her first line.
fn inside() -> Ada {
    let mut ada = Ada::new(None);
    assert_eq!(ada.connects(), ["> /numbered 1"]);
    ada.hears(&[YOU_ARE]);
    let asked = ada.hears(&["= epoch e1 40", "= token t1"]);
    assert_eq!(asked, ["> 1 /name ada"]);
    ada.hears(&["- [14:03:07] * guest-3 is now ada", "= taken 1 -"]);
    ada
}

/// ada, who was inside, has lost the room and reached it again.
fn back(ada: &mut Ada) -> Vec<String> {
    ada.loses();
    ada.calls_again()
}

#[test]
fn a_line_is_shown_when_the_room_has_numbered_it() {
    let mut ada = inside();
    assert_eq!(ada.types("hello"), ["> 2 hello"]);
    assert_eq!(ada.types("again"), ["> 3 again"]);
    assert_eq!(ada.waiting(), ["hello", "again"]);
    let heard = ada.hears(&[
        "# 41 [14:03:07] bob: first",
        "= taken 2 42 [14:03:08]",
        "= taken 3 43",
    ]);
    let shown = ["[14:03:07] bob: first", "own [14:03:08] hello", "own again"];
    assert_eq!(heard, shown);
    assert_eq!(ada.waiting(), [""; 0]);
}

#[test]
fn a_command_is_shown_above_its_answer() {
    let mut ada = inside();
    assert_eq!(ada.types("/users"), ["own /users", "> 2 /users"]);
    ada.types("hello");
    // Behind a line that waits it waits, too.
    assert_eq!(ada.types("/users"), ["> 4 /users"]);
    let heard = ada.hears(&[
        "- * here (1): ada",
        "= taken 2 -",
        "= taken 3 41 [14:03:08]",
        "- * here (1): ada",
        "= taken 4 -",
    ]);
    let here = "* here (1): ada";
    assert_eq!(heard, [here, "own [14:03:08] hello", "own /users", here]);
}

#[test]
fn what_was_missed_comes_under_a_marker_and_nothing_twice() {
    let mut ada = inside();
    ada.hears(&["# 41 [14:03:07] bob: seen"]);
    assert_eq!(back(&mut ada), ["> /numbered 1 e1 41 t1"]);
    let greeting = ada.hears(&[
        "Welcome to the chatroom!",
        "* here (2): bob, guest-4",
        "* you are guest-4; /name NAME changes that, /help lists the rest",
        "[14:03:07] (earlier) bob: seen",
        "[14:03:08] (earlier) bob: missed",
        "[14:03:09] carol: Ada, where are you?",
        "[14:03:09] bob -> you: psst",
    ]);
    assert_eq!(greeting, [""; 0]);
    let heard = ada.hears(&[
        "= epoch e1 43",
        "= taken-to 1",
        "= missed 2",
        "# 42 [14:03:08] bob: missed",
        "# 43 [14:03:09] carol: Ada, where are you?",
        "= end",
        "# 44 [14:03:10] bob: live",
    ]);
    assert_eq!(
        heard,
        [
            "Welcome to the chatroom!",
            "* here (2): bob, guest-4",
            "* you are guest-4; /name NAME changes that, /help lists the rest",
            "[14:03:09] bob -> you: psst",
            "> 2 /name ada",
            "-- you missed 2 lines (1 names you)",
            "[14:03:08] bob: missed",
            "[14:03:09] carol: Ada, where are you?",
            "[14:03:10] bob: live",
        ]
    );
}

#[test]
fn who_took_a_name_on_arrival_is_not_among_what_was_missed() {
    let mut ada = Ada::new(Some(("e1", 40, "t1")));
    ada.connects();
    ada.hears(&["= epoch e1 45", "= taken-to 7", "= missed 5"]);
    let heard = ada.hears(&[
        "# 41 [14:03:08] * guest-7 is now bob",
        "# 42 [14:03:08] guest-8: hi",
        "# 43 [14:03:08] * guest-8 is now eve",
        "# 44 [14:03:08] * bob is now carol",
        "= end",
    ]);
    assert_eq!(heard[0], "-- you missed 3 lines");
    assert_eq!(heard[1], "[14:03:08] guest-8: hi");
    assert_eq!(heard[2], "[14:03:08] * guest-8 is now eve");
    assert_eq!(heard[3..], ["[14:03:08] * bob is now carol"]);
    assert_eq!(ada.ends(), ["keep e1 44"]);
}

#[test]
fn what_is_too_much_to_be_sent_can_be_asked_for() {
    let mut ada = Ada::new(Some(("e1", 40, "t1")));
    assert_eq!(ada.connects(), ["> /numbered 1 e1 40 t1"]);
    let heard = ada.hears(&[
        "= epoch e1 4752",
        "= taken-to 7",
        "= skipped 4711",
        "= missed 1",
        "# 4752 [14:03:08] bob: x",
        "= end",
    ]);
    assert_eq!(
        heard,
        [
            "> 8 /name ada",
            "-- you missed 4711 more lines before those below: /last 500 before \
         4752 shows the latest of them",
            "-- you missed 1 line",
            "[14:03:08] bob: x",
        ]
    );
}

#[test]
fn what_was_not_taken_is_said_again_after_the_name() {
    let mut ada = inside();
    for line in ["one", "two", "three"] {
        ada.types(line);
    }
    let lost = ada.loses();
    assert!(
        lost[1].contains("your last 3 lines are not confirmed"),
        "{lost:?}"
    );
    ada.types("four");
    assert_eq!(ada.calls_again(), ["> /numbered 1 e1 40 t1"]);
    let heard = ada.hears(&["= epoch e1 42", "= taken-to 2"]);
    assert_eq!(heard, ["> 3 /name ada"]);
    assert_eq!(ada.waiting(), ["one", "two", "three"]);
    let heard = ada.hears(&[
        "= missed 0",
        "= end",
        "* you are guest-4; /name NAME changes that, /help lists the rest",
    ]);
    assert_eq!(heard[0], "own one");
    ada.hears(
        &["- * you are guest-4; /name NAME changes that, /help lists \
                 the rest"],
    );
    let heard = ada.hears(&["- [14:03:09] * guest-4 is now ada"]);
    assert_eq!(
        heard[1..],
        [
            "-- back in the room as ada",
            "> 4 two",
            "> 5 three",
            "> 6 four"
        ]
    );
}

#[test]
fn a_line_that_was_taken_before_a_loss_is_shown_as_ones_own() {
    let back = |ada: &mut Ada| {
        ada.types("ada is here");
        back(ada);
        ada.hears(&["= epoch e1 41", "= taken-to 2"]);
    };
    let mut ada = inside();
    back(&mut ada);
    let heard =
        ada.hears(&["= missed 1", "# 41 [14:03:08] ada: ada is here", "= end"]);
    assert_eq!(heard, ["own [14:03:08] ada is here"]);
    // In another client it is one of those that were missed.
    let mut other = Ada::new(Some(("e1", 40, "t1")));
    other.connects();
    other.hears(&["= epoch e1 41", "= taken-to 2", "= missed 1"]);
    let heard = other.hears(&["# 41 [14:03:08] ada: ada is here", "= end"]);
    assert_eq!(heard[0], "-- you missed 1 line");
    // A room that says no more about it, and one that goes.
    let mut ada = inside();
    back(&mut ada);
    while ada.waiting() == ["ada is here"] {
        ada.waits();
    }
    let mut ada = inside();
    back(&mut ada);
    assert_eq!(ada.ends()[1..], ["own ada is here"]);
}

#[test]
fn a_name_that_was_given_back_is_not_asked_for() {
    let mut ada = inside();
    ada.types("one");
    back(&mut ada);
    let heard = ada.hears(&[
        "= epoch e1 40",
        "- * you are ada; /name NAME changes that, /help lists the rest",
        "= taken-to 1",
    ]);
    assert_eq!(heard[1..], ["-- back in the room as ada", "> 2 one"]);
    let mut ada = inside();
    back(&mut ada);
    ada.hears(&["= epoch e1 40", "= taken-to 1"]);
    let heard = ada.hears(&["- * /name: \"ada\" is your name already"]);
    assert_eq!(
        heard.last().map(String::as_str),
        Some("-- back in the room as ada")
    );
}

#[test]
fn lines_of_unknown_fate_are_told_and_not_said_again() {
    for answer in [&["= epoch e2 0", "= token t2"][..], &[NO_NUMBERS]] {
        let mut ada = inside();
        ada.types("one");
        back(&mut ada);
        let heard = ada.hears(answer);
        assert!(heard.contains(&"-- not confirmed: one".to_owned()));
        let name = heard.last().expect("a request for the name");
        assert!(name.ends_with("/name ada"), "{heard:?}");
        assert_eq!(ada.waiting(), [""; 0]);
        assert_eq!(ada.ends().len(), usize::from(answer.len() == 2));
    }
}

#[test]
fn another_history_is_told_and_what_it_has_shown_is_shown() {
    let mut ada = Ada::new(Some(("e1", 40, "t1")));
    ada.connects();
    ada.hears(&["[14:03:07] (earlier) bob: new"]);
    let heard = ada.hears(&["= epoch e2 3"]);
    assert_eq!(heard[0], "[14:03:07] (earlier) bob: new");
    assert!(heard[1].contains("a new history"), "{heard:?}");
    ada.hears(&["= token t2", "# 4 [14:03:08] bob: x"]);
    assert_eq!(ada.ends(), ["keep e2 4"]);
}

#[test]
fn a_room_without_numbers_is_told_of_once_and_works_as_ever() {
    let mut ada = Ada::new(Some(("e1", 40, "t1")));
    ada.connects();
    ada.hears(&["Welcome to the chatroom!", YOU_ARE]);
    let heard = ada.hears(&[NO_NUMBERS]);
    assert_eq!(heard[..2], ["Welcome to the chatroom!", YOU_ARE]);
    assert!(heard[2].contains("gives no numbers"), "{heard:?}");
    assert_eq!(heard[3..], ["> /name ada"]);
    ada.hears(&[CONFIRMED]);
    assert_eq!(ada.types("hi"), ["> hi"]);
    back(&mut ada);
    assert_eq!(ada.hears(&[NO_NUMBERS]), ["> /name ada"]);
    ada.hears(&[YOU_ARE, CONFIRMED]);
}

#[test]
fn a_silent_room_is_taken_as_one_without_numbers_unless_it_had_some() {
    let mut stranger = Ada::new(None);
    stranger.connects();
    let done = stranger.waits();
    assert!(done[0].contains("gives no numbers"), "{done:?}");
    assert_eq!(done[1..], ["> /name ada"]);
    let mut ada = inside();
    ada.types("one");
    back(&mut ada);
    assert_eq!(ada.waits(), ["hang up"]);
    back(&mut ada);
    let heard = ada.hears(&["= epoch e1 40", "= taken-to 1"]);
    assert_eq!(heard, ["> 2 /name ada"]);
    assert_eq!(ada.waiting(), ["one"]);
}

#[test]
fn a_room_that_does_not_answer_is_asked_and_the_prompt_says_so() {
    let mut ada = inside();
    while ada.visit.deadline().is_some() {
        ada.waits();
    }
    ada.types("one");
    let start = ada.now;
    assert_eq!(ada.waits(), ["> ? 1"]);
    assert_eq!(ada.now - start, ANSWER_WAIT_MAX);
    let lags = |time| Prompt::Lagging("ada".to_owned(), time);
    assert_eq!(ada.visit.prompt(), lags(ANSWER_WAIT_MAX));
    assert_eq!(ada.waits(), [""; 0]);
    assert_eq!(ada.visit.prompt(), lags(2 * ANSWER_WAIT_MAX));
    assert_eq!(ada.hears(&["= pong 7", "= pong 1"]), [""; 0]);
    assert_eq!(ada.visit.prompt(), Prompt::Talk("ada".to_owned()));
    assert_eq!(ada.waits(), ["> ? 2"]);
    ada.hears(&["= taken 2 41"]);
    assert_eq!(ada.visit.prompt(), Prompt::Talk("ada".to_owned()));
    ada.loses();
    assert_eq!(ada.visit.prompt(), Prompt::Away("ada".to_owned()));
}

#[test]
fn a_place_is_kept_soon_and_not_with_every_line() {
    let mut ada = inside();
    assert_eq!(ada.waits(), ["keep e1 40"]);
    assert_eq!(ada.visit.deadline(), None);
    ada.hears(&["# 41 [14:03:07] bob: x"]);
    let start = ada.now;
    ada.hears(&["# 42 [14:03:07] bob: x"]);
    assert_eq!(ada.waits(), ["keep e1 42"]);
    assert_eq!(ada.now - start, KEEP_PAUSE);
    assert_eq!(ada.ends(), [""; 0]);
    ada.hears(&["# 43 [14:03:07] bob: x"]);
    assert_eq!(ada.loses()[0], "keep e1 43");
}

#[test]
fn what_was_missed_and_breaks_off_is_shown() {
    let missed = [
        "= epoch e1 50",
        "= taken-to 1",
        "= missed 10",
        "# 41 [14:03:08] bob: x",
    ];
    let shown = ["-- you missed 1 line", "[14:03:08] bob: x"];
    let mut ada = inside();
    back(&mut ada);
    ada.hears(&missed);
    let lost = ada.loses();
    assert_eq!(lost[..2], shown);
    assert_eq!(ada.calls_again(), ["> /numbered 1 e1 41 t1"]);

    let mut ada = inside();
    back(&mut ada);
    ada.hears(&missed);
    let start = ada.now;
    // What is not shown yet is not kept as seen.
    assert_eq!(ada.waits(), ["keep e1 40"]);
    // The room has said no more about the name either.
    assert_eq!(ada.waits()[..2], shown);
    assert_eq!(ada.now - start, CATCH_UP_SILENCE_MAX);
    assert!(ada.ends().contains(&"keep e1 41".to_owned()));

    let mut ada = inside();
    back(&mut ada);
    ada.hears(&missed);
    assert_eq!(ada.ends()[..2], shown);
}

#[test]
fn who_leaves_is_told_what_was_not_confirmed() {
    let mut ada = inside();
    ada.types("one");
    ada.types("/quit");
    ada.loses();
    let told = ada.ends();
    assert!(told[0].contains("has not confirmed this line"), "{told:?}");
    assert_eq!(told[1..], ["-- not confirmed: one"]);
    let mut ada = inside();
    ada.types("one");
    ada.types("/quit");
    ada.hears(&["= taken 2 41 [14:03:08]"]);
    ada.loses();
    assert_eq!(ada.ends(), [""; 0]);
}

#[test]
fn a_pipe_asks_for_no_numbers() {
    let mut pipe = trial(Keyboard::Pipe, Some("ada"));
    pipe.connect();
    assert_eq!(pipe.done(), ["call", "> /name ada"]);
}
