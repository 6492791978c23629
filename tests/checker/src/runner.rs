//! Runs the checks of a step, a few at a time, and reports in the order of
//! the catalog.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::catalog::{self, Check, Side};
use super::client::fell_over;
use super::excerpt::excerpt;
use super::machine::Stopwatch;
use super::program::end_group;
use super::report::Report;
use super::scene::{End, Scene};
use super::verdict::{Outcome, Trouble, Verdict};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A check, from the moment the program runs; longer on a busy machine.
    pub check: Duration,
    /// All checks together: those that have not begun by then are not made.
    pub all: Duration,
}

impl Default for Limits {
    /// No check of a right program needs half of that, and all together not
    /// a tenth.
    fn default() -> Self {
        Self {
            check: Duration::from_secs(30),
            all: Duration::from_secs(300),
        }
    }
}

/// How often is looked whether a check takes too long.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The program is started once before all checks, so that one that compiles
/// first has done so, and one that does not start is told once.
const START: Check = Check {
    name: "start",
    promise: "the program starts, and listens or connects",
    steps: 1..=11,
    run: start,
};

/// How many checks run at the same time. More of them would make each other
/// late on a small machine.
const AT_ONCE_MAX: usize = 4;

/// What to check.
#[derive(Clone, Debug)]
pub struct Order {
    /// The number of the step.
    pub step: u8,
    /// What is checked, for the first line of the report.
    pub title: String,
    /// The command that starts the program.
    pub command: String,
    /// The seed of all chance.
    pub seed: u64,
    /// How long it may take.
    pub limits: Limits,
}

/// Runs all checks of the step and tells `say` everything a person reads,
/// piece by piece as it becomes known. Returns whether all passed.
pub fn check(order: &Order, say: impl Fn(&str)) -> AllPassed {
    say(&heading(order));
    let mut told = Telling::default();
    let reports = run(order, |report| say(&told.text(report)));
    say(&last_line(order, &reports));
    if passed(&reports) == reports.len() {
        AllPassed::Yes
    } else {
        AllPassed::No
    }
}

/// All that [`check`] says.
pub fn text(order: &Order, reports: &[Report]) -> String {
    let mut told = Telling::default();
    let texts = reports.iter().map(|report| told.text(report));
    let texts: String = texts.collect();
    heading(order) + &texts + &last_line(order, reports)
}

/// How many checks have passed.
pub fn passed(reports: &[Report]) -> usize {
    let passed = |report: &&Report| report.verdict == Verdict::Passed;
    reports.iter().filter(passed).count()
}

fn heading(order: &Order) -> String {
    format!("step {}: {}\n", order.step, order.title)
}

fn last_line(order: &Order, reports: &[Report]) -> String {
    let (passed, count) = (passed(reports), reports.len());
    format!("{passed} of {count} passed (SEED={})\n", order.seed)
}

/// Tells one report after another, and what has been told only once.
#[derive(Default)]
struct Telling {
    before: Option<Report>,
}

impl Telling {
    fn text(&mut self, report: &Report) -> String {
        let text = match &self.before {
            Some(before) => report.text_after(before),
            None => report.text(),
        };
        if report.verdict != Verdict::Passed {
            self.before = Some(report.clone());
        }
        text
    }
}

/// Whether a program passed all its checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllPassed {
    /// It did.
    Yes,
    /// At least one failed, or could not be made.
    No,
}

/// Runs all checks of the step. `hear` is told each report as soon as all
/// those before it have been told.
pub fn run(order: &Order, mut hear: impl FnMut(&Report)) -> Vec<Report> {
    let started = Instant::now();
    let first = run_one(order, &START);
    if first.verdict != Verdict::Passed {
        hear(&first);
        return vec![first];
    }
    let checks: Vec<&Check> = catalog::checks_of(order.step).collect();
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut told = Vec::new();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE_MAX.min(checks.len()) {
            let sender = sender.clone();
            let (next, checks) = (&next, &checks);
            scope.spawn(move || {
                while let Some(check) =
                    checks.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let report = if started.elapsed() < order.limits.all {
                        run_one(order, check)
                    } else {
                        not_made(check, order.limits.all)
                    };
                    // Nobody listens any more only if the runner panicked.
                    let _ = sender.send(report);
                }
            });
        }
        drop(sender);
        let mut early = Vec::new();
        for report in receiver {
            early.push(report);
            while let Some(ready) = checks.get(told.len()).and_then(|check| {
                early.iter().position(|report| report.name == check.name)
            }) {
                let report = early.swap_remove(ready);
                hear(&report);
                told.push(report);
            }
        }
    });
    told
}

/// There was no time left for a check.
fn not_made(check: &Check, all: Duration) -> Report {
    Report {
        name: check.name,
        promise: check.promise,
        verdict: Verdict::CouldNotTell(format!(
            "the checks before it took {all:?}, and more is not waited for"
        )),
        took: Duration::ZERO,
        stands: Vec::new(),
        bad_end: None,
        last_words: String::new(),
        complaint: None,
    }
}

/// Runs one check on a stage of its own.
pub fn run_one(order: &Order, check: &Check) -> Report {
    let started = Instant::now();
    let scene = Scene::new(&order.command, order.step, order.seed);
    let (outcome, time) = in_time(&scene, check, order);
    let end = match (&outcome, time) {
        // Then it was the checker who ended it.
        (_, Time::RanOut) => None,
        (Ok(()), Time::Enough) => scene.crash(),
        (Err(_), Time::Enough) => scene.end(),
    };
    let outcome = outcome.and_then(|()| not_ended(end.as_ref()));
    let verdict =
        Verdict::from(outcome.map_err(|trouble| {
            with_better_hint(trouble, &scene, end.as_ref())
        }));
    let took = started.elapsed();
    let (stands, last_words) = match verdict {
        Verdict::Failed(_) => (scene.stands(), scene.last_words()),
        _ => (Vec::new(), String::new()),
    };
    let complaint = match verdict {
        Verdict::Passed => complaint(&scene.shown()),
        _ => None,
    };
    let bad_end = match end {
        Some(End::Badly(how)) => Some(how),
        _ => None,
    };
    Report {
        name: check.name,
        promise: check.promise,
        verdict,
        took,
        stands,
        bad_end,
        last_words,
        complaint,
    }
}

/// Whether there was time enough for a check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    Enough,
    RanOut,
}

/// Runs the check, and ends the program if it takes too long: then whatever
/// the check waits for does not come, and it returns.
fn in_time(scene: &Scene, check: &Check, order: &Order) -> (Outcome, Time) {
    let (done, watched) = mpsc::channel::<()>();
    let group = scene.group();
    thread::scope(|scope| {
        let late = scope.spawn(move || {
            let mut watch = None;
            while watched.recv_timeout(LOOK_EVERY)
                == Err(mpsc::RecvTimeoutError::Timeout)
            {
                // How long it takes to start is judged there.
                let Some(group) = group.get() else { continue };
                let watch = watch.get_or_insert_with(Stopwatch::start);
                if watch.elapsed() > order.limits.check {
                    end_group(*group);
                    return Time::RanOut;
                }
            }
            Time::Enough
        });
        // A check that panics is the checker's fault, never the learner's.
        let run = AssertUnwindSafe(|| (check.run)(scene));
        let outcome = panic::catch_unwind(run).unwrap_or_else(|_| {
            Err(Trouble::CouldNotTell(format!(
                "the check itself panicked (seed {})",
                order.seed
            )))
        });
        drop(done);
        match (late.join().unwrap_or(Time::Enough), outcome) {
            (Time::RanOut, Err(trouble)) => {
                let trouble = too_late(scene, trouble, order.limits.check);
                (Err(trouble), Time::RanOut)
            }
            (time, outcome) => (outcome, time),
        }
    })
}

fn too_late(scene: &Scene, trouble: Trouble, max: Duration) -> Trouble {
    let expected = match trouble {
        Trouble::Failed(failure) => failure.expected,
        other @ Trouble::CouldNotTell(_) => return other,
    };
    Trouble::failed(
        scene.moments().join("\n"),
        format!("{expected} (the checker was waiting for that)"),
        format!("the check was not done {max:?} later"),
        "each answer came, but far too slowly: does the program sleep, or \
         wait with a limit in time, for each line or each client?",
    )
}

/// The check has passed, but the program has fallen over.
fn not_ended(end: Option<&End>) -> Outcome {
    let Some(End::Badly(how)) = end else {
        return Ok(());
    };
    Err(Trouble::failed(
        "all that the check says",
        "what it promises, and a program that runs on",
        format!("the first, but the program has ended ({how})"),
        "what it said last",
    ))
}

/// What a program that passed has said that only its author understands.
fn complaint(screen: &str) -> Option<String> {
    fell_over(screen).then(|| {
        format!(
            "something went wrong inside the program; perhaps a thread or a \
             client was lost by it. It said:\n{}",
            excerpt(screen)
        )
    })
}

/// Starts the program and no more.
fn start(scene: &Scene) -> Outcome {
    match catalog::step(scene.step()).map(|step| step.side) {
        Some(Side::Client) => scene.client().map(drop),
        _ => scene.server().map(drop),
    }
}

/// Some mistakes make every check fail, and none of them because of what it
/// looks at.
fn with_better_hint(
    trouble: Trouble,
    scene: &Scene,
    end: Option<&End>,
) -> Trouble {
    if let Some(line) = scene.odd_time() {
        return Trouble::failed(
            "whatever makes the program say something to the room",
            "each line begins with hours, minutes and seconds of two digits \
             each, \"[14:03:07] \"",
            format!("this one does not: {line}"),
            "the time: a line begins with hours, minutes and seconds of two \
             digits each, in brackets, and a space, and no color codes",
        );
    }
    let exit = match end {
        Some(End::Badly(how)) => how.as_str(),
        _ => "",
    };
    if exit.ends_with(": 130") || exit.ends_with(": 1") {
        if scene.command().contains("go run") {
            return trouble.look_at(
                "`go run` ends with 1 whatever the program ends with, and \
                 with 1 when Ctrl-C reaches it: build first, and let CMD be \
                 the program, as in CMD='go build -o room . && exec ./room'",
            );
        }
        if exit.ends_with(": 130") {
            return trouble.look_at(
                "130 is what a program ends with that Ctrl-C has ended. In \
                 Java it stays so after a shutdown hook, unless the hook ends \
                 with Runtime.getRuntime().halt(0); in a shell script, begin \
                 the last line with exec",
            );
        }
    }
    match end {
        Some(End::Badly(how)) if how.contains("SIGPIPE") => trouble.look_at(
            "SIGPIPE: writing to somebody who has gone ends a program in C \
             without a word, unless it says signal(SIGPIPE, SIG_IGN) when it \
             starts; then write() returns an error",
        ),
        Some(End::ServerUnasked) => trouble.look_at(
            "the program has ended, in peace: does it serve one connection \
             and no more? accept belongs in a loop. (The checker connects \
             once, and leaves, before it begins)",
        ),
        _ => trouble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_panics_is_no_verdict_about_the_program() {
        let order = Order {
            step: 1,
            title: String::new(),
            command: "true".to_owned(),
            seed: 42,
            limits: Limits::default(),
        };
        let check = Check {
            name: "panics",
            promise: "nothing",
            steps: 1..=1,
            run: |_| panic!("on purpose"),
        };
        let text = run_one(&order, &check).text();
        assert!(text.starts_with("could not tell"), "{text}");
        assert!(text.contains("seed 42"), "{text}");
    }

    #[test]
    fn a_program_that_does_not_start_fails_in_words() {
        let order = Order {
            step: 1,
            title: String::new(),
            command: "echo no such luck; false".to_owned(),
            seed: 1,
            limits: Limits::default(),
        };
        let check = catalog::checks_of(1).next().expect("a check");
        let text = run_one(&order, check).text();
        assert!(text.starts_with("FAILED"), "{text}");
        assert!(text.contains("no such luck"), "{text}");
        assert!(text.contains("PORT"), "{text}");
    }
}
