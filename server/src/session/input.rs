//! What one client sends, read piece by piece and cut into lines. Must not
//! know what a line means.

use std::io;

use chat_common::lines::{Incoming, LineReader};

use crate::config::READ_BYTES_MOST;
use crate::net::connection::Connection;

/// How much one read brings at first: more than a person types at once.
pub const READ_BYTES_LEAST: usize = 4 * 1024;

/// What has been read, and how far it has been cut.
pub struct Input {
    lines: LineReader,
    buffer: Vec<u8>,
    /// The part of the buffer that was read and not cut yet.
    begin: usize,
    end: usize,
}

impl Input {
    /// Nothing has been read.
    pub fn new(line_bytes_max: usize) -> Self {
        Self {
            lines: LineReader::new(line_bytes_max),
            buffer: Vec::new(),
            begin: 0,
            end: 0,
        }
    }

    /// Reads once, when everything read before has been cut; 0 is the end.
    ///
    /// A buffer that was filled is four times as large the next time, and one
    /// that was nearly empty a quarter: an idle client costs one page.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn read(&mut self, connection: &Connection) -> io::Result<usize> {
        let size = self.buffer.len();
        let wanted = match self.end {
            end if end == size => size * 4,
            end if end < size / 16 => size / 4,
            _ => size,
        };
        let wanted = wanted.clamp(READ_BYTES_LEAST, READ_BYTES_MOST);
        if wanted != size {
            self.buffer = vec![0; wanted];
        }
        (self.begin, self.end) = (0, 0);
        self.end = connection.read(&mut self.buffer)?;
        Ok(self.end)
    }

    /// What has been read and not cut yet.
    pub fn uncut(&self) -> &[u8] {
        &self.buffer[self.begin..self.end]
    }

    /// The next line of what has been read, and how many bytes were cut off;
    /// `None` when more must be read.
    pub fn next_line(&mut self) -> (Option<Incoming>, usize) {
        let mut rest = &self.buffer[self.begin..self.end];
        let before = rest.len();
        let found = self.lines.take(&mut rest);
        let cut = before - rest.len();
        self.begin += cut;
        (found, cut)
    }

    /// The input has ended: a last line without a line break counts too.
    pub fn finish(&mut self) -> Option<Incoming> {
        self.lines.finish()
    }
}
