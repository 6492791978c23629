//! Where the file is, if nobody says: a folder of the person who starts the
//! server. Must not make the file.

use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// For its owner alone.
const FOLDER_MODE: u32 = 0o700;

/// The folders that the environment names.
#[derive(Debug, Default)]
pub struct Environment {
    /// `STATE_DIRECTORY`: what a service manager made for this service.
    pub state_directory: Option<PathBuf>,
    /// `XDG_STATE_HOME`: where the person wants such files.
    pub xdg_state_home: Option<PathBuf>,
    /// `HOME`.
    pub home: Option<PathBuf>,
}

impl Environment {
    /// Whatever this looks up; what is empty is not there.
    pub fn read(look_up: impl Fn(&str) -> Option<PathBuf>) -> Self {
        let folder = |name| look_up(name).filter(|path| path.is_absolute());
        Self {
            state_directory: folder("STATE_DIRECTORY"),
            xdg_state_home: folder("XDG_STATE_HOME"),
            home: folder("HOME"),
        }
    }

    /// The folder for what is kept.
    fn folder(&self) -> Option<PathBuf> {
        let own = |it: &PathBuf| it.join("threadroom");
        self.state_directory
            .clone()
            .or_else(|| self.xdg_state_home.as_ref().map(own))
            .or_else(|| {
                let home = self.home.as_ref()?;
                Some(own(&home.join(".local/state")))
            })
    }

    /// The file for a server that listens there. Two servers of one person
    /// listen at two addresses and have two files.
    pub fn file(&self, bound: SocketAddr) -> Option<PathBuf> {
        let ip = bound.ip().to_string().replace(':', "_");
        let name = format!("{ip}-{}.db", bound.port());
        Some(self.folder()?.join(name))
    }
}

/// Makes the folder of this file, for its owner alone, unless it is there.
///
/// # Errors
/// Those of the system.
pub fn make_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_lies_where_the_environment_says() {
        for (set, right) in [
            (vec!["HOME"], Some("/HOME/.local/state/threadroom")),
            (
                vec!["HOME", "XDG_STATE_HOME"],
                Some("/XDG_STATE_HOME/threadroom"),
            ),
            (
                vec!["HOME", "XDG_STATE_HOME", "STATE_DIRECTORY"],
                Some("/STATE_DIRECTORY"),
            ),
            (vec![], None),
        ] {
            let found = Environment::read(|name| {
                let there = set.contains(&name);
                there.then(|| PathBuf::from(format!("/{name}")))
            });
            let file = found.file(([127, 0, 0, 1], 7007).into());
            let right =
                right.map(|it| PathBuf::from(it).join("127.0.0.1-7007.db"));
            assert_eq!(file, right, "{set:?}");
        }
        let empty = Environment::read(|_| Some(PathBuf::new()));
        assert_eq!(empty.file(([127, 0, 0, 1], 1).into()), None);
    }
}
