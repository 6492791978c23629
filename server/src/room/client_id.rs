//! Which stay of which client. Must not know anything else of a client.

/// One stay of one client, from `accept` to the end. Never used again, so
/// that it cannot mean somebody else who has taken the same name since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientId(pub u64);
