//! `check_all STEP FOLDER [--json]`: checks each program in a folder, one
//! after the other, and prints a line for each. Decides nothing but the exit
//! code.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chat_checker::report::Report;
use chat_checker::runner::{self, Limits, Order};
use chat_checker::submissions::{self, Submission};
use chat_checker::verdict::Verdict;
use chat_checker::{arguments, catalog, json};
use serde_json::Value;

const USAGE: &str = "usage: check_all STEP FOLDER [--json], where STEP is 1 \
                     to 10 and FOLDER holds a file or a folder for each \
                     program";
/// How wide the column of names is, at least.
const NAME_CHARS_MIN: usize = 12;
/// How much is said of a failure in its line.
const WHY_CHARS_MAX: usize = 100;

fn main() -> ExitCode {
    match check() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

/// What is to be done, and how it is told.
struct Task {
    step: u8,
    seed: u64,
    form: arguments::Form,
    /// Where programs are built, and what they are told is kept.
    kept: PathBuf,
    /// How wide the column of names is.
    width: usize,
}

fn check() -> Result<ExitCode, String> {
    let (form, arguments) = arguments::form(env::args().skip(1));
    let [step, folder] = arguments.as_slice() else {
        return Err(USAGE.to_owned());
    };
    let step = step.parse().map_err(|_| USAGE)?;
    if folder.is_empty() || catalog::checks_of(step).next().is_none() {
        return Err(USAGE.to_owned());
    }
    let found = submissions::read(Path::new(folder))
        .map_err(|error| format!("{folder}: {error}"))?;
    let names = found.submissions.iter().map(|one| one.name.chars().count());
    let task = Task {
        step,
        seed: arguments::seed()?,
        form,
        kept: kept(step)?,
        width: names.max().unwrap_or(0).max(NAME_CHARS_MIN),
    };
    let programs = found.submissions.len();
    task.say(&format!("step {step}, {programs} programs in {folder}"));
    task.say(&task.row("program", "passed", "what failed first"));
    let mut values = Vec::new();
    for submission in &found.submissions {
        values.push(task.check(submission)?);
    }
    if !found.left_out.is_empty() {
        task.say(&format!("left out: {}", found.left_out.join(", ")));
    }
    task.say(&format!("the reports are in {}", task.kept.display()));
    if task.form == arguments::Form::Json {
        println!("{:#}", Value::from(values.clone()));
    }
    let good = values.iter().all(|value| value["all_passed"] == true);
    Ok(ExitCode::from(u8::from(!good)))
}

/// An empty folder for what is built and reported.
fn kept(step: u8) -> Result<PathBuf, String> {
    let folder = arguments::target().join(format!("check-all/step{step:02}"));
    let told = |error: io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(told)?;
    }
    fs::create_dir_all(&folder).map_err(told)?;
    fs::canonicalize(&folder).map_err(told)
}

impl Task {
    /// Says a line to a person; a program waits for the JSON.
    fn say(&self, line: &str) {
        if self.form == arguments::Form::Text {
            // Whoever has read enough may close the pipe.
            let _ = writeln!(io::stdout(), "{line}");
        }
    }

    fn row(&self, name: &str, passed: &str, why: &str) -> String {
        let width = self.width;
        let row = format!("{name:width$}  {passed:9}  {why}");
        row.trim_end().to_owned()
    }

    /// Checks one program, tells its line and keeps its report.
    fn check(&self, submission: &Submission) -> Result<Value, String> {
        let name = &submission.name;
        let order = Order {
            step: self.step,
            title: name.clone(),
            command: String::new(),
            seed: self.seed,
            limits: Limits::default(),
        };
        let (order, reports, problem) =
            match submission.command(&self.kept.join("built").join(name)) {
                Ok(command) => {
                    let order = Order { command, ..order };
                    let reports = runner::run(&order, |_| {});
                    (order, reports, None)
                }
                Err(why) => (order, Vec::new(), Some(why)),
            };
        let text = runner::text(&order, &reports);
        let text = problem.as_deref().unwrap_or(&text);
        let file = self.kept.join(format!("{name}.txt"));
        fs::write(&file, text)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let (passed, why) = summary(&reports, problem.as_deref());
        self.say(&self.row(name, &passed, &why));
        Ok(json::of_run(&order, &reports, problem.as_deref()))
    }
}

/// How many checks passed, and what is to be mended first, in one line.
fn summary(reports: &[Report], problem: Option<&str>) -> (String, String) {
    if let Some(problem) = problem {
        return ("none".to_owned(), one_line(problem));
    }
    let passed = format!("{} of {}", runner::passed(reports), reports.len());
    let why = reports.iter().find_map(|report| match &report.verdict {
        Verdict::Passed => None,
        Verdict::Failed(failure) => {
            Some(format!("{}: {}", report.name, failure.came))
        }
        Verdict::CouldNotTell(why) => {
            Some(format!("{}: could not tell: {why}", report.name))
        }
    });
    (passed, one_line(&why.unwrap_or_default()))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= WHY_CHARS_MAX {
        return line;
    }
    line.chars().take(WHY_CHARS_MAX).collect::<String>() + "..."
}
