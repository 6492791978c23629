//! The server's count of a crowd, but half a dozen people are one: a schedule
//! with two hundred would be long, and no different.

pub use chat_server::crowd::{
    Arrival, Crowd, NAMED_AT_ONCE_MAX, TELLING_INTERVAL, Telling,
};

/// Up to so many people everyone is told of everyone by name.
pub const NAMED_PEOPLE_MAX: usize = 5;
