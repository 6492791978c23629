//! Checks many programs for a test: the course's own, and others. Must not
//! say what ought to come out.

use std::cell::RefCell;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::runner::{self, AllPassed, Limits, Order};
use super::{catalog, own};

/// The seed of all checks in these tests.
pub const SEED: u64 = 7007;

/// A command that starts our own step.
pub fn own_command(number: u8) -> String {
    let step = catalog::step(number).expect("a step");
    let path = own::build(step).expect("the step builds");
    own::exec(&path)
}

/// What the checker says about a program.
pub fn checked(step: u8, title: &str, command: &str) -> (AllPassed, String) {
    let order = Order {
        step,
        title: title.to_owned(),
        command: command.to_owned(),
        seed: SEED,
        limits: Limits::default(),
    };
    let text = RefCell::new(String::new());
    let passed = runner::check(&order, |said| text.borrow_mut().push_str(said));
    (passed, text.into_inner())
}

/// How often a program is looked at before a verdict that was not expected
/// counts: on a starved machine a program is late whatever it does.
pub const LOOKS_MAX: usize = 4;

/// Whether a right program passes, and what the checker says. One that does
/// not is looked at again; a wrong program is wrong again.
pub fn checked_again(
    step: u8,
    title: &str,
    command: &str,
) -> (AllPassed, String) {
    let mut result = checked(step, title, command);
    for _ in 1..LOOKS_MAX {
        if result.0 == AllPassed::Yes {
            break;
        }
        result = checked(step, title, command);
    }
    result
}

/// What one check says about a program.
pub fn check_alone(step: u8, name: &str, command: &str) -> String {
    let check = catalog::checks_of(step)
        .find(|check| check.name == name)
        .unwrap_or_else(|| panic!("step {step} has no check {name:?}"));
    let order = Order {
        step,
        title: name.to_owned(),
        command: command.to_owned(),
        seed: SEED,
        limits: Limits::default(),
    };
    runner::run_one(&order, check).text()
}

/// How many programs are checked at the same time.
const SIDE_BY_SIDE_MAX: usize = 6;

/// Does `work` for each item, a few at a time, and keeps their order.
pub fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    abreast(SIDE_BY_SIDE_MAX, items, work)
}

/// Does `work` for each item, so many at a time, and keeps their order.
pub fn abreast<T: Sync, R: Send>(
    at_a_time: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work_on = || {
        let mut done = Vec::new();
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(nth) else {
                return done;
            };
            done.push((nth, work(item)));
        }
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..at_a_time).map(|_| scope.spawn(work_on)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("the work was done"))
            .collect()
    });
    results.sort_by_key(|(nth, _)| *nth);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A command that runs this file with Python.
pub fn in_python(path: &Path) -> String {
    format!("exec python3 {}", own::quoted(path))
}

/// Whether there is a Python here; says so if there is none.
pub fn python_is_here() -> PythonIs {
    let found = Command::new("python3")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if found {
        PythonIs::Here
    } else {
        eprintln!("NOT RUN: there is no python3 here");
        PythonIs::Missing
    }
}

/// Whether tests that need Python can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PythonIs {
    /// They can.
    Here,
    /// They are reported as not run.
    Missing,
}
