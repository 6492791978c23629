//! Every session and every verdict the book prints is made again and
//! compared.

use std::time::Duration;

use chat_checker::own;
use chat_checker::program::Program;
use chat_checker::trial::{
    LOOKS_MAX, check_alone, checked, own_command, side_by_side,
};
use chat_course::page::blocks;
use chat_course::{lanes, transcript};

use crate::mutants::mutant;
use crate::pages::pages;

/// What `$ make` of a session starts: a step, or one of the bad clients.
fn command(text: &str) -> Result<String, String> {
    if text == SHIPPED {
        return shipped();
    }
    let (settings, target) =
        text.split_once("make ").ok_or("not a make command")?;
    let program = match target {
        "freeze" | "flood" => {
            let path = own::build_bad_client(target);
            let path = path.map_err(|error| error.to_string())?;
            own::exec(&path)
        }
        _ => {
            let number = target.strip_prefix("step N=");
            let number = number.and_then(|number| number.parse().ok());
            own_command(number.ok_or("no such target of make")?)
        }
    };
    // Settings such as `POLICY=drop` stand before a command in any shell.
    Ok(match settings {
        "" => program,
        settings => format!("export {settings}; {program}"),
    })
}

/// How the book starts the shipped server.
const SHIPPED: &str = "cargo run -q -p chat-server -- -q --data off";

fn shipped() -> Result<String, String> {
    let path = own::build_server().map_err(|error| error.to_string())?;
    let address = "127.0.0.1:$PORT";
    Ok(format!("{} -q --data off {address}", own::exec(&path)))
}

#[test]
fn every_session_happens_as_it_is_printed() {
    for page in pages() {
        for block in blocks(&page.text) {
            if block.kind == "session" {
                let played = lanes::play(&block.lines, &command);
                if let Err(why) = played {
                    panic!("{}:{}: {why}", page.file, block.at);
                }
            }
        }
    }
}

/// A verdict that the book prints.
struct Printed {
    step: u8,
    /// Its place in the book, for reports.
    place: String,
    lines: Vec<String>,
    /// The line of the change that stands right before it, if one does.
    change: Option<usize>,
}

#[test]
fn every_verdict_is_given_as_it_is_printed() {
    let complaints: Vec<String> = side_by_side(&printed(), verdict_in_time)
        .into_iter()
        .filter_map(Result::err)
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn printed() -> Vec<Printed> {
    let mut printed = Vec::new();
    for page in pages() {
        let mut change = None;
        for block in blocks(&page.text) {
            match block.kind.as_str() {
                "diff" => change = Some(block.at),
                "console" => printed.push(Printed {
                    step: page.step,
                    place: format!("{}:{}", page.file, block.at),
                    lines: block.lines,
                    change: change.take(),
                }),
                _ => change = None,
            }
        }
    }
    printed
}

/// The verdict as it is printed, if it comes out so at one time of several. A
/// program that is wrong is wrong in one way at one time and in another at the
/// next, and which one shows is luck; the page prints one of them.
fn verdict_in_time(printed: &Printed) -> Result<(), String> {
    let mut result = verdict(printed);
    for _ in 1..LOOKS_MAX {
        if result.is_ok() {
            break;
        }
        result = verdict(printed);
    }
    result
}

/// Runs the command of a printed verdict and compares what the checker says.
fn verdict(printed: &Printed) -> Result<(), String> {
    let place = &printed.place;
    let (command, told) = printed.lines.split_first().ok_or("no command")?;
    let (step, program) = asked(command)
        .ok_or_else(|| format!("{place}: not understood: {command:?}"))?;
    let program = match (program, printed.change) {
        (Some(program), _) => program,
        (None, Some(change)) => own::exec(&mutant(printed.step, change)),
        (None, None) => own_command(printed.step),
    };
    let program = match command.split_once(" make ") {
        Some(("$", _)) | None => program,
        Some((settings, _)) => {
            format!("export {}; {program}", settings.trim_start_matches("$ "))
        }
    };
    let title = match command.split_once(" CMD='") {
        Some((_, own)) => own.trim_end_matches('\''),
        None => "our own program",
    };
    let came = match step {
        Some(step) => checker_says(step, title, &program, told),
        None => shown_by(&program)?,
    };
    transcript::matches(told, &came)
        .map_err(|line| format!("{place}: {line:?} is not what came:\n{came}"))
}

/// What the checker says; of a verdict that is printed in part, only the
/// checks that are printed are made.
fn checker_says(
    step: u8,
    title: &str,
    program: &str,
    told: &[String],
) -> String {
    if told.iter().any(|line| line.contains(" passed (SEED=")) {
        return checked(step, title, program).1;
    }
    told.iter()
        .filter_map(|line| {
            let heading = line.strip_prefix("FAILED  ");
            let heading = heading.or_else(|| line.strip_prefix("passed  "));
            Some(check_alone(step, heading?.split_once(':')?.0, program))
        })
        .collect::<String>()
}

/// Everything a program shows until it ends.
fn shown_by(command: &str) -> Result<String, String> {
    let mut program =
        Program::start(command, 0).map_err(|error| error.to_string())?;
    program
        .ends(PROGRAM_MAX)
        .map(|_| program.shown())
        .ok_or_else(|| format!("{command} does not end"))
}

/// How long a program may run that only shows something.
const PROGRAM_MAX: Duration = Duration::from_secs(60);

/// The step to check, or none if the program is only run, and the program if
/// the command names one.
fn asked(command: &str) -> Option<(Option<u8>, Option<String>)> {
    if command.contains("make step N=") {
        return Some((None, None));
    }
    let (_, rest) = command.split_once("make check-step STEP=")?;
    let (step, program) = match rest.split_once(" CMD='make -s step N=") {
        Some((step, program)) => (step, Some(program.strip_suffix('\'')?)),
        None => (rest, None),
    };
    let program = match program {
        Some(number) => Some(own_command(number.parse().ok()?)),
        None => None,
    };
    Some((Some(step.parse().ok()?), program))
}
