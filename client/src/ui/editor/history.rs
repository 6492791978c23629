//! The lines somebody has entered, and walking back and forth through them.
//! Must not know what a key is.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use chat_common::marks;

use crate::own_file;
use crate::typed::DRAFT_BYTES_MAX;
use crate::ui::editor::history_file::HistoryFile;

/// How many lines are remembered: more than anybody walks through, and at
/// most a few megabytes on disk.
pub const HISTORY_LINES_MAX: usize = 1000;

/// Lines, the oldest first, and how far back the person has walked.
#[derive(Debug, Default)]
pub struct History {
    lines: VecDeque<String>,
    /// Where the person is: an index of `lines`, or behind the last one.
    at: usize,
    /// What was being typed when the walk began.
    draft: String,
    /// Where new lines are added.
    file: Option<HistoryFile>,
    /// Why they are not, or not as they should be; until it is told.
    complaint: Option<String>,
}

/// Where the file is. `None` when the user has no state directory.
pub fn path() -> Option<PathBuf> {
    Some(own_file::state_directory()?.join("history"))
}

impl History {
    /// What earlier visits left in this file; new lines will be added to it.
    /// Where the file cannot be used the visit goes on without it, and
    /// [`History::complaint`] says why.
    pub fn open(path: &Path) -> Self {
        let mut history = Self::default();
        if let Err(error) = history.load(path) {
            history.complain(path, &error);
        }
        history
    }

    fn load(&mut self, path: &Path) -> io::Result<()> {
        let file = HistoryFile::open(path)?;
        let text = file.read()?;
        let worth_keeping = kept(&text);
        worth_keeping.lines().for_each(|line| self.keep(line));
        if worth_keeping != text
            && let Err(error) = file.rewrite(kept)
        {
            let path = path.display();
            let what = format!("{path} cannot be shortened: {error}");
            self.complaint = Some(what);
        }
        self.file = Some(file);
        Ok(())
    }

    /// What there is to be said about the file, once.
    pub fn complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    fn complain(&mut self, path: &Path, error: &io::Error) {
        let path = path.display();
        let what = format!(
            "your lines are not kept in {path}: {error}; they are remembered \
             until you leave"
        );
        self.complaint = Some(what);
    }

    /// Remembers a line, and ends the walk.
    pub fn add(&mut self, line: &str) {
        let line = &*marks::defused(line);
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

    fn write(&mut self, line: &str) {
        let written = self.file.as_ref().map(|file| (file, file.append(line)));
        if let Some((file, Err(error))) = written {
            // Told once: a full disk is no reason to disturb a conversation
            // with every line.
            let path = file.path().to_owned();
            self.complain(&path, &error);
            self.file = None;
        }
    }
}

/// What is kept of a file's text: the last lines, and of others' writing
/// nothing a terminal obeys and no line that could not be entered.
fn kept(text: &str) -> String {
    let lines = text.lines().map(marks::defused).filter(|line| {
        !line.trim().is_empty() && line.len() <= DRAFT_BYTES_MAX
    });
    let lines: Vec<_> = lines.collect();
    let surplus = lines.len().saturating_sub(HISTORY_LINES_MAX);
    let ended = |line: &std::borrow::Cow<'_, str>| format!("{line}\n");
    lines[surplus..].iter().map(ended).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::fs::symlink;
    use std::thread;

    /// A directory that is removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("threadroom-{name}-{}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn file(&self) -> PathBuf {
            self.0.join("deep/history")
        }

        fn holding(name: &str, text: &str) -> Self {
            let folder = Self::new(name);
            let file = folder.file();
            fs::create_dir_all(file.parent().expect("a directory"))
                .expect("a directory");
            fs::write(&file, text).expect("a file");
            folder
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn mode(path: &Path) -> u32 {
        let metadata = fs::metadata(path).expect("a file");
        metadata.permissions().mode() & 0o777
    }

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
        let folder = Folder::new("newest");
        let path = folder.file();
        let mut history = History::open(&path);
        for number in 0..HISTORY_LINES_MAX + 5 {
            history.add(&number.to_string());
        }
        assert_eq!(history.complaint(), None);
        let mut history = History::open(&path);
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(text.lines().count(), HISTORY_LINES_MAX);
        let newest = (HISTORY_LINES_MAX + 4).to_string();
        assert_eq!(history.older(""), Some(newest.as_str()));
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().expect("a directory")), 0o700);
    }

    #[test]
    fn what_others_wrote_is_made_harmless_and_private() {
        let long = "x".repeat(DRAFT_BYTES_MAX + 1);
        let text = format!("a\x1b[2Jb\r\n\n{long}\n\u{9b}c\nno end");
        let folder = Folder::holding("others", &text);
        let path = folder.file();
        let open = Permissions::from_mode(0o666);
        fs::set_permissions(&path, open).expect("a mode");
        let mut history = History::open(&path);
        history.add("d\x07");
        assert_eq!(mode(&path), 0o600);
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(text, "a␛[2Jb\n<U+009B>c\nno end\nd␇\n");
        assert_eq!(history.older(""), Some("d␇"));
        fs::write(&path, "cut").expect("a file");
        history.add("whole");
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(text, "cut\nwhole\n");
    }

    #[test]
    fn what_is_no_file_is_refused_in_words() {
        let folder = Folder::holding("no-file", "");
        let path = folder.file();
        let refused = |path: &Path| {
            let mut history = History::open(path);
            let why = history.complaint().expect("a complaint");
            assert!(why.contains("no regular file"), "{why}");
            assert_eq!(history.complaint(), None);
            history.add("one");
            assert_eq!(history.older(""), Some("one"));
            assert_eq!(history.complaint(), None);
        };
        refused(path.parent().expect("a directory"));
        fs::remove_file(&path).expect("a file");
        for device in ["/dev/zero", "/dev/full", "/dev/tty"] {
            symlink(device, &path).expect("a link");
            refused(&path);
            fs::remove_file(&path).expect("a link");
        }
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.expect("mkfifo").success());
        refused(&path);
    }

    #[test]
    fn a_link_to_the_file_stays_a_link() {
        let folder = Folder::holding("link", &"x\n".repeat(2000));
        let link = folder.0.join("link");
        symlink(folder.file(), &link).expect("a link");
        History::open(&link).add("new");
        let target = fs::read_link(&link).expect("a link");
        let text = fs::read_to_string(target).expect("text");
        assert_eq!(text.lines().count(), HISTORY_LINES_MAX + 1);
    }

    #[test]
    fn six_clients_at_once_lose_no_line() {
        const VISITS: usize = 3;
        const LINES: usize = 30;
        let old = "old\n".repeat(HISTORY_LINES_MAX * 2);
        let folder = Folder::holding("six", &old);
        let path = folder.file();
        thread::scope(|scope| {
            for client in 0..6 {
                let path = &path;
                scope.spawn(move || {
                    for visit in 0..VISITS {
                        // Each of them shortens the file when it comes.
                        let mut history = History::open(path);
                        for nth in 0..LINES {
                            history.add(&format!("{client}-{visit}-{nth}"));
                        }
                        assert_eq!(history.complaint(), None);
                    }
                });
            }
        });
        let text = fs::read_to_string(&path).expect("text");
        let mut lines: Vec<_> =
            text.lines().filter(|it| *it != "old").collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 6 * VISITS * LINES);
    }

    #[test]
    fn what_cannot_be_shortened_is_as_it_was_and_a_lock_is_not_waited_for() {
        let old = "old\n".repeat(HISTORY_LINES_MAX + 7);
        let folder = Folder::holding("stuck", &old);
        let path = folder.file();
        let new = path.with_extension("new");
        fs::create_dir_all(new.join("full")).expect("a directory");
        let mut history = History::open(&path);
        let why = history.complaint().expect("a complaint");
        assert!(why.contains("cannot be shortened"), "{why}");
        assert_eq!(fs::read_to_string(&path).expect("text"), old);
        let held = fs::File::open(&path).expect("a file");
        held.lock().expect("a lock");
        history.add("one");
        let why = history.complaint().expect("a complaint");
        assert!(why.contains("another program has locked it"), "{why}");
        history.add("two");
        assert_eq!(history.complaint(), None);
        assert_eq!(history.older(""), Some("two"));
    }
}
