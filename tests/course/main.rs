//! The course checks itself: its programs against its checker, its pages
//! against its programs, and its checker against programs that are wrong.

mod listings;
mod mutants;
mod pages;
mod programs;
mod sessions;
mod wrong;
