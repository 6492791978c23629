//! The client: a reader thread beside the blocking keyboard.
//!
//! Three threads wait: `keyboard` for the person, `reader` for the room and
//! `signals` for signals. Each only sends what it found into one inbox as
//! [`news::News`]. The main thread receives it, asks [`visit`] what is to be done, and does it; so one
//! thread alone writes on the terminal, and whoever is gone, the person or
//! the server, is one more piece of news.
//!
//! What the person sees is a [`face::Face`]: [`paper`], lines one below the
//! other for pipes, logs and screen readers, or [`interactive`], where lines
//! come in above the one that is being typed and [`screen`] alone writes.
//!
//! Reading order is the order below: a file uses only those above it. What
//! stands below [`paper`] is for a terminal.

pub mod config;
pub mod exit;
pub mod permits;

pub mod typed;

pub mod whom;

pub mod connection;

pub mod backlog;
pub mod unsent;

pub mod sender;

pub mod keymap;

pub mod decoder;

pub mod news;

pub mod keyboard;
pub mod reader;

pub mod claim;
pub mod pauses;

pub mod face;

pub mod visit;

pub mod run;

pub mod paint;

pub mod bell;

pub mod paper;

pub mod terminal;

pub mod keys;

pub mod signals;

pub mod people;

pub mod completion;

pub mod history_file;

pub mod history;

pub mod editor;

pub mod widths;

pub mod direction;

pub mod layout;

pub mod pasted;

pub mod screen;

pub mod interactive;
