//! A folder of its own for one test, with the file that servers keep lines in.
//! Must not know what is in the file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::programs::workspace;
use crate::server::Server;

/// A folder of its own for one test, removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    ///
    /// # Panics
    /// When there is no place for it.
    pub fn new(test: &str) -> Self {
        let name = format!("threadroom-{}-kept-{test}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a folder");
        Self(path)
    }

    /// One with a copy of the file as the first version of the tables has it.
    ///
    /// # Panics
    /// When it cannot be copied.
    pub fn with_version_1(test: &str) -> Self {
        let folder = Self::new(test);
        let fixtures = workspace().join("tests/promises/fixtures");
        let copied = fs::copy(fixtures.join("version-1.db"), folder.file());
        copied.expect("a copy");
        folder
    }

    /// The folder itself.
    pub fn own(&self) -> &Path {
        &self.0
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// The file that servers keep lines in.
    pub fn file(&self) -> String {
        self.path("room.db")
    }

    /// A server that keeps lines in that file.
    pub fn start(&self, options: &[&str]) -> Server {
        let file = self.file();
        let options = [&["--data", &file], options].concat();
        Server::start(&options)
    }

    /// Whether this text is anywhere in any of its files.
    ///
    /// # Panics
    /// When they cannot be read.
    pub fn holds(&self, text: &str) -> bool {
        let files = fs::read_dir(&self.0).expect("a folder");
        let paths = files.map(|file| file.expect("a file").path());
        let bytes: Vec<u8> = paths
            .flat_map(|path| fs::read(path).expect("bytes"))
            .collect();
        bytes.windows(text.len()).any(|it| it == text.as_bytes())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
