//! What a line asks the room to do, and what the room has no word for: each
//! command that is more than to speak, to be called or to leave is an
//! [`Action`](crate::room::request::Action) in a file of its own. Must not know
//! how the line arrived, or wait for anything.

pub mod find;
pub mod users;
pub mod whisper;

use chat_common::commands::{COMMANDS, Command, CommandError};
use chat_common::events::{Event, LeaveReason};
use chat_common::lines::{Incoming, Line};
use chat_common::names::Name;
use chat_common::telnet::TIMING_MARK_ANSWER;

use crate::commands::find::Find;
use crate::commands::users::ListUsers;
use crate::commands::whisper::{Recipient, Whisper};
use crate::config::Config;
use crate::net::text;
use crate::past::Archive;
use crate::platform::sync::Arc;
use crate::room::request::Request;

/// Where what was said is read, if it is kept.
pub type Past<'a> = Option<&'a Arc<dyn Archive>>;

/// What the room is asked to do for this line; `None` for a blank one.
pub fn request(
    incoming: Incoming,
    config: &Config,
    past: Past<'_>,
) -> Option<Request> {
    let line = match incoming {
        Incoming::Line(line) => line,
        Incoming::TooLong => return Some(too_long(config.line_bytes_max)),
        Incoming::TimingMark => {
            return Some(Request::Answer(TIMING_MARK_ANSWER.into()));
        }
    };
    match Command::parse(line) {
        Ok(Command::Find(question)) => {
            let bytes_max = config.backlog_bytes_max / 4;
            let find = Find::new(question, past.cloned(), bytes_max);
            Some(Request::Do(Box::new(find)))
        }
        Ok(command) => request_of(command),
        Err(error) => Some(misunderstood(&error)),
    }
}

fn request_of(command: Command) -> Option<Request> {
    Some(match command {
        Command::Nothing | Command::Find(_) => return None,
        Command::Say(text) => Request::Say(text),
        Command::Act(text) => Request::Act(text),
        Command::Name(name) => {
            Request::Rename(Name::parse(&name).map(Arc::new))
        }
        Command::Users => Request::Do(Box::new(ListUsers)),
        Command::Msg { to, text } => whisper(Recipient::named(to), text),
        Command::Reply(text) => whisper(Recipient::LastWhisperer, text),
        Command::Help => Request::Answer(help().into_bytes()),
        Command::Quit => Request::Leave(LeaveReason::Quit),
    })
}

fn whisper(to: Recipient, text: Line) -> Request {
    Request::Do(Box::new(Whisper { to, text }))
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
