//! One server a file: a lock that ends with the process, however it ends. Must
//! not look into the file.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// For its owner alone.
const MODE: u32 = 0o600;

/// The right to write a file, as long as this is there.
///
/// It must be dropped after every connection to the file: when a process closes
/// a file, POSIX lets go of all the locks it has on it, SQLite's too.
#[derive(Debug)]
pub struct Claim {
    locked: File,
}

/// Why there is none.
#[derive(Debug)]
pub enum NoClaim {
    /// Another server has it.
    Taken,
    /// The file cannot be opened, made or locked.
    System(io::Error),
}

impl Claim {
    /// Claims the file, which is made if need be: empty and for its owner
    /// alone. SQLite would make it for everybody whom the umask lets in.
    ///
    /// The file itself is locked, whatever name or link led to it, and with a
    /// kind of lock (`flock`) that SQLite does not use.
    ///
    /// # Errors
    /// [`NoClaim`] says why not.
    pub fn on(file: &Path) -> Result<Self, NoClaim> {
        let locked = open_or_make(file).map_err(NoClaim::System)?;
        match locked.try_lock() {
            Ok(()) => Ok(Self { locked }),
            Err(TryLockError::WouldBlock) => Err(NoClaim::Taken),
            Err(TryLockError::Error(error)) => Err(NoClaim::System(error)),
        }
    }

    /// Makes the file its owner's alone, whatever it was; SQLite gives the
    /// files that it puts beside it the same mode.
    ///
    /// # Errors
    /// Those of the system: it is somebody else's file.
    pub fn make_private(&self) -> io::Result<()> {
        let mode = self.locked.metadata()?.permissions().mode() & 0o777;
        match mode == MODE {
            true => Ok(()),
            false => self.locked.set_permissions(Permissions::from_mode(MODE)),
        }
    }
}

/// Makes the file, empty and for its owner alone, unless it is there.
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
