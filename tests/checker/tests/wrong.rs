//! The checker's own test: programs that are wrong must fail, and with the
//! words that help. They are right programs with one change each, listed in
//! `tests/checker/wrong/*.txt`; those the book asks for are a test of the course.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

use chat_checker::languages::{LANGUAGES, Language};
use chat_checker::patch;
use chat_checker::trial::{LOOKS_MAX, check_alone, side_by_side};
use chat_checker::{catalog, own};

/// One wrong program.
struct Wrong {
    /// What it is written in.
    language: Language,
    /// What is wrong with it.
    title: String,
    step: u8,
    /// The change to the right program, as a patch.
    change: Vec<String>,
    /// The check that must fail.
    check: String,
    /// What its report must say.
    words: String,
}

/// Reads the list of each language: `== 4: what is wrong`, the change,
/// `fails check: words`.
fn list() -> Vec<Wrong> {
    let of_language = |language: &Language| {
        let path = format!("tests/checker/wrong/{}.txt", language.name);
        let text = fs::read_to_string(own::root().join(path));
        let text = text.expect("a list of wrong programs");
        let titles = text.split("\n== ").skip(1);
        titles.map(|text| read(*language, text)).collect::<Vec<_>>()
    };
    LANGUAGES.iter().flat_map(of_language).collect()
}

/// Those that can run here and whose language and title hold what `WRONG`
/// says, or all.
fn wanted() -> Vec<Wrong> {
    let wanted = env::var("WRONG").unwrap_or_default();
    let here = LANGUAGES.iter().filter(|language| language.is_here());
    let here: BTreeSet<&str> = here.map(|language| language.name).collect();
    let mut list = list();
    list.retain(|wrong| {
        here.contains(wrong.language.name) && wrong.name().contains(&wanted)
    });
    list
}

impl Wrong {
    /// What it is called here: `python, 4: a pool of ten`.
    fn name(&self) -> String {
        format!("{}, {}", self.language.name, self.title)
    }
}

fn read(language: Language, text: &str) -> Wrong {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let title = lines.remove(0);
    let at = lines.iter().position(|line| line.starts_with("fails "));
    let at = at.unwrap_or_else(|| panic!("{title}: no line \"fails\""));
    let verdict = lines[at].trim_start_matches("fails ");
    let (check, words) = verdict.split_once(": ").expect("check: words");
    let (step, _) = title.split_once(": ").expect("step: what is wrong");
    Wrong {
        language,
        step: step.parse().expect("a step"),
        check: check.to_owned(),
        words: words.to_owned(),
        change: lines[..at].to_vec(),
        title,
    }
}

#[test]
fn wrong_programs_fail_with_words_that_help() {
    let programs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrong");
    fs::create_dir_all(&programs).expect("a directory for wrong programs");
    let look = |wrong: &Wrong| {
        let mut looks = (0..LOOKS_MAX).map(|_| complaint(wrong, &programs));
        // `None` at the first look without a complaint.
        looks.try_fold(String::new(), |_, complaint| complaint)
    };
    let complaints: Vec<String> = side_by_side(&wanted(), look)
        .into_iter()
        .flatten()
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What the checker got wrong about a program, if anything.
fn complaint(wrong: &Wrong, programs: &Path) -> Option<String> {
    let Language {
        name, extension, ..
    } = wrong.language;
    let title = wrong.name();
    let right = format!("{name}/step{:02}.{extension}", wrong.step);
    let right = own::root().join("tests/checker/wrong").join(right);
    let right = fs::read_to_string(right).expect("the right program");
    let program = match patch::apply(&right, &wrong.change) {
        Ok(program) => program,
        Err(why) => return Some(format!("{title}: {why}")),
    };
    let file = title.replace(|c: char| !c.is_alphanumeric(), "_");
    let path = programs.join(file).with_extension(extension);
    fs::write(&path, program).expect("a wrong program");
    let command = match wrong.language.command(&path) {
        Ok(command) => command,
        Err(why) => return Some(format!("{title}: {why}")),
    };
    let report = check_alone(wrong.step, &wrong.check, &command);
    let words = report.split_whitespace().collect::<Vec<_>>().join(" ");
    let as_expected =
        words.starts_with("FAILED") && words.contains(&wrong.words);
    (!as_expected)
        .then(|| format!("{title}: wanted {:?} in\n{report}", wrong.words))
}

#[test]
fn each_check_has_wrong_programs_in_two_languages() {
    let list = list();
    for check in catalog::CHECKS {
        let languages: BTreeSet<&str> = list
            .iter()
            .filter(|wrong| wrong.check == check.name)
            .map(|wrong| wrong.language.name)
            .collect();
        // `history` belongs to step 10, which is in Rust alone.
        let enough = languages.len() > 1 || *check.steps.start() == 10;
        assert!(enough, "{}: only in {languages:?}", check.name);
    }
}
