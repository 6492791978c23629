//! How much one client, or all from one address, may ask of the room. Must not
//! wait, and must not look at a clock: whoever asks says what time it is.
//!
//! Read `token_bucket`, `pace` (how fast one client may talk), `newcomers`
//! (what an address has left for those who come from it). `connection_limits`
//! and `silence` stand alone.

pub mod connection_limits;
pub mod newcomers;
pub mod pace;
pub mod silence;
pub mod token_bucket;
