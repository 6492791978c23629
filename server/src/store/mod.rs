//! What is said is kept: one SQLite file, and the thread that writes it. Must
//! not know who is in the room, or how they are told.
//!
//! The room hands over its entries ([`crate::room::record::Record`]) and knows
//! nothing of a file. Read `place` (where it is), `claim` (one server a file),
//! `database` (all the SQL there is), `journal` (the thread that writes) and
//! `rows` (entries as they stand in the file); `reading` answers those who ask;
//! `opening` puts them together at the start. `admin` is what an operator does
//! with it.

pub mod admin;
pub mod claim;
pub mod database;
pub mod journal;
pub mod opening;
pub mod place;
pub mod reading;
pub mod rows;
