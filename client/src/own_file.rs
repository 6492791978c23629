//! Files that a client keeps for its person: where they are, and how they are
//! opened, found again and replaced. Must not know what stands in them.
//!
//! Any number of clients use them at the same time, and each may be killed at
//! any moment. A file is changed under its lock; what rewrites it writes
//! another file first and gives it the name at the end: whoever looks sees
//! the old text or the new one.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _,
    PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::{Resource, getrlimit};

/// Readable by its owner alone: it holds what was said in private, or what
/// one is known by.
const FILE_MODE: u32 = 0o600;

/// The same for the directories that are made for it.
const DIRECTORY_MODE: u32 = 0o700;

/// Where files are kept: in the user's state directory, as the XDG Base
/// Directory Specification has it. `None` when there is none.
pub fn state_directory() -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let state = env::var_os("XDG_STATE_HOME")
        .and_then(|path| absolute(path.into()))
        .or_else(|| {
            let home = absolute(env::var_os("HOME")?.into())?;
            Some(home.join(".local/state"))
        })?;
    Some(state.join("threadroom"))
}

/// Makes the directories this file is in.
///
/// # Errors
/// One of them cannot be made.
pub fn make_directories_of(path: &Path) -> io::Result<()> {
    let Some(directory) = path.parent() else {
        return Ok(());
    };
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(DIRECTORY_MODE);
    builder.create(directory)
}

/// Opens a file, and nothing that may keep us waiting or that forgets; made
/// when there is none. What is written is added to its end.
///
/// # Errors
/// It cannot be opened, or it is no regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let refused =
        || io::Error::other("it is no regular file, and is left alone");
    // Before it is opened: opening alone does something to some devices.
    if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        return Err(refused());
    }
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(FILE_MODE);
    let file = options.custom_flags(flags.cast_signed()).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(refused());
    }
    if metadata.permissions().mode() & 0o777 != FILE_MODE {
        file.set_permissions(Permissions::from_mode(FILE_MODE))?;
    }
    Ok(file)
}

/// Whether the file is still what has this name.
pub fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(ours), Ok(named)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    (ours.dev(), ours.ino()) == (named.dev(), named.ino())
}

/// Makes a file that nobody has opened yet, with this text in it.
///
/// # Errors
/// There is one of this name, or it cannot be written.
pub fn write_new(path: &Path, text: &str) -> io::Result<File> {
    ask_for_room(text.len() as u64)?;
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

/// Whether a file may become so long. A program that writes more than
/// `ulimit -f` allows is killed by a signal.
///
/// # Errors
/// It may not.
pub fn ask_for_room(bytes: u64) -> io::Result<()> {
    match getrlimit(Resource::Fsize).current {
        Some(most) if bytes > most => Err(io::ErrorKind::FileTooLarge.into()),
        _ => Ok(()),
    }
}
