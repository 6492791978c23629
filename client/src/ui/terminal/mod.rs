//! The terminal itself: the keys that come from it, and the rows that are
//! written on it. Must not know what a room is, or who types.
//!
//! For what is written: `widths` (how many columns a text takes), `paint` and
//! `direction`, `layout` (rows), then `screen`, which alone writes. For what
//! comes: `keymap`, then `decoder`. `device` and `raw_mode` stand between
//! this program and the system.

pub mod decoder;
pub mod device;
pub mod direction;
pub mod keymap;
pub mod layout;
pub mod paint;
pub mod raw_mode;
pub mod screen;
pub mod widths;
