//! Writing to something slow without waiting for it: the log and the
//! transcript. Must not know what it writes.
//!
//! A terminal that was stopped with Ctrl-S or a disk that hangs must stop
//! nobody. So whoever has something to write leaves it in a bounded queue,
//! and one thread writes. When the queue is full, the text is lost, and the
//! next one that is not says so.

use std::io::{self, Write};

use crate::platform::sync::{
    Arc, AtomicUsize, Ordering, Receiver, Sender, TrySendError, bounded,
};

/// The end for those who have something to write.
#[derive(Clone)]
pub struct BackgroundWriter {
    texts: Sender<String>,
    /// How many texts were lost since the last one that was not.
    lost: Arc<AtomicUsize>,
}

/// The end for the thread that writes.
pub struct WriterThread {
    texts: Receiver<String>,
    lost: Arc<AtomicUsize>,
}

/// How what is written already ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastLine {
    /// With a line break, or there is nothing.
    Whole,
    /// In the middle of a line: a crash or a full disk cut it.
    Cut,
}

/// A queue of at most so many texts.
pub fn background_writer(
    texts_waiting_max: usize,
) -> (BackgroundWriter, WriterThread) {
    let (sender, receiver) = bounded(texts_waiting_max);
    let lost = Arc::new(AtomicUsize::new(0));
    let thread = WriterThread {
        texts: receiver,
        lost: Arc::clone(&lost),
    };
    let writer = BackgroundWriter {
        texts: sender,
        lost,
    };
    (writer, thread)
}

impl BackgroundWriter {
    /// Has the text written, with whatever line breaks it holds. Never waits.
    pub fn write(&self, mut text: String) {
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            text.insert_str(0, &gap(lost));
        }
        if let Err(TrySendError::Full(_)) = self.texts.try_send(text) {
            self.lost.fetch_add(lost + 1, Ordering::Relaxed);
        }
    }
}

impl WriterThread {
    /// Writes until every [`BackgroundWriter`] is gone. `complain` hears of
    /// the first error of each run of errors; what could not be written is
    /// lost.
    pub fn work(
        self,
        mut sink: impl Write,
        mut last_line: LastLine,
        complain: impl Fn(&io::Error),
    ) {
        let mut failing = false;
        for text in &self.texts {
            let begin = match last_line {
                LastLine::Whole => "",
                LastLine::Cut => "\n",
            };
            match write_all(&mut sink, begin, &text) {
                Ok(()) => (failing, last_line) = (false, LastLine::Whole),
                Err(error) => {
                    // A line may stand half written: begin a new one.
                    last_line = LastLine::Cut;
                    if !std::mem::replace(&mut failing, true) {
                        complain(&error);
                    }
                }
            }
        }
        let lost = self.lost.load(Ordering::Relaxed);
        if lost > 0 {
            // Nothing comes after it that could fail to be written.
            let _ = write_all(&mut sink, "", &gap(lost));
        }
    }
}

/// What stands where texts were lost.
fn gap(lost: usize) -> String {
    format!("({lost} entries are missing here)\n")
}

fn write_all(sink: &mut impl Write, begin: &str, text: &str) -> io::Result<()> {
    sink.write_all(begin.as_bytes())?;
    sink.write_all(text.as_bytes())?;
    sink.flush()
}
