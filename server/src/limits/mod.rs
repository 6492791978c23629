//! How much one client, or all from one address, may ask of the room. Must not
//! look at a clock: whoever asks says what time it is.
//!
//! Read `token_bucket`, `pace` (how fast one client may talk), `newcomers`
//! (what an address has left for those who come from it), and
//! `connection_limits` and `places` (who may come in, until they have gone).
//! `silence` stands alone.

pub mod connection_limits;
pub mod newcomers;
pub mod pace;
pub mod places;
pub mod silence;
pub mod token_bucket;
