//! What others have handed in: the programs of a folder, and how each is
//! built and started. Must not judge them, nor write where they are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::languages::{Language, all};
use super::own::quoted;

/// What starts a folder, if it is there.
const SCRIPT: &str = "run.sh";
/// What the one source of a folder with several is called.
const MAIN: [&str; 4] = ["main", "room", "server", "index"];

/// One program.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Its name in the folder.
    pub name: String,
    path: PathBuf,
}

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// The programs, by name.
    pub submissions: Vec<Submission>,
    /// What is no program, such as a list of names.
    pub left_out: Vec<String>,
}

/// Reads a folder. Hidden files are passed over.
///
/// # Errors
/// When it cannot be read.
pub fn read(folder: &Path) -> io::Result<Folder> {
    let mut found = Folder::default();
    for entry in fs::read_dir(folder)? {
        // A program may be started from elsewhere.
        let path = fs::canonicalize(entry?.path())?;
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        if name.starts_with('.') {
        } else if path.is_dir() || language_of(&path).is_some() {
            found.submissions.push(Submission { name, path });
        } else {
            found.left_out.push(name);
        }
    }
    found.submissions.sort_by(|a, b| a.name.cmp(&b.name));
    found.left_out.sort();
    Ok(found)
}

impl Submission {
    /// Builds it into `folder` if need be, and returns the command that
    /// starts it.
    ///
    /// # Errors
    /// Why it cannot be started, in words.
    pub fn command(&self, folder: &Path) -> Result<String, String> {
        let script = self.path.join(SCRIPT);
        if script.is_file() {
            return Ok(format!(
                "cd {} && exec sh ./{SCRIPT}",
                quoted(&self.path)
            ));
        }
        let source = if self.path.is_dir() {
            one_source(&self.path)?
        } else {
            self.path.clone()
        };
        let Some(language) = language_of(&source) else {
            return Err("in no language that is known here".to_owned());
        };
        if !language.is_here() {
            return Err(format!("{} is not installed here", language.name));
        }
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        language
            .command_into(&source, &folder.join("program"))
            .map_err(|said| format!("it does not compile: {said}"))
    }
}

fn language_of(path: &Path) -> Option<&'static Language> {
    let extension = path.extension()?.to_str()?;
    all().find(|language| language.extension == extension)
}

/// The one source that a folder holds, or the one that is called as the
/// first sources of programs are.
fn one_source(folder: &Path) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    let sources: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| language_of(path).is_some())
        .collect();
    let is_main = |path: &&PathBuf| {
        let stem = path.file_stem().unwrap_or_default();
        let stem = stem.to_string_lossy().to_lowercase();
        MAIN.contains(&stem.as_str())
    };
    let mains: Vec<&PathBuf> = sources.iter().filter(is_main).collect();
    match (sources.as_slice(), mains.as_slice()) {
        ([one], _) => Ok(one.clone()),
        (_, [main]) => Ok((*main).clone()),
        ([], _) => Err(format!("no source is in it, and no {SCRIPT}")),
        _ => Err(format!(
            "several sources are in it: add a file {SCRIPT} that builds and \
             starts the program"
        )),
    }
}
