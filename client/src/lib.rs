//! The client: a reader thread beside the blocking keyboard.
//!
//! Each folder is a floor, and uses only those below it. From the top: [`run`]
//! is the main loop; [`threads`] wait, for the person, for the room and for
//! signals, and each only sends what it found into one inbox as an
//! [`Event`](threads::inbox::Event); [`ui`] is what the person sees and types;
//! [`visit`] decides what is to be done. [`typed`] and [`permits`] are a line
//! on its way to the room, and how many there may be; [`places`] and
//! [`own_file`] keep where one was. [`config`] holds what was decided at the
//! start, [`exit`] how it ends.
//!
//! The main thread receives an event, asks the visit what is to be done, and
//! does it; so one thread alone writes on the terminal, and whoever is gone,
//! the person or the server, is one more event.

pub mod config;
pub mod exit;
pub mod own_file;
pub mod permits;
pub mod places;
pub mod run;
pub mod threads;
pub mod typed;
pub mod ui;
pub mod visit;
