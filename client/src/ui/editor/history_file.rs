//! The file that outlives a visit: the lines somebody has entered, shared by
//! all clients of one person. Must not know what the lines are for.
//!
//! Any number of clients add to it at the same time: every change is made
//! under the file's lock. The lock belongs to what has the name, and is taken
//! anew for each line.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::own_file::{self, ask_for_room, is_at, open_regular};

/// How much of a file is read, counted from its end: a thousand of the
/// longest lines. More is not ours, or is not missed.
const READ_BYTES_MAX: u64 = 4 * 1024 * 1024 + 64 * 1024;

/// How long another program may hold the lock. A client holds it for less
/// than a millisecond, or while it brings a few megabytes to a slow disk.
const LOCK_WAIT_MAX: Duration = Duration::from_secs(3);

/// How often the lock is asked for in that time.
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// Where the lines are kept.
#[derive(Debug)]
pub struct HistoryFile {
    path: PathBuf,
}

impl HistoryFile {
    /// The file at this path; made when there is none.
    ///
    /// # Errors
    /// It cannot be made, or it is no file of lines.
    pub fn open(path: &Path) -> io::Result<Self> {
        own_file::make_directories_of(path)?;
        open_regular(path)?;
        // A link stays one: what it leads to is rewritten.
        let path = fs::canonicalize(path)?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text it holds, or its end.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self) -> io::Result<String> {
        read_end(&mut self.lock()?)
    }

    /// Makes of its text what `kept` makes of it.
    ///
    /// # Errors
    /// It cannot be rewritten: then it is as it was.
    pub fn rewrite(&self, kept: impl FnOnce(&str) -> String) -> io::Result<()> {
        let mut file = self.lock()?;
        let text = read_end(&mut file)?;
        // Only who holds the lock has this name, so what is there was left
        // behind by somebody who was killed.
        let new = self.path.with_extension("new");
        let _ = fs::remove_file(&new);
        let written = own_file::write_new(&new, &kept(&text));
        let renamed = written
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&new, &self.path));
        if renamed.is_err() {
            let _ = fs::remove_file(&new);
        }
        renamed
    }

    /// Adds a line.
    ///
    /// # Errors
    /// It cannot be written: then the file is as it was.
    pub fn append(&self, line: &str) -> io::Result<()> {
        let mut file = self.lock()?;
        let length = file.metadata()?.len();
        let break_before = if ends_with_break(&mut file, length)? {
            ""
        } else {
            "\n"
        };
        let text = format!("{break_before}{line}\n");
        ask_for_room(length + text.len() as u64)?;
        let written = file.write_all(text.as_bytes());
        if written.is_err() {
            // Half a line would be another line.
            let _ = file.set_len(length);
        }
        written
    }

    /// The file, locked until it is dropped.
    fn lock(&self) -> io::Result<File> {
        let end = Instant::now() + LOCK_WAIT_MAX;
        loop {
            let file = open_regular(&self.path)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &self.path) => return Ok(file),
                // Somebody rewrote it in the meantime: the lock is one of a
                // file without a name.
                Ok(()) => (),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            }
            if Instant::now() >= end {
                return Err(io::Error::other("another program has locked it"));
            }
        }
    }
}

/// The last lines of a file, whole, as text.
fn read_end(file: &mut File) -> io::Result<String> {
    let skipped = file.metadata()?.len().saturating_sub(READ_BYTES_MAX);
    file.seek(SeekFrom::Start(skipped))?;
    let mut bytes = Vec::new();
    file.take(READ_BYTES_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(match text.split_once('\n') {
        Some((_, rest)) if skipped > 0 => rest.to_owned(),
        None if skipped > 0 => String::new(),
        _ => text.into_owned(),
    })
}

fn ends_with_break(file: &mut File, length: u64) -> io::Result<bool> {
    let Some(last) = length.checked_sub(1) else {
        return Ok(true);
    };
    let mut byte = [0];
    file.seek(SeekFrom::Start(last))?;
    file.read_exact(&mut byte)?;
    Ok(byte == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    #[test]
    fn the_lock_of_a_file_that_lost_its_name_is_none() {
        let name = format!("threadroom-renamed-{}", std::process::id());
        let folder = env::temp_dir().join(name);
        let path = folder.join("history");
        let history = HistoryFile::open(&path).expect("a file");
        let old = open_regular(&path).expect("a file");
        assert!(is_at(&old, &path));
        history.rewrite(|_| "new\n".to_owned()).expect("a file");
        assert!(!is_at(&old, &path));
        // Whoever still holds the old one holds up nobody.
        old.lock().expect("a lock");
        history.append("line").expect("a file");
        assert_eq!(history.read().expect("text"), "new\nline\n");
        fs::remove_dir_all(folder).expect("a folder");
    }
}
