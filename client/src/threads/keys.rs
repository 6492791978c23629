//! The thread that waits for keys while the terminal is in raw mode. Must
//! not write anything anywhere.
//!
//! It reads the terminal itself and lets the [`Decoder`] say what the bytes
//! mean. Crossterm's own source of events waits for the end of every sequence
//! it does not know, with all keys behind it.
//!
//! Like the thread of [`crate::threads::keyboard`] it is over when the program
//! is.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{SendError, Sender};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::threads::inbox::Event;
use crate::ui::terminal::decoder::{Decoder, TerminalInput};

/// How much is read at once.
const READ_BYTES: usize = 4096;

/// How long nothing must come after a paste of several lines before it is
/// handed on. Whatever was typed along with it comes in pieces, cut where the
/// system likes; nobody answers a question about it that soon. As long as an
/// Esc may be the beginning of something.
const QUIET_AFTER_PASTE: Duration = Duration::from_millis(100);

/// How much is handed on with a paste when it never becomes quiet.
const INPUTS_WITH_PASTE_MAX: usize = 64;

/// Starts the thread, which reads this terminal.
///
/// # Errors
/// The system has no thread left.
pub fn start(
    terminal: impl Read + AsFd + Send + 'static,
    events: Sender<Event>,
) -> io::Result<()> {
    thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(move || {
            // An error means that the main thread has gone: nothing to do.
            let _ = run(terminal, &events, QUIET_AFTER_PASTE);
        })?;
    Ok(())
}

fn run(
    mut terminal: impl Read + AsFd,
    events: &Sender<Event>,
    quiet_after_paste: Duration,
) -> Result<(), SendError<Event>> {
    let mut decoder = Decoder::default();
    let mut bytes = [0; READ_BYTES];
    let mut inputs = Vec::new();
    loop {
        let patience = decoder.patience();
        let quiet = is_gathered(&inputs).then_some(quiet_after_paste);
        let time = patience.into_iter().chain(quiet).min();
        match wait(&terminal, time) {
            Ok(Waited::InVain) if time == patience => {
                inputs.extend(decoder.late());
            }
            // It is quiet.
            Ok(Waited::InVain) => hand_on(&mut inputs, events)?,
            Ok(Waited::Ready) => match terminal.read(&mut bytes) {
                // A terminal that is gone has nothing more, ever.
                Ok(0) => break,
                Ok(count) => inputs.extend(decoder.push(&bytes[..count])),
                Err(error) if is_passing(error.kind()) => continue,
                Err(_) => break,
            },
            Err(_) => break,
        }
        if !is_gathered(&inputs) {
            hand_on(&mut inputs, events)?;
        }
    }
    hand_on(&mut inputs, events)?;
    events.send(Event::KeyboardEnded)
}

/// Whether what has come waits for what comes along with it.
fn is_gathered(inputs: &[TerminalInput]) -> bool {
    inputs.len() < INPUTS_WITH_PASTE_MAX
        && inputs.iter().any(|input| match input {
            TerminalInput::Paste(text) => {
                text.trim_end().contains(['\r', '\n'])
            }
            _ => false,
        })
}

/// Sends what has come at one time.
fn hand_on(
    inputs: &mut Vec<TerminalInput>,
    events: &Sender<Event>,
) -> Result<(), SendError<Event>> {
    if inputs.is_empty() {
        return Ok(());
    }
    events.send(Event::Pressed(std::mem::take(inputs), Instant::now()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::net::UnixStream;

    use crossbeam_channel::bounded;

    /// Longer than any test takes.
    const LONG: Duration = Duration::from_secs(20);

    /// Waits until all that was written has been read.
    fn wait_until_read(reader: &UnixStream) {
        while rustix::io::ioctl_fionread(reader).expect("a socket") > 0 {
            thread::yield_now();
        }
    }

    /// How many inputs come together of what is written in two pieces.
    fn together(pieces: [&'static str; 2]) -> Vec<usize> {
        let (mut writer, reader) = UnixStream::pair().expect("sockets");
        let watched = reader.try_clone().expect("a descriptor");
        let (sender, events) = bounded(8);
        let typist = thread::spawn(move || {
            for piece in pieces {
                writer.write_all(piece.as_bytes()).expect("a reader");
                wait_until_read(&watched);
            }
        });
        run(reader, &sender, LONG).expect("an inbox");
        typist.join().expect("a typist");
        drop(sender);
        let count = |event| match event {
            Event::Pressed(inputs, _) => Some(inputs.len()),
            _ => None,
        };
        events.iter().filter_map(count).collect()
    }

    #[test]
    fn what_comes_along_with_a_paste_is_handed_on_with_it() {
        let several = "\x1b[200~one\rtwo\x1b[201~";
        assert_eq!(together([several, "\r"]), [2]);
        assert_eq!(together([several, "y\r"]), [3]);
        assert_eq!(together(["\x1b[200~one\r\x1b[201~", "\r"]), [1, 1]);
        assert_eq!(together(["a", "\r"]), [1, 1]);
    }
}
