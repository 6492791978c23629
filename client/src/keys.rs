//! The thread that waits for keys while the terminal is taken. May not write
//! anything anywhere.
//!
//! Like the thread of [`crate::keyboard`] it is over when the program is.

use std::io;
use std::thread;

use crossbeam_channel::Sender;
use crossterm::event;

use crate::news::News;

/// Starts the thread.
///
/// # Errors
/// The system has no thread left.
pub fn start(news: Sender<News>) -> io::Result<()> {
    thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(move || {
            while let Ok(event) = event::read() {
                if news.send(News::Pressed(event)).is_err() {
                    return;
                }
            }
            // An error means that the main thread has gone: nothing to do.
            let _ = news.send(News::KeyboardEnded);
        })?;
    Ok(())
}
