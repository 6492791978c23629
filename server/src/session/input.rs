//! What one client sends, read piece by piece and cut into lines. Must not
//! know what a line means.

use std::io;

use chat_common::lines::{Incoming, LineReader};

use crate::config::READ_BYTES_MOST;
use crate::net::connection::Connection;

/// How much one read brings at first: a line that somebody types. With 4 KiB an
/// idle client cost 3.5 KiB more: other things lie on the same pages.
pub const READ_BYTES_LEAST: usize = 512;

/// What has been read, and how far it has been cut.
pub struct Input {
    lines: LineReader,
    /// What the last read brought.
    bytes: Vec<u8>,
    /// How many of these bytes have been cut into lines.
    cut: usize,
}

impl Input {
    /// Nothing has been read.
    pub fn new(line_bytes_max: usize) -> Self {
        Self {
            lines: LineReader::new(line_bytes_max),
            bytes: Vec::with_capacity(READ_BYTES_LEAST),
            cut: 0,
        }
    }

    /// Reads once, when everything read before has been cut; 0 is the end.
    ///
    /// A buffer that was filled is four times as large the next time, and one
    /// that was nearly empty a quarter: who says little costs a page.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn read(&mut self, connection: &Connection) -> io::Result<usize> {
        let (size, filled) = (self.bytes.capacity(), self.bytes.len());
        let wanted = match filled {
            filled if filled == size => size * 4,
            filled if filled < size / 16 => size / 4,
            _ => size,
        };
        let wanted = wanted.clamp(READ_BYTES_LEAST, READ_BYTES_MOST);
        if wanted != size {
            self.bytes = Vec::with_capacity(wanted);
        }
        self.bytes.clear();
        self.cut = 0;
        connection.read(&mut self.bytes)
    }

    /// What has been read and not cut yet.
    pub fn uncut(&self) -> &[u8] {
        &self.bytes[self.cut..]
    }

    /// The next line of what has been read, and how many bytes were cut off;
    /// `None` when more must be read.
    pub fn next_line(&mut self) -> (Option<Incoming>, usize) {
        let mut rest = &self.bytes[self.cut..];
        let before = rest.len();
        let found = self.lines.take(&mut rest);
        let cut = before - rest.len();
        self.cut += cut;
        (found, cut)
    }

    /// The input has ended: a last line without a line break counts too.
    pub fn finish(&mut self) -> Option<Incoming> {
        self.lines.finish()
    }
}
