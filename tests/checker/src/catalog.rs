//! Which step has which checks: the table the whole checker hangs on.

use std::ops::RangeInclusive;

use super::checks::{
    calm, client, closing, comings, commands, crowd, echo, endless, frozen,
    guests, history, leaks, memory, names, order, relay, resets, shutdown,
    stop, text, turns, typed, visits, waste,
};
use super::scene::Scene;
use super::verdict::Outcome;

/// What the program of a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It listens.
    Server,
    /// It connects.
    Client,
}

/// One step of the course.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its number.
    pub number: u8,
    /// The name of its program, without `.rs`.
    pub program: &'static str,
    /// What that program is.
    pub side: Side,
    /// The step it grew out of; the first of a kind has none.
    pub before: Option<u8>,
}

const fn server(number: u8, program: &'static str, before: u8) -> Step {
    Step {
        number,
        program,
        side: Side::Server,
        before: Some(before),
    }
}

/// Every step that is a program, in order. Step 12 is a tour.
pub const STEPS: &[Step] = &[
    Step {
        number: 1,
        program: "step01_echo",
        side: Side::Server,
        before: None,
    },
    Step {
        number: 2,
        program: "step02_client",
        side: Side::Client,
        before: None,
    },
    Step {
        number: 3,
        program: "step03_chat",
        side: Side::Client,
        before: Some(2),
    },
    server(4, "step04_room", 1),
    server(5, "step05_names", 4),
    server(6, "step06_watch", 5),
    server(7, "step07_queue", 6),
    server(8, "step08_bounded", 7),
    server(9, "step09_goodbye", 8),
    server(10, "step10_history", 9),
    server(11, "step11_prove", 10),
];

/// The step with this number.
pub fn step(number: u8) -> Option<&'static Step> {
    STEPS.iter().find(|step| step.number == number)
}

/// A promise, how it is checked, and in which steps it holds.
#[derive(Clone, Debug)]
pub struct Check {
    /// One word.
    pub name: &'static str,
    /// What holds if the check passes.
    pub promise: &'static str,
    /// The steps it belongs to.
    pub steps: RangeInclusive<u8>,
    /// The check itself, one small file each.
    pub run: fn(&Scene) -> Outcome,
}

/// Every check, in the order in which it is reported.
pub const CHECKS: &[Check] = &[
    Check {
        name: "pieces",
        promise: "split and joined lines come back byte for byte",
        steps: 1..=1,
        run: echo::pieces,
    },
    Check {
        name: "tail",
        promise: "the last words come back, line break or not",
        steps: 1..=1,
        run: echo::tail,
    },
    Check {
        name: "text",
        promise: "every byte comes back, text or not",
        steps: 1..=1,
        run: text::echo,
    },
    Check {
        name: "turns",
        promise: "who came second is served when the first has left",
        steps: 1..=1,
        run: turns::turns,
    },
    Check {
        name: "resets",
        promise: "a lost connection ends nothing but itself",
        steps: 1..=1,
        run: resets::echo,
    },
    Check {
        name: "answers",
        promise: "each line arrives as typed, and its answer is shown",
        steps: 2..=2,
        run: client::answers,
    },
    Check {
        name: "pieces",
        promise: "an answer in pieces is one answer",
        steps: 2..=2,
        run: client::pieces,
    },
    Check {
        name: "text",
        promise: "odd lines and odd answers go through",
        steps: 2..=2,
        run: typed::step_2,
    },
    Check {
        name: "gone",
        promise: "when the server has gone the next line finds out",
        steps: 2..=2,
        run: client::server_gone,
    },
    Check {
        name: "prefix",
        promise: "each line carries the name, here and there",
        steps: 3..=3,
        run: client::prefix,
    },
    Check {
        name: "unasked",
        promise: "lines nobody asked for are shown at once",
        steps: 3..=3,
        run: client::unasked,
    },
    Check {
        name: "text",
        promise: "odd lines and odd answers go through",
        steps: 3..=3,
        run: typed::step_3,
    },
    Check {
        name: "gone",
        promise: "when the server goes, the program ends by itself",
        steps: 3..=3,
        run: client::ends_at_once,
    },
    Check {
        name: "last-words",
        promise: "what is said after quit is still shown",
        steps: 3..=3,
        run: client::last_words,
    },
    Check {
        name: "quits",
        promise: "quit, exit and Ctrl-D end the program",
        steps: 2..=3,
        run: client::quits,
    },
    Check {
        name: "silent",
        promise: "quit ends it, and no server has to close for that",
        steps: 2..=3,
        run: typed::silent_server,
    },
    Check {
        name: "nobody",
        promise: "without a server it says so and ends",
        steps: 2..=3,
        run: client::nobody_there,
    },
    Check {
        name: "pieces",
        promise: "split and joined lines arrive whole",
        steps: 4..=10,
        run: relay::pieces,
    },
    Check {
        name: "tail",
        promise: "the last words arrive, line break or not",
        steps: 4..=10,
        run: relay::tail,
    },
    Check {
        name: "text",
        promise: "whatever stands in a line, it arrives as one",
        steps: 4..=10,
        run: text::room,
    },
    Check {
        name: "others",
        promise: "everyone hears a line but its author",
        steps: 4..=10,
        run: relay::others_only,
    },
    Check {
        name: "order",
        promise: "all hear all lines in one order",
        steps: 4..=10,
        run: order::order,
    },
    Check {
        name: "resets",
        promise: "a lost connection ends nothing but itself",
        steps: 4..=10,
        run: resets::room,
    },
    Check {
        name: "visits",
        promise: "who comes and goes disturbs nobody who talks",
        steps: 4..=10,
        run: visits::visits,
    },
    Check {
        name: "leaks",
        promise: "who has left takes no thread and no memory",
        steps: 1..=1,
        run: leaks::leaks,
    },
    Check {
        name: "leaks",
        promise: "who has left takes no thread and no memory",
        steps: 4..=10,
        run: leaks::leaks,
    },
    Check {
        name: "crowd",
        promise: "forty people talk at once",
        steps: 4..=10,
        run: crowd::crowd,
    },
    Check {
        name: "limit",
        promise: "when descriptors run out the room goes on",
        steps: 4..=10,
        run: crowd::limit,
    },
    Check {
        name: "idle",
        promise: "while nobody speaks the program does nothing",
        steps: 4..=10,
        run: waste::idle,
    },
    Check {
        name: "hoard",
        promise: "what was said and heard is forgotten",
        steps: 4..=10,
        run: waste::hoard,
    },
    Check {
        name: "names",
        promise: "one name belongs to one person",
        steps: 5..=10,
        run: names::one_wins,
    },
    Check {
        name: "comings",
        promise: "joined before the first word, left after the last",
        steps: 5..=10,
        run: comings::comings,
    },
    Check {
        name: "guests",
        promise: "no name, no voice; one coming, one leaving",
        steps: 5..=10,
        run: guests::guests,
    },
    Check {
        name: "commands",
        promise: "/users, /help and /quit answer one person alone",
        steps: 5..=10,
        run: commands::commands,
    },
    Check {
        name: "stall",
        promise: "one frozen reader stops the room: the flaw shows",
        steps: 6..=6,
        run: frozen::stall,
    },
    Check {
        name: "watcher",
        promise: "the server says on whom it waits",
        steps: 6..=6,
        run: frozen::watcher,
    },
    Check {
        name: "calm",
        promise: "in a healthy room nobody is called stuck",
        steps: 6..=6,
        run: calm::calm,
    },
    Check {
        name: "lively",
        promise: "frozen readers delay nobody else",
        steps: 7..=10,
        run: frozen::lively,
    },
    Check {
        name: "growth",
        promise: "all is kept for a frozen reader: the flaw shows",
        steps: 7..=7,
        run: memory::grows,
    },
    Check {
        name: "memory",
        promise: "a frozen reader costs a bounded amount of memory",
        steps: 8..=10,
        run: memory::bounded,
    },
    Check {
        name: "endless",
        promise: "a line without an end is not kept whole",
        steps: 8..=10,
        run: endless::endless,
    },
    Check {
        name: "shown-out",
        promise: "who falls behind is shown out, and misses no line before",
        steps: 9..=10,
        run: memory::shown_out,
    },
    Check {
        name: "stop",
        promise: "Ctrl-C ends it, silent and chatty clients or not",
        steps: 4..=10,
        run: stop::stop,
    },
    Check {
        name: "shutdown",
        promise: "Ctrl-C ends it in peace, a frozen client or not",
        steps: 9..=10,
        run: shutdown::in_peace,
    },
    Check {
        name: "goodbye",
        promise: "what was said before Ctrl-C arrives, and a goodbye",
        steps: 9..=10,
        run: shutdown::nothing_lost,
    },
    Check {
        name: "closed",
        promise: "nobody is let in behind the goodbye",
        steps: 9..=10,
        run: closing::closed,
    },
    Check {
        name: "again",
        promise: "after Ctrl-C it can be started again at once",
        steps: 9..=10,
        run: closing::again,
    },
    Check {
        name: "history",
        promise: "a newcomer hears the last lines, no gap, nothing twice",
        steps: 10..=10,
        run: history::no_gap,
    },
];

/// The checks of a step.
pub fn checks_of(step: u8) -> impl Iterator<Item = &'static Check> {
    CHECKS
        .iter()
        .filter(move |check| check.steps.contains(&step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_step_has_two_checks_of_one_name() {
        for step in STEPS {
            let mut names: Vec<_> =
                checks_of(step.number).map(|check| check.name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "step {}", step.number);
        }
    }
}
