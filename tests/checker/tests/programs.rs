//! The course's programs, and right ones in Python, pass the checks of their
//! step; a step fails a check of the step that comes after it.

use std::ops::RangeInclusive;

use chat_checker::runner::AllPassed;
use chat_checker::trial::{
    PythonIs, checked, own_command, python_is_here, side_by_side,
};
use chat_checker::{catalog, own};

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
        let path = format!("tests/checker/wrong/python/step{step:02}.py");
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
    let path = own::root().join("tests/checker/wrong/python/asyncio_room.py");
    let command = format!("exec python3 '{}'", path.display());
    let (passed, text) = checked(8, "in asyncio", &command);
    assert_eq!(passed, AllPassed::Yes, "{text}");
}
