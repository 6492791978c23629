//! The client: a reader thread beside the blocking keyboard.
//!
//! Two threads wait: `keyboard` for the person, `reader` for the room. Each
//! only sends what it found into one channel as [`news::News`]. The main
//! thread receives it, asks [`visit`] what is to be done, and does it; so one
//! thread alone writes on the terminal, and whoever is gone, the person or
//! the server, is one more piece of news.
//!
//! Reading order: [`config`], [`exit`], [`permits`], [`typed`], [`news`],
//! [`keyboard`], [`connection`], [`sender`], [`reader`], [`claim`],
//! [`visit`], [`paper`], [`plain`]. A file uses only those before it.

pub mod claim;
pub mod config;
pub mod connection;
pub mod exit;
pub mod keyboard;
pub mod news;
pub mod paper;
pub mod permits;
pub mod plain;
pub mod reader;
pub mod sender;
pub mod typed;
pub mod visit;
