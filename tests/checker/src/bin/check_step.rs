//! `check_step STEP [COMMAND]`: checks the program that COMMAND starts, or
//! the course's own. Decides nothing but the exit code.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use chat_checker::runner::AllPassed;
use chat_checker::{catalog, own, runner};

const USAGE: &str = "usage: check_step STEP [COMMAND], where STEP is 1 to 10 \
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
    let mut arguments = env::args().skip(1);
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
    let order = runner::Order {
        step: number,
        title,
        command,
        seed: seed()?,
        check_max: runner::CHECK_MAX,
    };
    // Whoever has read enough may close the pipe; the exit code still counts.
    let say = |text: &str| drop(io::stdout().write_all(text.as_bytes()));
    Ok(match runner::check(&order, say) {
        AllPassed::Yes => ExitCode::SUCCESS,
        AllPassed::No => ExitCode::FAILURE,
    })
}

fn own_command(number: u8) -> Result<String, String> {
    let step = catalog::step(number).ok_or(USAGE)?;
    let path = own::build(step).map_err(|error| error.to_string())?;
    Ok(own::exec(&path))
}

/// `SEED`, or one of the clock's.
fn seed() -> Result<u64, String> {
    match env::var("SEED") {
        Ok(text) if !text.is_empty() => text
            .parse()
            .map_err(|_| format!("SEED is no number: {text}")),
        _ => Ok(SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(1, |since| u64::from(since.subsec_nanos()))),
    }
}
