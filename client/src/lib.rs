//! The client: a reader thread beside the blocking keyboard.
//!
//! Two threads wait: `keyboard` for the person, `reader` for the room. Each
//! only sends what it found into one channel as [`news::News`]. The main
//! thread receives it, asks [`visit`] what is to be done, and does it; so one
//! thread alone writes on the terminal, and whoever is gone, the person or
//! the server, is one more piece of news.
//!
//! What the person sees is a [`face::Face`]: [`paper`], lines one below the
//! other for pipes, logs and screen readers, or [`interactive`], where lines
//! come in above the one that is being typed and [`screen`] alone writes.
//!
//! Reading order: [`config`], [`exit`], [`permits`], [`typed`],
//! [`connection`], [`sender`], [`news`], [`keyboard`], [`reader`],
//! [`claim`], [`pauses`], [`face`], [`visit`], [`run`], [`paint`],
//! [`paper`]; then for a terminal: [`terminal`], [`keys`], [`people`],
//! [`completion`], [`history`], [`editor`], [`pasted`], [`layout`],
//! [`screen`], [`interactive`]. A file uses only those before it.

pub mod claim;
pub mod completion;
pub mod config;
pub mod connection;
pub mod editor;
pub mod exit;
pub mod face;
pub mod history;
pub mod interactive;
pub mod keyboard;
pub mod keys;
pub mod layout;
pub mod news;
pub mod paint;
pub mod paper;
pub mod pasted;
pub mod pauses;
pub mod people;
pub mod permits;
pub mod reader;
pub mod run;
pub mod screen;
pub mod sender;
pub mod terminal;
pub mod typed;
pub mod visit;
