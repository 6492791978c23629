//! The thread that waits for the person, or for what is piped in. Must not
//! write anything anywhere.
//!
//! Nothing can end a blocked read of the keyboard but the end of the
//! program. So this thread is never joined: it holds nothing that has to be
//! put away, and it is over when the program is.

use std::io::{self, Read};
use std::thread;

use chat_common::lines::{Incoming, LineReader};
use crossbeam_channel::{SendError, Sender};

use crate::permits::Permits;
use crate::threads::inbox::Event;
use crate::typed::{TYPED_BYTES_MAX, Typed};

/// How many lines may be on their way to the room: enough to keep a socket
/// busy, few enough that a large file waits in its pipe and not in here.
pub const LINES_ON_THEIR_WAY_MAX: usize = 64;

/// How much is read at once.
const READ_BYTES: usize = 8 * 1024;

/// Starts the thread.
///
/// # Errors
/// The system has no thread left.
pub fn start(
    source: impl Read + Send + 'static,
    events: Sender<Event>,
) -> io::Result<()> {
    thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(move || {
            // An error means that the main thread has gone: nothing to do.
            let _ = run(source, &events);
        })?;
    Ok(())
}

/// Hands on line after line, then the end.
fn run(
    mut source: impl Read,
    events: &Sender<Event>,
) -> Result<(), SendError<Event>> {
    let permits = Permits::new(LINES_ON_THEIR_WAY_MAX);
    let mut lines = LineReader::new(TYPED_BYTES_MAX);
    let mut bytes = [0; READ_BYTES];
    let mut found = Vec::new();
    loop {
        match source.read(&mut bytes) {
            Ok(0) => break,
            Ok(count) => lines.push(&bytes[..count], |line| found.push(line)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            // A terminal that hung up ends the input like any other end.
            Err(_) => break,
        }
        for piece in found.drain(..).filter_map(|it| typed(it, &permits)) {
            events.send(piece)?;
        }
    }
    if let Some(piece) = lines.finish().and_then(|it| typed(it, &permits)) {
        events.send(piece)?;
    }
    events.send(Event::KeyboardEnded)
}

fn typed(line: Incoming, permits: &Permits) -> Option<Event> {
    match line {
        Incoming::Line(line) => {
            Some(Event::Typed(Typed::counted(line, permits.take())))
        }
        Incoming::TooLong => Some(Event::TypedTooLong),
        // Only a server has anybody to answer.
        Incoming::TimingMark => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::unbounded;
    use std::time::Duration;

    const DEADLINE: Duration = Duration::from_secs(5);
    /// How long to look for what must not come.
    const MOMENT: Duration = Duration::from_millis(50);

    /// What the keyboard makes of these bytes.
    fn run_on(bytes: &[u8]) -> Vec<String> {
        let (sender, receiver) = unbounded();
        run(bytes, &sender).expect("the receiver is here");
        drop(sender);
        receiver
            .into_iter()
            .map(|event| format!("{event:?}"))
            .collect()
    }

    #[test]
    fn a_last_line_without_newline_is_a_line() {
        let said = run_on(b"one\ntwo");
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("\"one\"") && said[1].contains("\"two\""));
        assert_eq!(said[2], "KeyboardEnded");
    }

    #[test]
    fn lines_on_their_way_hold_back_the_next() {
        let (sender, receiver) = unbounded();
        let source = "x\n".repeat(LINES_ON_THEIR_WAY_MAX + 1);
        start(io::Cursor::new(source), sender).expect("a thread");
        let next = || receiver.recv_timeout(DEADLINE).expect("a line");
        let mut held: Vec<Event> =
            (0..LINES_ON_THEIR_WAY_MAX).map(|_| next()).collect();
        assert!(receiver.recv_timeout(MOMENT).is_err());
        held.pop();
        assert!(matches!(next(), Event::Typed(_)));
    }

    #[test]
    fn no_input_is_an_end() {
        assert_eq!(run_on(b""), ["KeyboardEnded"]);
    }

    #[test]
    fn a_line_too_long_is_told_and_the_next_one_passes() {
        let mut bytes = vec![b'x'; TYPED_BYTES_MAX + 2];
        bytes.extend(b"\nok\n");
        let said = run_on(&bytes);
        assert_eq!(said[0], "TypedTooLong");
        assert!(said[1].contains("\"ok\""), "{said:?}");
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        let said = run_on(b"a\xc3(\n");
        assert!(said[0].contains("a\u{fffd}("), "{said:?}");
    }
}
