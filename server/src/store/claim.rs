//! One server a file: a lock that ends with the process, however it ends. Must
//! not look into the file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// For its owner alone.
const MODE: u32 = 0o600;

/// The right to write a file, as long as this is there.
#[derive(Debug)]
pub struct Claim {
    _locked: File,
}

/// Why there is none.
#[derive(Debug)]
pub enum NoClaim {
    /// Another server has it.
    Taken,
    /// The lock's own file cannot be made.
    System(io::Error),
}

impl Claim {
    /// Claims the file. What is locked is a file beside it: SQLite has locks
    /// of its own on the file itself.
    ///
    /// # Errors
    /// [`NoClaim`] says why not.
    pub fn on(file: &Path) -> Result<Self, NoClaim> {
        let locked =
            open_or_make(&beside(file, ".lock")).map_err(NoClaim::System)?;
        match locked.try_lock() {
            Ok(()) => Ok(Self { _locked: locked }),
            Err(TryLockError::WouldBlock) => Err(NoClaim::Taken),
            Err(TryLockError::Error(error)) => Err(NoClaim::System(error)),
        }
    }
}

/// Makes the file, empty and for its owner alone, unless it is there: SQLite
/// would make it for everybody whom the umask lets in, and gives the files it
/// puts beside it the same mode.
///
/// # Errors
/// Those of the system.
pub fn make(file: &Path) -> io::Result<()> {
    open_or_make(file).map(drop)
}

fn open_or_make(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(MODE);
    options.open(file)
}

/// The file of this name and something more.
pub fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
