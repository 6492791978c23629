//! The thread that waits for keys while the terminal is taken. May not write
//! anything anywhere.
//!
//! It reads the terminal itself and lets [`crate::decoder`] say what the
//! bytes mean. Crossterm's own source of events waits for the end of every
//! sequence it does not know, with all keys behind it.
//!
//! Like the thread of [`crate::keyboard`] it is over when the program is.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{SendError, Sender};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::decoder::Decoder;
use crate::news::News;

/// How much is read at once.
const READ_BYTES: usize = 4096;

/// Starts the thread, which reads this terminal.
///
/// # Errors
/// The system has no thread left.
pub fn start(
    terminal: impl Read + AsFd + Send + 'static,
    news: Sender<News>,
) -> io::Result<()> {
    thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(move || {
            // An error means that the main thread has gone: nothing to do.
            let _ = run(terminal, &news);
        })?;
    Ok(())
}

fn run(
    mut terminal: impl Read + AsFd,
    news: &Sender<News>,
) -> Result<(), SendError<News>> {
    let mut decoder = Decoder::default();
    let mut bytes = [0; READ_BYTES];
    loop {
        let events = match wait(&terminal, decoder.patience()) {
            Ok(Waited::InVain) => decoder.late(),
            Ok(Waited::Ready) => match terminal.read(&mut bytes) {
                // A terminal that is gone has nothing more, ever.
                Ok(0) => break,
                Ok(count) => decoder.push(&bytes[..count]),
                Err(error) if is_passing(error.kind()) => continue,
                Err(_) => break,
            },
            Err(_) => break,
        };
        if !events.is_empty() {
            news.send(News::Pressed(events))?;
        }
    }
    news.send(News::KeyboardEnded)
}

/// What became of waiting for the terminal.
enum Waited {
    /// There is something to read, or the terminal is gone.
    Ready,
    /// Nothing came for that long.
    InVain,
}

/// Waits for the terminal, for ever if no time is stated. The wait is a
/// `poll` even then: somebody else may have told it not to block.
fn wait(terminal: &impl AsFd, time: Option<Duration>) -> io::Result<Waited> {
    let time = time.and_then(|it| Timespec::try_from(it).ok());
    loop {
        let mut fds = [PollFd::new(terminal, PollFlags::IN)];
        match poll(&mut fds, time.as_ref()) {
            Ok(0) => return Ok(Waited::InVain),
            Ok(_) => return Ok(Waited::Ready),
            Err(Errno::INTR) => (),
            Err(error) => return Err(error.into()),
        }
    }
}

fn is_passing(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock)
}
