//! Promise: the transcript holds what was said to everyone, with date and
//! time, and nothing private; a disk that is full is told of once and stops
//! nobody.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

use chat_kit::guest::Guest;
use chat_kit::process::Signal;
use chat_kit::server::Server;

/// A file of its own for one test, removed at the end.
struct Transcript(PathBuf);

impl Transcript {
    fn new(test: &str) -> Self {
        let name = format!("threadroom-{}-{test}", std::process::id());
        let path = std::env::temp_dir().join(name);
        // One that is left from an earlier run would be appended to.
        let _ = fs::remove_file(&path);
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a path in plain characters")
    }

    /// The lines, each without the date and time it must begin with.
    fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.0).expect("a transcript");
        assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
        text.lines().map(without_moment).collect()
    }
}

impl Drop for Transcript {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// `2026-11-23 14:03:07 ada: hi` without the date and the time.
fn without_moment(line: &str) -> String {
    let (moment, rest) = line.split_at_checked(20).expect(line);
    let shape = moment.replace(|c: char| c.is_ascii_digit(), "9");
    assert_eq!(shape, "9999-99-99 99:99:99 ", "{line}");
    rest.to_owned()
}

#[test]
fn what_was_said_to_everyone_is_written_and_nothing_else() {
    let transcript = Transcript::new("said");
    let mut server = Server::start(&["--transcript", transcript.path()]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.say("hello é");
    ada.say("/msg bob secret");
    ada.say("/me waves");
    ada.say("/users");
    bob.hears("[t] ~ ada waves");
    bob.say("/reply secret too");
    bob.say("bye\u{1b}");
    ada.hears("[t] bob: bye␛");
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    assert_eq!(
        transcript.lines(),
        ["ada: hello é", "~ ada waves", "bob: bye␛"]
    );
}

#[test]
fn a_second_server_appends() {
    let transcript = Transcript::new("appended");
    for text in ["one", "two"] {
        let mut server = Server::start(&["--transcript", transcript.path()]);
        let mut ada = Guest::named(&server, "ada");
        ada.say(text);
        ada.catch_up();
        assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    }
    assert_eq!(transcript.lines(), ["ada: one", "ada: two"]);
}

#[test]
fn a_full_disk_is_told_of_once_and_stops_nobody() {
    let mut server = Server::start(&["--transcript", "/dev/full"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    for nth in 0..20 {
        ada.say(&format!("line {nth}"));
        bob.hears(&format!("[t] ada: line {nth}"));
    }
    server.log.expect("the transcript cannot be written");
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    let log = server.log.until_end();
    let told = log.iter().filter(|l| l.contains("transcript"));
    assert_eq!(told.count(), 1, "{log:?}");
}

#[test]
fn a_disk_that_hangs_stops_nobody() {
    let transcript = Transcript::new("hanging");
    let made = Command::new("mkfifo").arg(&transcript.0).status();
    if !made.is_ok_and(|made| made.success()) {
        println!("skipped: there is no mkfifo here");
        return;
    }
    // Both ends, so that opening does not wait; nobody reads.
    let pipe = File::options().read(true).write(true).open(&transcript.0);
    let _pipe = pipe.expect("a pipe");
    let options = ["--transcript", transcript.path(), "--rate", "off"];
    let mut server = Server::start(&options);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    let lines = format!("{}\n", "x".repeat(1000)).repeat(100);
    // Several times what a pipe holds, and what may wait for it.
    for nth in 0..50 {
        ada.send(lines.as_bytes());
        ada.say(&format!("line {nth}"));
        bob.hears(&format!("[t] ada: line {nth}"));
    }
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
}
