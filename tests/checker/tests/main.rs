//! The checker checks itself: right programs pass, and wrong ones fail with
//! the words that help.

mod behavior;
mod programs;
mod together;
mod wrong;
