//! The files that outlive a visit: where somebody was in each room, under each
//! of their names. Must not know what a place is good for.
//!
//! Whoever has a place has its file locked for as long as they run: two
//! clients that came back with the same one would take it from each other. The
//! second comes without, and its own is kept under the name that it gets.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chat_common::address::Address;
use chat_common::names;

use crate::own_file::{self, is_at, open_regular};
use crate::visit::place::{self, Place};

/// How long a file may be: several times what a place takes.
const FILE_BYTES_MAX: u64 = 1024;

/// How often the lock is asked for: somebody may just be replacing the file.
const TRIES_MAX: usize = 100;

/// Where places are kept, for one room.
#[derive(Debug)]
pub struct Places {
    /// `None`: they are not kept.
    directory: Option<PathBuf>,
    /// The file that this run has.
    own: Option<OwnPlace>,
    /// Whether it has been told that nothing can be kept.
    is_told: bool,
}

/// A file, and the lock on it.
#[derive(Debug)]
struct OwnPlace {
    path: PathBuf,
    locked: File,
}

impl Places {
    /// The places in the room at this address, in the user's state directory
    /// if there is one.
    pub fn of(address: &Address) -> Self {
        let state = own_file::state_directory();
        Self::below(state.map(|state| state.join("places")), address)
    }

    fn below(directory: Option<PathBuf>, address: &Address) -> Self {
        let room = address.to_string().to_lowercase().replace('/', "_");
        Self {
            directory: directory.map(|directory| directory.join(room)),
            own: None,
            is_told: false,
        }
    }

    /// Where somebody of this name was, if that is known and nobody else is
    /// there with it just now.
    ///
    /// # Errors
    /// What the person has to know: the file is damaged, or no file.
    pub fn recall(&mut self, name: &str) -> Result<Option<Place>, String> {
        let Some(path) = self.path(name) else {
            return Ok(None);
        };
        let place = self.open(&path);
        place.map_err(|error| {
            let path = path.display();
            format!(
                "{path}: {error}; what you missed while you were away is not \
                 shown"
            )
        })
    }

    fn open(&mut self, path: &Path) -> io::Result<Option<Place>> {
        // Not made before there is something to keep: many rooms give no
        // numbers.
        if !path.exists() {
            return Ok(None);
        }
        let Some(own) = OwnPlace::lock(path)? else {
            return Ok(None);
        };
        let text = own.read();
        self.own = Some(own);
        let text = text?;
        let place = text.strip_suffix('\n').and_then(Place::read);
        match place {
            None if !text.is_empty() => {
                Err(io::Error::other("it is damaged, and is written anew"))
            }
            place => Ok(place),
        }
    }

    /// Keeps a place under this name.
    ///
    /// # Errors
    /// It cannot be kept; said once.
    pub fn keep(&mut self, name: &str, place: &Place) -> Result<(), String> {
        let Some(path) = self.path(name) else {
            return Ok(());
        };
        let kept = self.keep_at(&path, place);
        if kept.is_ok() || std::mem::replace(&mut self.is_told, true) {
            return Ok(());
        }
        kept.map_err(|error| {
            let path = path.display();
            format!(
                "where you are in this room is not kept in {path}: {error}; \
                 it is known until you leave"
            )
        })
    }

    fn keep_at(&mut self, path: &Path, place: &Place) -> io::Result<()> {
        if self.own.as_ref().is_none_or(|own| own.path != path)
            && let Some(new) = OwnPlace::lock(path)?
            && let Some(old) = self.own.replace(new)
        {
            // They go by another name now. What is left behind here would
            // come back with a place that is somebody else's by then.
            let _ = fs::remove_file(&old.path);
        }
        match &mut self.own {
            Some(own) => own.write(place),
            None => Ok(()),
        }
    }

    /// No name of a room has a slash; this program has checked it.
    fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.directory.as_ref()?.join(names::key(name)))
    }
}

impl OwnPlace {
    /// `None`: another client of this person has it.
    fn lock(path: &Path) -> io::Result<Option<Self>> {
        own_file::make_directories_of(path)?;
        for _ in 0..TRIES_MAX {
            let locked = open_regular(path)?;
            match locked.try_lock() {
                Ok(()) if is_at(&locked, path) => {
                    let path = path.to_owned();
                    return Ok(Some(Self { path, locked }));
                }
                // It has been replaced since it was opened.
                Ok(()) => (),
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    fn read(&self) -> io::Result<String> {
        let mut bytes = Vec::new();
        (&self.locked)
            .take(FILE_BYTES_MAX)
            .read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Writes another file and gives it the name, and has its lock before
    /// anybody can open it.
    fn write(&mut self, place: &Place) -> io::Result<()> {
        let mut new = self.path.clone().into_os_string();
        // No name has this character.
        new.push("~");
        // Only who holds the lock writes it: this one was left behind.
        let _ = fs::remove_file(&new);
        let new = Path::new(&new);
        let text = format!("{}\n", place::hello(Some(place)).as_str());
        let replaced = own_file::write_new(new, &text).and_then(|file| {
            file.try_lock()?;
            fs::rename(new, &self.path)?;
            Ok(file)
        });
        if replaced.is_err() {
            let _ = fs::remove_file(new);
        }
        self.locked = replaced?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;
    use std::thread;

    /// A directory of a test's own; gone with it.
    struct Directory(PathBuf);

    impl Directory {
        fn new(test: &str) -> Self {
            let name = format!("threadroom-{test}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }

        fn places(&self) -> Places {
            Places::below(Some(self.0.clone()), &Address::default())
        }

        fn file(&self, name: &str) -> PathBuf {
            self.0.join("127.0.0.1:7007").join(name)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn place(last: u64) -> Place {
        Place {
            epoch: "9f3c".to_owned(),
            last,
            token: "5ab1".to_owned(),
        }
    }

    #[test]
    fn a_place_is_found_again_under_its_name_by_its_owner_alone() {
        let directory = Directory::new("found");
        let mut places = directory.places();
        assert_eq!(places.recall("Ada"), Ok(None));
        assert!(!directory.0.exists());
        assert_eq!(places.keep("Ada", &place(7)), Ok(()));
        assert_eq!(places.keep("Ada", &place(8)), Ok(()));
        let metadata = fs::metadata(directory.file("ada")).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        // Somebody else who comes with it now does not get it.
        assert_eq!(directory.places().recall("ada"), Ok(None));
        assert_eq!(directory.places().keep("ada", &place(1)), Ok(()));
        assert_eq!(directory.places().recall("bob"), Ok(None));
        drop(places);
        assert_eq!(directory.places().recall("ada"), Ok(Some(place(8))));
    }

    #[test]
    fn the_lock_of_a_file_that_was_replaced_is_none() {
        let directory = Directory::new("replaced");
        let file = directory.file("ada");
        let mut own = OwnPlace::lock(&file).expect("a file").expect("free");
        let owner = thread::spawn(move || {
            for last in 0..2000 {
                own.write(&place(last)).expect("a file");
            }
            own
        });
        while !owner.is_finished() {
            let another = OwnPlace::lock(&file).expect("a file");
            assert!(another.is_none());
        }
        owner.join().expect("an owner");
    }

    #[test]
    fn a_place_follows_its_owner_to_another_name() {
        let directory = Directory::new("follows");
        let mut places = directory.places();
        assert_eq!(places.keep("ada", &place(7)), Ok(()));
        assert_eq!(places.keep("lovelace", &place(8)), Ok(()));
        assert!(!directory.file("ada").exists());
        drop(places);
        let mut places = directory.places();
        assert_eq!(places.recall("lovelace"), Ok(Some(place(8))));
    }

    #[test]
    fn a_damaged_place_is_told_and_written_anew() {
        let long = "/numbered 1 9f3c 7 5ab1\n".repeat(1000);
        let cut = "/numbered 1 9f3c 7 5a";
        for text in ["x", "\n", "/numbered 1\n", "\u{fffd}", &long, cut] {
            let directory = Directory::new("damaged");
            let file = directory.file("ada");
            own_file::make_directories_of(&file).expect("a directory");
            fs::write(&file, text).expect("a file");
            let mut places = directory.places();
            let told = places.recall("ada").expect_err("a sentence");
            assert!(told.contains("is damaged"), "{told}");
            assert_eq!(places.keep("ada", &place(7)), Ok(()));
            drop(places);
            let again = directory.places().recall("ada");
            assert_eq!(again, Ok(Some(place(7))));
        }
    }

    #[test]
    fn what_is_no_file_is_left_alone_and_told_once() {
        let directory = Directory::new("no-file");
        let file = directory.file("ada");
        fs::create_dir_all(&file).expect("a directory");
        let mut places = directory.places();
        let told = places.recall("ada").expect_err("a sentence");
        assert!(told.contains("no regular file"), "{told}");
        let told = places.keep("ada", &place(7)).expect_err("a sentence");
        assert!(told.contains("is not kept in"), "{told}");
        assert_eq!(places.keep("ada", &place(8)), Ok(()));
        assert!(file.is_dir());
    }

    #[test]
    fn without_a_directory_nothing_is_kept() {
        let mut places = Places::below(None, &Address::default());
        assert_eq!(places.recall("ada"), Ok(None));
        assert_eq!(places.keep("ada", &place(7)), Ok(()));
    }
}
