//! Somebody who is here: the writing end of a client, and how it is given
//! what a hold of the lock tells everyone. Must not take a lock but the
//! outbox's.

use std::net::SocketAddr;
use std::ops::Range;

use chat_common::names::Name;

use crate::limits::newcomers::Arrival;
use crate::net::outbox::Outbox;
use crate::platform::sync::Arc;
use crate::room::client_id::ClientId;
use crate::room::jobs::Jobs;

/// The writing end of a client, as the room sees it. Guarded by the room's
/// lock.
pub struct Writer {
    /// Which stay this is.
    pub id: ClientId,
    /// What they are called now. A guest name until they take another.
    pub name: Arc<Name>,
    /// Where they come from, for the log.
    pub from: SocketAddr,
    /// Whether the log has been told that they came. Who comes and goes
    /// without a word is a detail: a program that looks every few seconds
    /// whether the port is open would be most of the log.
    pub in_log: bool,
    /// How the room is told that they come and go.
    pub arrival: Arrival,
    /// What the room has been told so far.
    pub standing: Standing,
    /// Who whispered to them last, for `/reply`.
    pub last_whisperer: Option<(ClientId, Arc<Name>)>,
    /// What they have yet to be sent.
    pub outbox: Arc<Outbox>,
    /// How much of this hold's text they have been given, in bytes.
    given: usize,
    /// Where in the rest of it their own words stand, which they do not get.
    own: Vec<Range<usize>>,
}

/// What the room has been told of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing yet.
    Unknown,
    /// Nothing yet; but they have a name that somebody else had, so that they
    /// are told of by name before they are heard, or at the next telling.
    Expected,
    /// Their name.
    Named,
    /// That there is one more.
    Counted,
}

/// Somebody who is to be let in.
pub struct Newcomer {
    /// Which stay this will be.
    pub id: ClientId,
    /// Where they come from.
    pub from: SocketAddr,
    /// What they are called at first. Made by the thread that accepts: to find
    /// out what a name looks like takes a page more of a session's stack.
    pub guest: Arc<Name>,
    /// How the room is to be told of them.
    pub arrival: Arrival,
    /// Where what they hear goes.
    pub outbox: Arc<Outbox>,
}

impl Writer {
    /// A newcomer, who gets what this hold tells from `given` bytes on.
    pub fn new(newcomer: &Newcomer, given: usize) -> Self {
        Self {
            id: newcomer.id,
            name: Arc::clone(&newcomer.guest),
            from: newcomer.from,
            in_log: false,
            arrival: newcomer.arrival,
            standing: Standing::Unknown,
            last_whisperer: None,
            outbox: Arc::clone(&newcomer.outbox),
            given,
            own: Vec::new(),
        }
    }

    /// This part of the hold's text is their own words.
    pub fn skip(&mut self, part: Range<usize>) {
        match self.own.last_mut() {
            Some(last) if last.end == part.start => last.end = part.end,
            _ => self.own.push(part),
        }
    }

    /// Gives them what this hold has told so far, without their own words.
    pub fn give(&mut self, text: &[u8], jobs: &mut Jobs) {
        for own in std::mem::take(&mut self.own) {
            self.put(&text[self.given..own.start], jobs);
            self.given = own.end;
        }
        self.put(&text[self.given..], jobs);
        self.given = text.len();
    }

    /// The hold's text is over, and a new one begins.
    pub fn begin_anew(&mut self) {
        self.given = 0;
    }

    /// Puts something into their outbox.
    pub fn put(&self, bytes: &[u8], jobs: &mut Jobs) {
        if !bytes.is_empty() {
            let put = self.outbox.put(bytes);
            jobs.follow_up(self.id, &self.outbox, put);
        }
    }
}
