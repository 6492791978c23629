//! What a line asks the room to do. Must not do it, and must not know how the
//! line arrived.

use chat_common::commands::{COMMANDS, Command, CommandError};
use chat_common::events::{Event, LeaveReason};
use chat_common::lines::{Incoming, Line};
use chat_common::names::{self, Name};
use chat_common::telnet::TIMING_MARK_ANSWER;

use crate::net::text;
use crate::platform::sync::Arc;
use crate::room::request::{Recipient, Request, Whisper};

/// What the room is asked to do for this line; `None` for a blank one.
pub fn request(incoming: Incoming, line_bytes_max: usize) -> Option<Request> {
    let line = match incoming {
        Incoming::Line(line) => line,
        Incoming::TooLong => return Some(too_long(line_bytes_max)),
        Incoming::TimingMark => {
            return Some(Request::Answer(TIMING_MARK_ANSWER.into()));
        }
    };
    match Command::parse(line) {
        Ok(command) => request_of(command),
        Err(error) => Some(misunderstood(&error)),
    }
}

fn request_of(command: Command) -> Option<Request> {
    Some(match command {
        Command::Nothing => return None,
        Command::Say(text) => Request::Say(text),
        Command::Act(text) => Request::Act(text),
        Command::Name(name) => {
            Request::Rename(Name::parse(&name).map(Arc::new))
        }
        Command::Users => Request::ListUsers,
        Command::Msg { to, text } => {
            // Here, and not under the room's lock: it takes as long as the
            // text is.
            let key = names::key(&to);
            whisper(Recipient::Named { typed: to, key }, text)
        }
        Command::Reply(text) => whisper(Recipient::LastWhisperer, text),
        Command::Help => Request::Answer(help().into_bytes()),
        Command::Quit => Request::Leave(LeaveReason::Quit),
    })
}

fn whisper(to: Recipient, text: Line) -> Request {
    Request::Whisper(Box::new(Whisper { to, text }))
}

fn misunderstood(error: &CommandError) -> Request {
    answer(Event::Notice(&error.to_string()))
}

fn too_long(line_bytes_max: usize) -> Request {
    answer(Event::Notice(&format!(
        "your line was not said: it is longer than {line_bytes_max} bytes"
    )))
}

/// The answer that says this to the client alone.
pub fn answer(event: Event<'_>) -> Request {
    Request::Answer(text::answers([event]).into_bytes())
}

fn help() -> String {
    let commands: Vec<String> =
        COMMANDS.iter().map(ToString::to_string).collect();
    let lines = commands.iter().map(String::as_str);
    let lines = lines.chain(["anything else is said to everyone; //x says /x"]);
    text::answers(lines.map(Event::Notice))
}
