//! The thread that waits for keys while the terminal is taken. May not write
//! anything anywhere.
//!
//! Like the thread of [`crate::keyboard`] it is over when the program is.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use crossterm::event::{self, Event};

use crate::news::News;

/// How long nothing must come after a paste before what was pasted is handed
/// on. Whatever was typed or pasted along with it comes in pieces, cut where
/// the system likes; nobody answers a question about it that soon.
const QUIET_AFTER_PASTE: Duration = Duration::from_millis(50);

/// How much is handed on with a paste when it never becomes quiet.
const EVENTS_WITH_PASTE_MAX: usize = 64;

/// Starts the thread.
///
/// # Errors
/// The system has no thread left.
pub fn start(news: Sender<News>) -> io::Result<()> {
    thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(move || {
            while let Ok(events) = read() {
                let pressed = News::Pressed(events, Instant::now());
                if news.send(pressed).is_err() {
                    return;
                }
            }
            // An error means that the main thread has gone: nothing to do.
            let _ = news.send(News::KeyboardEnded);
        })?;
    Ok(())
}

/// What comes next; with a paste, all that comes along with it.
fn read() -> io::Result<Vec<Event>> {
    let mut events = vec![event::read()?];
    if matches!(events[0], Event::Paste(_)) {
        while events.len() < EVENTS_WITH_PASTE_MAX
            && event::poll(QUIET_AFTER_PASTE)?
        {
            events.push(event::read()?);
        }
    }
    Ok(events)
}
