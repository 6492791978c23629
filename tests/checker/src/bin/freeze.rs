//! `freeze [COUNT]`: clients that connect, give their names, and then read
//! nothing. They take no part in anything else.

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use chat_checker::person::{FROZEN_BYTES, Heard, Person};
use chat_checker::port::usual_address;
use chat_checker::story::Story;
use chat_checker::verdict::Trouble;

/// How long an answer to the name is waited for.
const ANSWER_MAX: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let to = usual_address();
    let Ok(count) = env::args().nth(1).map_or(Ok(1), |text| text.parse())
    else {
        eprintln!("usage: freeze [COUNT], how many clients are to freeze");
        return ExitCode::from(2);
    };
    match freeze_all(to, count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("nobody to freeze at {to}: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// Keeps so many connections until it is ended by hand.
fn freeze_all(to: SocketAddr, count: usize) -> Result<(), Trouble> {
    let names = (1..=count).map(|nth| match nth {
        1 => "frozen".to_owned(),
        _ => format!("frozen{nth}"),
    });
    let _frozen: Vec<Person> = names
        .map(|name| freeze(to, &name))
        .collect::<Result<_, _>>()?;
    loop {
        thread::park();
    }
}

/// Connects and says a name, and reads no further than the answer to it.
fn freeze(to: SocketAddr, name: &str) -> Result<Person, Trouble> {
    let story = Story::default();
    let mut person = Person::connect_narrow(to, name, &story, FROZEN_BYTES)
        .map_err(|error| Trouble::CouldNotTell(error.to_string()))?;
    person.sends(format!("{name}\n").as_bytes())?;
    // A room that knows names answers; a relay says nothing.
    while let Heard::Line(line) = person.hears_within(ANSWER_MAX) {
        if line.starts_with("* you are") {
            break;
        }
    }
    println!("{name} is in the room and reads nothing; Ctrl-C ends it");
    Ok(person)
}
