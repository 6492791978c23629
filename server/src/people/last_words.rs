//! What somebody is told who leaves, or is shown out. Must not decide who does.

use chat_common::events::{Event, LeaveReason};

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
