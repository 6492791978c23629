//! The file of the transcript: opening one that can be appended to, and
//! saying why another cannot. Must not know what is written.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::logging::background_writer::LastLine;

/// For its owner alone: what people say among themselves is nobody else's.
const MODE: u32 = 0o600;

/// Opens a file for appending, made if need be, and says how it ends.
///
/// # Errors
/// Those of the system, or a reason in words: only a file, a pipe that
/// somebody reads or a terminal can be appended to.
pub fn open(path: &Path) -> io::Result<(File, LastLine)> {
    // Opening a pipe would wait for somebody who reads it, and a terminal
    // that is opened could become the one whose Ctrl-C ends the server.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(MODE)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(|error| explained(path, error))?;
    let metadata = file.metadata()?;
    if let Some(why) = why_not(metadata.file_type()) {
        return Err(io::Error::other(why));
    }
    // Whoever writes may wait: it has a thread of its own.
    let flags = fcntl_getfl(&file)? - OFlags::NONBLOCK;
    fcntl_setfl(&file, flags)?;
    let last = match metadata.is_file() && metadata.len() > 0 {
        true => last_line(path),
        false => LastLine::Whole,
    };
    Ok((file, last))
}

/// Why nothing can be appended to what is there.
fn why_not(kind: FileType) -> Option<&'static str> {
    if kind.is_dir() {
        Some("it is a directory")
    } else if kind.is_socket() {
        Some("it is a socket")
    } else if kind.is_block_device() {
        Some("it is a disk")
    } else {
        None
    }
}

/// The error of opening, in words where the system's mean nothing.
fn explained(path: &Path, error: io::Error) -> io::Error {
    let kind = path.metadata().map(|metadata| metadata.file_type());
    match kind {
        Ok(kind) if kind.is_fifo() && is_no_such_device(&error) => {
            io::Error::other("it is a pipe that nobody reads")
        }
        Ok(kind) => why_not(kind).map_or(error, io::Error::other),
        Err(_) => error,
    }
}

fn is_no_such_device(error: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::NXIO)
}

/// How a file ends. One that cannot be read may end anywhere.
fn last_line(path: &Path) -> LastLine {
    let last_byte = || -> io::Result<u8> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut byte = [0];
        file.read_exact(&mut byte)?;
        Ok(byte[0])
    };
    match last_byte() {
        Ok(b'\n') => LastLine::Whole,
        Ok(_) | Err(_) => LastLine::Cut,
    }
}
