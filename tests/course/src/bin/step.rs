//! `step run N` becomes the program of a step of the course; `step diff N`
//! shows what changed since the step it grew out of. Must not check it.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use chat_checker::catalog::{self, Step};
use chat_checker::own;

const USAGE: &str = "usage: step run N, or step diff N, where N is 1 to 11";

fn main() -> ExitCode {
    match act() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn act() -> Result<ExitCode, String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [verb, number] = arguments.as_slice() else {
        return Err(USAGE.to_owned());
    };
    let act = match verb.as_str() {
        "run" => run,
        "diff" => diff,
        _ => return Err(USAGE.to_owned()),
    };
    let step = number.parse().ok().and_then(catalog::step);
    act(step.ok_or_else(|| {
        format!(
            "step {number} has no program; docs/syllabus.md lists the steps"
        )
    })?)
}

/// Builds the step and goes on as it: signals and the terminal are its own.
fn run(step: &Step) -> Result<ExitCode, String> {
    let path = own::build(step).map_err(|error| error.to_string())?;
    let error = Command::new(&path).exec();
    Err(format!("cannot start {}: {error}", path.display()))
}

/// What changed; everything is new in a step that grew out of none.
fn diff(step: &Step) -> Result<ExitCode, String> {
    let before = step.before.and_then(catalog::step);
    let before = before.map(own::source_from_root);
    let status = Command::new("diff")
        .current_dir(own::root())
        .arg("-u")
        .arg(before.unwrap_or_else(|| PathBuf::from("/dev/null")))
        .arg(own::source_from_root(step))
        .status()
        .map_err(|error| format!("cannot start diff: {error}"))?;
    // 1 says that there are differences; without a code, whoever has read
    // enough has closed the pipe.
    Ok(match status.code() {
        Some(0 | 1) | None => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
