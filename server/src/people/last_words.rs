//! What somebody is told who leaves, or is shown out, and what the log is told of
//! it. Must not decide who does.

use std::net::SocketAddr;

use chat_common::events::{Event, LeaveReason};
use chat_common::names::Name;

use crate::net::text;

/// What the one who leaves is told: a line, or nothing.
pub fn last_words(reason: LeaveReason) -> String {
    let words = match reason {
        LeaveReason::Quit => "goodbye",
        LeaveReason::Idle => "you are shown out: you were silent too long",
        LeaveReason::TooSlow => "you are shown out: you read too slowly",
        LeaveReason::Unsaid => {
            "the rest of what you sent was not said: you sent it faster than \
             it may be said, and ended the connection"
        }
        LeaveReason::OtherProtocol(protocol) => &format!(
            "you are shown out: this is a chat room, and what you sent first \
             is {protocol}; nothing of it was said"
        ),
        LeaveReason::InputEnded
        | LeaveReason::TimedOut
        | LeaveReason::ConnectionLost => return String::new(),
    };
    text::answers([Event::Notice(words)])
}

/// How somebody left who is called so and came from there, as the log says it
/// of a client.
pub fn for_the_log(from: SocketAddr, name: &Name, why: LeaveReason) -> String {
    match (why, why.explanation()) {
        (LeaveReason::OtherProtocol(protocol), _) => {
            format!("from {from} was shown out: it sent {protocol}")
        }
        (LeaveReason::Unsaid, _) => {
            format!("({name}) left before all they had sent was said")
        }
        (_, None) => format!("({name}) left"),
        (_, Some(why)) => format!("({name}) left: {why}"),
    }
}
