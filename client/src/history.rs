//! The lines somebody has entered, and walking back and forth through them.
//! May not know what a key is.

use std::collections::VecDeque;
use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chat_common::marks;

/// How many lines are remembered: more than anybody walks through, and at
/// most a few megabytes on disk.
pub const HISTORY_LINES_MAX: usize = 1000;

/// Readable by its owner alone: it holds what was said in private.
const FILE_MODE: u32 = 0o600;

/// Lines, the oldest first, and how far back the person has walked.
#[derive(Debug, Default)]
pub struct History {
    lines: VecDeque<String>,
    /// Where the person is: an index of `lines`, or behind the last one.
    at: usize,
    /// What was being typed when the walk began.
    draft: String,
    /// Where new lines are added.
    file: Option<File>,
}

/// Where the file is: in the user's state directory, as the XDG Base
/// Directory Specification has it. `None` when there is none.
pub fn path() -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let state = env::var_os("XDG_STATE_HOME")
        .and_then(|path| absolute(path.into()))
        .or_else(|| {
            let home = absolute(env::var_os("HOME")?.into())?;
            Some(home.join(".local/state"))
        })?;
    Some(state.join("threadroom/history"))
}

impl History {
    /// What earlier visits left in this file; new lines will be added to it.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true).mode(FILE_MODE);
        let file = options.open(path)?;
        let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let surplus = lines.len().saturating_sub(HISTORY_LINES_MAX);
        if surplus > 0 {
            let kept = lines[surplus..].join("\n") + "\n";
            // Twice the limit at most: a small file, written in one go.
            fs::write(path, kept)?;
        }
        let mut history = Self::default();
        for line in &lines[surplus..] {
            // Others may have written to the file as well.
            history.keep(&marks::defused(line));
        }
        history.file = Some(file);
        Ok(history)
    }

    /// Remembers a line, and ends the walk.
    pub fn add(&mut self, line: &str) {
        let is_new = self.lines.back().is_none_or(|last| last != line);
        if !line.trim().is_empty() && is_new {
            self.keep(line);
            self.write(line);
        }
        self.at = self.lines.len();
    }

    /// One line further back, if there is one. `current` is what is being
    /// typed; it comes back at the end of the walk.
    pub fn older(&mut self, current: &str) -> Option<&str> {
        if self.at == self.lines.len() {
            current.clone_into(&mut self.draft);
        }
        self.at = self.at.checked_sub(1)?;
        self.lines.get(self.at).map(String::as_str)
    }

    /// One line further on; behind the last one is the draft.
    pub fn newer(&mut self) -> Option<&str> {
        if self.at == self.lines.len() {
            return None;
        }
        self.at += 1;
        let line = self.lines.get(self.at).unwrap_or(&self.draft);
        Some(line)
    }

    fn keep(&mut self, line: &str) {
        if self.lines.len() == HISTORY_LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(line.to_owned());
        self.at = self.lines.len();
    }

    /// One write, so that lines of two clients do not mix.
    fn write(&mut self, line: &str) {
        if let Some(file) = &mut self.file
            && file.write_all(format!("{line}\n").as_bytes()).is_err()
        {
            // A full disk is no reason to disturb a conversation.
            self.file = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_ends_at_the_draft() {
        let mut history = History::default();
        for line in ["one", "two", "two", " "] {
            history.add(line);
        }
        assert_eq!(history.older("dra"), Some("two"));
        assert_eq!(history.older("two"), Some("one"));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer(), Some("two"));
        assert_eq!(history.newer(), Some("dra"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn a_file_keeps_the_newest_lines_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let name = format!("threadroom-history-{}", std::process::id());
        let path = env::temp_dir().join(name).join("deep/history");
        let mut history = History::open(&path).expect("a new file");
        for number in 0..HISTORY_LINES_MAX + 5 {
            history.add(&number.to_string());
        }
        drop(history);
        let mut history = History::open(&path).expect("the same file");
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(text.lines().count(), HISTORY_LINES_MAX);
        let newest = (HISTORY_LINES_MAX + 4).to_string();
        assert_eq!(history.older(""), Some(newest.as_str()));
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, FILE_MODE);
        fs::write(&path, "a\x1b[2Jb\n").expect("a file");
        let mut history = History::open(&path).expect("the same file");
        assert_eq!(history.older(""), Some("a␛[2Jb"));
        let top = path.ancestors().nth(2).expect("a directory");
        fs::remove_dir_all(top).expect("removed");
    }
}
