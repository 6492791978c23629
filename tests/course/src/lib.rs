//! The book as its tests read it: pages, listings, patches and sessions.
//! Knows the form of the pages and nothing about chat.
//!
//! A fenced block of a page says by its first word what it is:
//!
//! * `rust`: a region of the step's source, word for word;
//! * `diff`: a change to that source which the reader is asked to try;
//! * `console`: what the checker says, about the step or, right behind a
//!   `diff`, about the step so changed;
//! * `session`: what several terminals show, side by side, row after row;
//! * `text`: a drawing. Nothing is checked.

pub mod lanes;
pub mod listing;
pub mod page;
pub mod transcript;
