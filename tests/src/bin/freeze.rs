//! A client that connects, gives its name, and then reads nothing. It takes
//! no part in anything else.

use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use chat_tests::checker::person::{FROZEN_BYTES, Heard, Person};
use chat_tests::checker::story::Story;
use chat_tests::checker::verdict::Trouble;

/// How long an answer to the name is waited for.
const ANSWER_MAX: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok());
    let port: u16 = port.unwrap_or(7007);
    let to = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match freeze(to) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("nobody to freeze at {to}: {trouble:?}");
            ExitCode::FAILURE
        }
    }
}

/// Connects, says a name, and waits until it is ended by hand.
fn freeze(to: SocketAddr) -> Result<(), Trouble> {
    let story = Story::default();
    let mut person =
        Person::connect_narrow(to, "frozen", &story, FROZEN_BYTES)?;
    person.sends(b"frozen\n")?;
    // A room that knows names answers; a relay says nothing.
    while let Heard::Line(line) = person.hears_within(ANSWER_MAX) {
        if line.starts_with("* you are") {
            break;
        }
    }
    println!("frozen is in the room and reads nothing; Ctrl-C ends it");
    loop {
        thread::park();
    }
}
