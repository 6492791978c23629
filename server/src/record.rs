//! What the log is told of one client, from arrival to departure. May not be
//! given what people type, but for the names they take.

use std::fmt::Display;

use chat_common::names::Name;

use crate::end::End;
use crate::errand::ClientId;
use crate::inside::Departure;
use crate::log::Log;

/// One client, as the log knows it.
///
/// Who comes and goes without a word, as a program does that only looks
/// whether the port is open, is a detail: every few seconds, it would be
/// most of the log.
pub struct Record<'a> {
    id: ClientId,
    from: String,
    log: &'a Log,
    /// Whether the log has been told that this client came.
    is_told: bool,
}

impl<'a> Record<'a> {
    /// The visit of a client who came from there, of which nothing has been
    /// told yet.
    pub fn new(id: ClientId, from: impl Display, log: &'a Log) -> Self {
        Self {
            id,
            from: from.to_string(),
            log,
            is_told: false,
        }
    }

    /// The client is more than an open connection.
    pub fn begin(&mut self) {
        if !std::mem::replace(&mut self.is_told, true) {
            let (id, from) = (self.id.0, &self.from);
            self.log.event(format_args!("client {id} came from {from}"));
        }
    }

    /// The client has taken a name.
    pub fn name(&mut self, name: &Name) {
        self.begin();
        let id = self.id.0;
        self.log.event(format_args!("client {id} is {name}"));
    }

    /// The client talks faster than it may.
    pub fn slow_down(&self) {
        let id = self.id.0;
        self.log.detail(format_args!("client {id} is slowed"));
    }

    /// A command was refused, in words that hold nothing of what was typed.
    pub fn refuse(&self, verb: &'static str, in_short: &'static str) {
        let id = self.id.0;
        self.log.detail(format_args!(
            "client {id} was refused /{verb}: {in_short}"
        ));
    }

    /// The client has left. `left` is what the room says.
    pub fn end(&self, end: &End, left: Option<(Name, Departure)>) {
        let (id, from) = (self.id.0, &self.from);
        match (self.is_told, end) {
            (true, _) => {
                let how = end.describe(left);
                self.log.event(format_args!("client {id} {how}"));
            }
            (false, End::Foreign(protocol)) => self.log.event(format_args!(
                "client {id} from {from} was shown out: it sent {protocol}"
            )),
            (false, _) => self.log.detail(format_args!(
                "client {id} came from {from} and left without a word"
            )),
        }
    }
}
