//! The course's programs, and right ones in other languages, pass the checks of their
//! step; a step fails a check of the step that comes after it.

use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use chat_checker::languages::{LANGUAGES, Language};
use chat_checker::runner::AllPassed;
use chat_checker::trial::{
    PythonIs, abreast, checked, checked_again, in_python, own_command,
    python_is_here, side_by_side,
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
    // One after the other: a right program must not be late.
    for step in checked_steps() {
        let command = own_command(step);
        let (passed, text) = checked_again(step, "our own", &command);
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
fn right_programs_in_other_languages_pass() {
    let here = LANGUAGES.iter().filter(|language| language.is_here());
    let all: Vec<(Language, u8)> = here
        .flat_map(|language| STEPS_FOR_ALL.map(|step| (*language, step)))
        .collect();
    // Each waits more than it computes, but a right program must not be late.
    abreast(2, &all, |(language, step)| {
        right_program_passes(*language, *step);
    });
}

/// Most languages have programs of a few steps only.
fn right_program_passes(language: Language, step: u8) {
    let Language {
        name, extension, ..
    } = language;
    let file = format!("step{step:02}.{extension}");
    let right = own::root()
        .join("tests/checker/wrong")
        .join(name)
        .join(&file);
    let Ok(source) = fs::read_to_string(&right) else {
        assert_ne!(name, "python", "{file} is missing");
        return;
    };
    // What is built is put where the source is.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("right");
    fs::create_dir_all(&folder).expect("a directory for right programs");
    let path = folder.join(&file);
    fs::write(&path, source).expect("a copy of a right program");
    let command = language.command(&path).expect("a right program builds");
    let title = format!("in {name}");
    let (passed, text) = checked_again(step, &title, &command);
    assert_eq!(passed, AllPassed::Yes, "{text}");
}

#[test]
fn a_room_with_one_thread_passes_as_well() {
    if python_is_here() == PythonIs::Missing {
        return;
    }
    let path = own::root().join("tests/checker/wrong/python/asyncio_room.py");
    let command = in_python(&path);
    let (passed, text) = checked_again(8, "in asyncio", &command);
    assert_eq!(passed, AllPassed::Yes, "{text}");
}
