//! Whole scenarios: thousands of schedules of each. What is checked every
//! time is in [`crate::scenario`]; a test adds what it promises besides.

use chat_common::events::LeaveReason;
use chat_server::config::Config;

use crate::circumstances::{
    CALM, Circumstances, HASTY, TIMELESS, Threads, below, explore, one_in,
};
use crate::net::connection::Over;
use crate::scenario::{
    BURST_LINES, ClosingTime, Keeping, Scenario, paced_room, small_room,
};
use crate::store::database::Disk;
use crate::visit::{Ending, Insists, Visit, Visitor, visitor};

const SCHEDULES: usize = 500;
/// Of a scenario in which anything may come at any moment.
const MORE_SCHEDULES: usize = 4 * SCHEDULES;

/// A backlog of a few lines.
const BACKLOG_BYTES: usize = 600;
/// Less than a greeting: who reads through this is behind from the start.
const NARROW_BYTES: usize = 40;

fn tight_room() -> Config {
    Config {
        backlog_bytes_max: BACKLOG_BYTES,
        history_lines: 2,
        ..small_room()
    }
}

/// Somebody who says so many lines without a pause.
fn flooder(tag: &'static str, lines: usize, ending: Ending) -> Visitor {
    let mut flooder = visitor(tag, &[], ending);
    flooder.lines = (0..lines).map(|nth| format!("{tag}{nth}")).collect();
    flooder
}

#[test]
fn nobody_comes_and_the_server_ends() {
    explore(TIMELESS, SCHEDULES, || {
        Scenario::of(Vec::new()).run();
    });
}

#[test]
fn people_come_talk_and_leave() {
    explore(TIMELESS, SCHEDULES, || {
        Scenario::of(vec![
            visitor("a.", &["a.1", "/me a.2", "a.3"], Ending::Quit),
            visitor("b.", &["/name bob", "b.1", "/users"], Ending::HangUp),
            visitor("c.", &["c.1"], Ending::Stay),
        ])
        .run();
    });
}

#[test]
fn people_come_talk_and_leave_where_lines_are_kept() {
    explore(TIMELESS, SCHEDULES, || {
        Scenario::of(vec![
            visitor("a.", &["a.1", "/name ada", "a.2"], Ending::Quit),
            visitor("b.", &["/name bob", "b.1", "/users"], Ending::HangUp),
            visitor("c.", &["c.1", "c.2"], Ending::Reset).behind(NARROW_BYTES),
        ])
        .in_room(tight_room())
        .keeping(Keeping::On(Disk::Works))
        .run();
    });
}

#[test]
fn a_name_that_many_want_belongs_to_one_at_a_time() {
    explore(TIMELESS, SCHEDULES, || {
        let outcome = Scenario::of(vec![
            visitor("a.", &["/name ada", "a.1"], Ending::Quit),
            visitor("b.", &["b.1", "/name Ada", "b.2"], Ending::HangUp),
            visitor("c.", &["/name cid", "/name ADA", "c.1"], Ending::Stay),
        ])
        .run();
        for visit in outcome.visits {
            let heard = visit.heard.to_lowercase();
            let is_told =
                heard.contains("is now ada") || heard.contains("is taken");
            let is_early = visit.visitor.ending.is_early();
            assert!(is_told || !is_early, "neither yes nor no: {heard}");
        }
    });
}

#[test]
fn people_who_rename_themselves_again_and_again_stay_themselves() {
    explore(TIMELESS, SCHEDULES, || {
        let names = ["/name ada", "a.1", "/name bob", "a.2", "/name ada"];
        let others = ["/name bob", "b.1", "/name ada", "b.2", "/name bob"];
        Scenario::of(vec![
            visitor("a.", &names, Ending::Quit),
            visitor("b.", &others, Ending::HangUp),
            visitor("c.", &["c.1"], Ending::Stay),
        ])
        .run();
    });
}

#[test]
fn newcomers_see_the_past_and_then_the_present() {
    explore(TIMELESS, SCHEDULES, || {
        Scenario::of(vec![
            flooder("a.", 5, Ending::Quit),
            flooder("b.", 5, Ending::HangUp),
            visitor("c.", &[], Ending::Stay),
            visitor("d.", &["d.1"], Ending::Quit),
        ])
        .run();
    });
}

#[test]
fn who_is_behind_is_sent_everything_or_shown_out() {
    explore(TIMELESS, SCHEDULES, || {
        let outcome = Scenario::of(vec![
            flooder("a.", 9, Ending::Quit),
            flooder("b.", 3, Ending::HangUp).behind(NARROW_BYTES),
            visitor("c.", &["c.1"], Ending::Quit).behind(NARROW_BYTES),
        ])
        .in_room(tight_room())
        .run();
        for visit in &outcome.visits {
            let is_first = visit.visitor.tag == "a.";
            let was_too_slow = outcome.book.was_too_slow(visit);
            assert!(!(is_first && was_too_slow), "a. is never behind");
        }
    });
}

#[test]
fn who_reads_nothing_is_shown_out_and_delays_nobody() {
    explore(HASTY, SCHEDULES, || {
        let outcome = Scenario::of(vec![
            flooder("a.", 12, Ending::Quit),
            visitor("c.", &["c.1"], Ending::Freeze).behind(NARROW_BYTES),
        ])
        .in_room(tight_room())
        .run();
        assert!(
            outcome.visits.iter().all(|visit| {
                visit.visitor.ending != Ending::Freeze
                    || outcome
                        .book
                        .tells_that_somebody_was(LeaveReason::TooSlow)
                    || !visit.heard.contains("you are")
            }),
            "{:#?}",
            outcome.book
        );
    });
}

#[test]
fn a_reset_at_any_moment_ends_one_stay_only() {
    explore(TIMELESS, SCHEDULES, || {
        Scenario::of(vec![
            visitor("a.", &["a.1", "a.2", "a.3"], Ending::Reset),
            visitor("b.", &["/name bob", "b.1"], Ending::Reset)
                .behind(NARROW_BYTES),
            visitor("c.", &["c.1", "/users", "c.2"], Ending::Quit),
        ])
        .run();
    });
}

#[test]
fn half_a_line_of_a_connection_that_broke_is_not_said() {
    explore(TIMELESS, SCHEDULES, || {
        let long = "a.1234567890123";
        Scenario::of(vec![
            visitor("a.", &[long], Ending::Reset).behind(NARROW_BYTES),
            visitor("b.", &["b.1"], Ending::Quit),
        ])
        .run();
    });
}

#[test]
fn private_words_reach_one_person_once() {
    explore(TIMELESS, SCHEDULES, || {
        let asks = ["/name ada", "/msg bob a.1", "/msg bob a.2", "/reply a.3"];
        let answers = ["/name bob", "/reply b.1", "/msg ada b.2", "b.3"];
        let outcome = Scenario::of(vec![
            visitor("a.", &asks, Ending::Stay),
            visitor("b.", &answers, Ending::Quit),
        ])
        .run();
        let heard = |text: &str| {
            let visits = outcome.visits.iter();
            visits.map(|v| v.heard.matches(text).count()).sum::<usize>()
        };
        assert_eq!(heard(" -> you: "), heard("* said to "), "as confirmed");
        let leaves = |visit: &&Visit| visit.visitor.ending == Ending::Quit;
        let bob = outcome.visits.iter().find(leaves).expect("bob");
        let answers = ["\n* said to ", "\n* /msg: ", "\n* /reply: "];
        let answers = answers.map(|text| bob.heard.matches(text).count());
        assert_eq!(answers.iter().sum::<usize>(), 2, "{}", bob.heard);
    });
}

#[test]
fn a_server_that_closes_at_any_moment_says_goodbye_to_all() {
    explore(TIMELESS, MORE_SCHEDULES, || {
        let outcome = Scenario::of(vec![
            visitor("a.", &["/name ada", "a.1", "a.2"], Ending::Stay),
            visitor("b.", &["b.1", "/users"], Ending::Quit),
            visitor("c.", &["c.1"], Ending::HangUp).behind(NARROW_BYTES),
        ])
        .closing_at(ClosingTime::AnyMoment)
        .run();
        for visit in &outcome.visits {
            let goodbye = " * the server is closing\n";
            let stayed = visit.visitor.ending == Ending::Stay
                && visit.heard.starts_with("Welcome");
            assert_eq!(
                visit.heard.ends_with(goodbye),
                stayed || visit.heard.contains(goodbye),
                "the goodbye comes last: {}",
                visit.heard
            );
        }
    });
}

#[test]
fn a_server_that_closes_waits_for_nobody_who_is_frozen() {
    explore(HASTY, MORE_SCHEDULES, || {
        Scenario::of(vec![
            visitor("a.", &["/name ada", "a.1", "a.2"], Ending::Stay),
            flooder("b.", 3, Ending::Freeze).behind(NARROW_BYTES),
            visitor("c.", &["c.1"], Ending::Freeze).behind(NARROW_BYTES),
            visitor("d.", &["d.1"], Ending::Reset),
        ])
        .closing_at(ClosingTime::AnyMoment)
        .run();
    });
}

#[test]
fn time_may_run_out_anywhere() {
    explore(HASTY, SCHEDULES, || {
        Scenario::of(vec![
            visitor("a.", &["a.1", "/name ada", "a.2"], Ending::Quit),
            visitor("b.", &["b.1"], Ending::HangUp).behind(NARROW_BYTES),
            visitor("c.", &[], Ending::Stay),
        ])
        .run();
    });
}

#[test]
fn who_talks_too_fast_is_slowed_and_loses_nothing() {
    explore(HASTY, SCHEDULES, || {
        let outcome = Scenario::of(vec![
            flooder("a.", 5, Ending::Stay),
            flooder("b.", 4, Ending::Quit),
        ])
        .in_room(paced_room())
        .run();
        for visit in &outcome.visits {
            let is_quit = visit.visitor.ending == Ending::Quit;
            assert!(!is_quit || visit.over == Some(Over::Closed));
        }
    });
}

#[test]
fn who_ends_the_connection_before_their_turn_has_said_their_burst() {
    // Calm, because the pause after a failed accept lets time pass.
    explore(CALM, SCHEDULES, || {
        let outcome = Scenario::of(vec![
            flooder("a.", 5, Ending::HangUp),
            flooder("b.", 5, Ending::HangUp),
        ])
        .in_room(paced_room())
        .run();
        for visit in &outcome.visits {
            let said = outcome.book.count_words(visit);
            assert_eq!(said, BURST_LINES, "{:#?}", outcome.book);
            assert!(visit.heard.contains("* the rest of what you sent"));
        }
    });
}

#[test]
fn who_finds_the_room_full_is_told_so_and_nothing_else() {
    explore(TIMELESS, SCHEDULES, || {
        let outcome = Scenario::of(vec![
            visitor("a.", &["a.1"], Ending::Quit),
            visitor("b.", &[], Ending::HangUp),
            visitor("c.", &[], Ending::HangUp),
        ])
        .in_room(Config {
            clients_max: 2,
            ..small_room()
        })
        .run();
        for visit in &outcome.visits {
            let heard = visit.heard.as_str();
            assert!(
                heard.starts_with("Welcome")
                    || heard.starts_with("* the room is full: 2")
                        && heard.lines().count() == 1
                    // Typed into a connection that was closed: it is reset.
                    || visit.over == Some(Over::Reset),
                "neither let in nor refused: {heard:?}"
            );
        }
    });
}

#[test]
fn a_place_that_somebody_has_left_is_free_again() {
    explore(TIMELESS, SCHEDULES, || {
        let once_more = |tag| Visitor {
            insists: Insists::UntilHeard("Welcome"),
            ..visitor(tag, &[], Ending::Quit)
        };
        let outcome = Scenario::of(vec![once_more("a."), once_more("b.")])
            .in_room(Config {
                clients_max: 2,
                ..small_room()
            })
            .run();
        for visit in &outcome.visits {
            assert!(visit.heard.starts_with("Welcome"), "{}", visit.heard);
        }
    });
}

#[test]
fn a_system_without_threads_to_spare_turns_people_away_alive() {
    let circumstances = Circumstances {
        threads: Threads::MayBeRefused,
        ..TIMELESS
    };
    explore(circumstances, SCHEDULES, || {
        Scenario::of(vec![
            visitor("a.", &["a.1", "a.2"], Ending::Quit),
            visitor("b.", &["b.1"], Ending::HangUp).behind(NARROW_BYTES),
            visitor("c.", &["c.1"], Ending::Stay).behind(NARROW_BYTES),
        ])
        .run();
    });
}

#[test]
fn who_falls_behind_when_every_catch_up_is_in_use_is_shown_out() {
    explore(HASTY, SCHEDULES, || {
        Scenario::of(vec![
            visitor("a.", &["a.1", "a.2"], Ending::Quit).behind(NARROW_BYTES),
            visitor("b.", &["b.1"], Ending::Freeze).behind(NARROW_BYTES),
            visitor("c.", &["c.1"], Ending::HangUp).behind(NARROW_BYTES),
        ])
        .in_room(Config {
            catch_ups_max: 1,
            ..small_room()
        })
        .run();
    });
}

#[test]
fn a_crowd_is_told_of_by_count() {
    explore(HASTY, MORE_SCHEDULES, || {
        let tags = ["a.", "b.", "c.", "d.", "e.", "f."];
        let mut visitors: Vec<Visitor> =
            tags.map(|tag| flooder(tag, 1, Ending::Quit)).into();
        visitors[0].ending = Ending::Stay;
        visitors[1].ending = Ending::Reset;
        Scenario::of(visitors).run();
    });
}

#[test]
fn a_catch_up_that_has_ended_makes_room_for_another() {
    explore(TIMELESS, SCHEDULES, || {
        let insist = |tag| Visitor {
            insists: Insists::UntilHeard("* goodbye\n"),
            ..visitor(tag, &[], Ending::Quit).behind(NARROW_BYTES)
        };
        Scenario::of(vec![insist("a."), insist("b.")])
            .in_room(Config {
                catch_ups_max: 1,
                ..small_room()
            })
            .run();
    });
}

/// What anybody might type, after their tag.
const THINGS: [&str; 9] = [
    "/name ada",
    "/name Bob",
    "/name cid",
    "/msg ada ",
    "/reply ",
    "/users",
    "/help",
    "/nonsense",
    "",
];

fn anybody(tag: &'static str, endings: &[Ending]) -> Visitor {
    let ending = endings[below(endings.len())];
    let mut anybody = visitor(tag, &[], ending);
    for nth in 0..below(6) {
        anybody.lines.push(match below(3) {
            0 => format!("/me {tag}{nth}"),
            1 => format!("{tag}{nth}"),
            _ => match THINGS[below(THINGS.len())] {
                // Private words are told apart by their text.
                to if to.ends_with(' ') => format!("{to}{tag}{nth}"),
                thing => thing.to_owned(),
            },
        });
    }
    if one_in(2) {
        anybody.behind(NARROW_BYTES)
    } else {
        anybody
    }
}

fn anything(circumstances: Circumstances, endings: &'static [Ending]) {
    explore(circumstances, MORE_SCHEDULES, || {
        let mut visitors = Vec::new();
        for tag in ["a.", "b.", "c.", "d."] {
            if !one_in(4) {
                visitors.push(anybody(tag, endings));
            }
        }
        let room = if one_in(2) {
            small_room()
        } else {
            tight_room()
        };
        let closing_time = if one_in(2) {
            ClosingTime::AnyMoment
        } else {
            ClosingTime::AfterTheLastVisit
        };
        let keeping = match below(4) {
            0 => Keeping::On(Disk::Works),
            1 => Keeping::On(Disk::MayFail),
            _ => Keeping::Nothing,
        };
        Scenario::of(visitors)
            .in_room(room)
            .closing_at(closing_time)
            .keeping(keeping)
            .run();
    });
}

#[test]
fn anything_may_happen_while_time_stands_still() {
    anything(
        TIMELESS,
        &[Ending::Quit, Ending::HangUp, Ending::Reset, Ending::Stay],
    );
}

#[test]
fn anything_may_happen_while_time_passes() {
    anything(
        HASTY,
        &[
            Ending::Quit,
            Ending::HangUp,
            Ending::Reset,
            Ending::Stay,
            Ending::Freeze,
        ],
    );
}
