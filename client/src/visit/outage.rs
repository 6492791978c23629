//! What is known of the time in which the server is gone. Must not decide
//! anything.

use std::time::Instant;

/// What a room's goodbye tells of the lines that it was given before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goodbye {
    /// It has certainly taken all of them.
    TookAll,
    /// The last may have come too late.
    MayLackTheLast,
}

/// The time between losing the server and being known to it again.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// Whether the person has been told that the server is called again by
    /// itself.
    pub(super) is_told: bool,
    /// When the room first said that the name is taken.
    pub(super) taken_since: Option<Instant>,
}
