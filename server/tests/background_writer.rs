//! The queue before a slow writer: what is lost is told. From outside, so
//! that the schedules can compile the file over their own channels.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};

use chat_server::logging::background_writer::{
    BackgroundWriter, LastLine, background_writer,
};

const TEXTS_WAITING_MAX: usize = 8;

/// A disk that is full for the first so many writes.
struct Disk {
    full_for: usize,
    written: Vec<u8>,
}

impl Write for &mut Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.full_for > 0 {
            self.full_for -= 1;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal in whose first line somebody writes one more text.
struct Terminal<'a> {
    more: Cell<Option<BackgroundWriter>>,
    shown: &'a RefCell<String>,
}

impl Write for Terminal<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.shown
            .borrow_mut()
            .push_str(&String::from_utf8_lossy(bytes));
        if let Some(writer) = self.more.take() {
            writer.write("after\n".to_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_queue_loses_texts_and_says_where() {
    let (writer, thread) = background_writer(TEXTS_WAITING_MAX);
    for nth in 0..TEXTS_WAITING_MAX + 3 {
        writer.write(format!("{nth}\n"));
    }
    let shown = RefCell::new(String::new());
    let terminal = Terminal {
        more: Cell::new(Some(writer)),
        shown: &shown,
    };
    thread.work(terminal, LastLine::Whole, |error| panic!("{error}"));
    let mut expected: String = (0..TEXTS_WAITING_MAX)
        .map(|nth| format!("{nth}\n"))
        .collect();
    expected.push_str("(3 entries are missing here)\nafter\n");
    assert_eq!(shown.into_inner(), expected);
}

#[test]
fn a_full_disk_is_complained_of_once_and_tried_again() {
    let (writer, thread) = background_writer(TEXTS_WAITING_MAX);
    for text in ["a\n", "b\n", "c\n", "d\n"] {
        writer.write(text.to_owned());
    }
    drop(writer);
    let mut disk = Disk {
        full_for: 2,
        written: Vec::new(),
    };
    let complaints = RefCell::new(0);
    thread.work(&mut disk, LastLine::Whole, |_| {
        *complaints.borrow_mut() += 1
    });
    assert_eq!(complaints.into_inner(), 1);
    assert_eq!(disk.written, b"\nc\nd\n");
}
