//! What is known of the time in which the server is gone. Must not decide
//! anything.

use std::time::Instant;

/// The time between losing the server and being known to it again.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// Whether the person has been told that the server is called again by
    /// itself.
    pub(super) is_told: bool,
    /// When the room first said that the name is taken.
    pub(super) taken_since: Option<Instant>,
}
