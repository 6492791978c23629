//! `check_step STEP [COMMAND] [--json]`: checks the program that COMMAND
//! starts, or the course's own. Decides nothing but the exit code.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;

use chat_checker::arguments::{self, Form};
use chat_checker::runner::{self, AllPassed, Limits, Order};
use chat_checker::{catalog, json, own};

const USAGE: &str = "usage: check_step STEP [COMMAND] [--json], where STEP is 1 to 10 \
                     and COMMAND starts your program, which listens on or \
                     connects to 127.0.0.1 at the port in PORT";

fn main() -> ExitCode {
    match check() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn check() -> Result<ExitCode, String> {
    let (form, arguments) = arguments::form(env::args().skip(1));
    let mut arguments = arguments.into_iter();
    let number = arguments
        .next()
        .and_then(|step| step.parse().ok())
        .ok_or(USAGE)?;
    if catalog::checks_of(number).next().is_none() {
        return Err(match number {
            11 => "step 11 is a checker itself: make step N=11",
            12 => "step 12 is the shipped server: make test",
            _ => USAGE,
        }
        .to_owned());
    }
    let (title, command) =
        match arguments.next().filter(|text| !text.is_empty()) {
            Some(command) => (command.clone(), command),
            None => ("our own program".to_owned(), own_command(number)?),
        };
    let order = Order {
        step: number,
        title,
        command,
        seed: arguments::seed()?,
        limits: Limits::default(),
    };
    Ok(match form {
        Form::Text => in_words(&order),
        Form::Json => in_json(&order),
    })
}

fn in_words(order: &Order) -> ExitCode {
    // Whoever has read enough may close the pipe; the exit code still counts.
    let say = |text: &str| drop(io::stdout().write_all(text.as_bytes()));
    match runner::check(order, say) {
        AllPassed::Yes => ExitCode::SUCCESS,
        AllPassed::No => ExitCode::FAILURE,
    }
}

fn in_json(order: &Order) -> ExitCode {
    let reports = runner::run(order, |_| {});
    println!("{:#}", json::of_run(order, &reports, None));
    let good = runner::passed(&reports) == reports.len();
    ExitCode::from(u8::from(!good))
}

fn own_command(number: u8) -> Result<String, String> {
    let step = catalog::step(number).ok_or(USAGE)?;
    let path = own::build(step).map_err(|error| error.to_string())?;
    Ok(own::exec(&path))
}
