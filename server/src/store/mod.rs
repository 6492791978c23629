//! What is said is kept: one SQLite file, and the thread that writes it. Must
//! not know who is in the room, or how they are told.
//!
//! The room has its entries applied by a thread
//! ([`crate::room::Room::propose`]) and knows nothing of a file. Read `place`
//! (where it is), `claim` (one server a file), `database` (all the SQL there
//! is), `plan` and `journal` (the thread that keeps and applies), `checkpoints`
//! (the one that tidies up behind it) and `rows` (entries as they stand in the
//! file); `reading` answers those who ask;
//! `opening` puts them together at the start. `admin` is what an operator does
//! with it.

pub mod admin;
pub mod checkpoints;
pub mod claim;
pub mod database;
pub mod journal;
pub mod opening;
pub mod place;
pub mod plan;
pub mod reading;
pub mod rows;
pub mod search;
pub mod words;
