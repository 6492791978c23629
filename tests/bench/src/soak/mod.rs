//! Unruly clients for a while, and witnesses who check what the room
//! promises meanwhile.

pub mod ledger;
pub mod visitor;
pub mod witness;
