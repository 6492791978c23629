//! In the place of the server's `store`: its journal, over a file made of
//! memory.

pub mod database;

#[path = "../../../src/store/journal.rs"]
pub mod journal;
#[path = "../../../src/store/rows.rs"]
pub mod rows;

/// There is no other server.
pub mod claim {
    pub struct Claim;
}
