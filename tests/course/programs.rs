//! The course's programs, and right ones in Python, pass the checks of their
//! step; a step fails a check of the step that comes after it.

use std::ops::RangeInclusive;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use chat_tests::checker::runner::{self, AllPassed, Order};
use chat_tests::checker::{catalog, own};

/// The seed of all checks in these tests.
pub const SEED: u64 = 7007;

/// A command that starts our own step.
pub fn own_command(number: u8) -> String {
    let step = catalog::step(number).expect("a step");
    let path = own::build(step).expect("the step builds");
    format!("exec '{}'", path.display())
}

/// What the checker says about a program.
pub fn checked(step: u8, title: &str, command: &str) -> (AllPassed, String) {
    let order = Order {
        step,
        title: title.to_owned(),
        command: command.to_owned(),
        seed: SEED,
    };
    let text = std::cell::RefCell::new(String::new());
    let passed = runner::check(&order, |said| text.borrow_mut().push_str(said));
    (passed, text.into_inner())
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
        let workers: Vec<_> = (0..SIDE_BY_SIDE_MAX)
            .map(|_| scope.spawn(work_on))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("the work was done"))
            .collect()
    });
    results.sort_by_key(|(nth, _)| *nth);
    results.into_iter().map(|(_, result)| result).collect()
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

/// The steps that other people write programs for, in any language.
const STEPS_FOR_ALL: RangeInclusive<u8> = 1..=9;

fn checked_steps() -> impl Iterator<Item = u8> {
    catalog::STEPS
        .iter()
        .map(|step| step.number)
        .filter(|step| catalog::checks_of(*step).next().is_some())
}

#[test]
fn every_step_passes_its_own_checks() {
    for step in checked_steps() {
        let check = || checked(step, "our own", &own_command(step));
        let (mut passed, mut text) = check();
        if passed != AllPassed::Yes {
            // A starved machine makes a right program late; a wrong program
            // is wrong again.
            (passed, text) = check();
        }
        assert_eq!(passed, AllPassed::Yes, "{text}");
    }
}

#[test]
fn every_step_fails_the_checks_of_the_next() {
    let steps: Vec<u8> = checked_steps().collect();
    side_by_side(&steps, |step| {
        let before = catalog::step(*step).and_then(|step| step.before);
        if let Some(before) = before {
            let command = own_command(before);
            let (passed, text) = checked(*step, "too early", &command);
            assert_eq!(passed, AllPassed::No, "step {before}: {text}");
        }
    });
}

#[test]
fn right_programs_in_python_pass() {
    if python_is_here() == PythonIs::Missing {
        return;
    }
    for step in STEPS_FOR_ALL {
        let path = format!("tests/wrong/python/step{step:02}.py");
        let path = own::root().join(path);
        let command = format!("exec python3 '{}'", path.display());
        let (passed, text) = checked(step, "in Python", &command);
        assert_eq!(passed, AllPassed::Yes, "{text}");
    }
}

#[test]
fn a_room_with_one_thread_passes_as_well() {
    if python_is_here() == PythonIs::Missing {
        return;
    }
    let path = own::root().join("tests/wrong/python/asyncio_room.py");
    let command = format!("exec python3 '{}'", path.display());
    let (passed, text) = checked(8, "in asyncio", &command);
    assert_eq!(passed, AllPassed::Yes, "{text}");
}
