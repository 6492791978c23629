//! The course checks itself: its pages against its programs, and what they
//! print against what comes.

mod listings;
mod mutants;
mod pages;
mod sessions;
mod steps;
