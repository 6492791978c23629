//! Promise: the transcript holds what was said to everyone, with date and
//! time, and nothing private; a disk that is full is told of once and stops
//! nobody.

use std::fs::{self, File};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use chat_kit::guest::Guest;
use chat_kit::lines::Lines;
use chat_kit::process::{Process, Signal};
use chat_kit::programs::program;
use chat_kit::server::{ANY_PORT, Server};
use chat_kit::waiting::WAIT_MAX;

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

    /// Makes a pipe of it; `false` where there is no mkfifo.
    fn make_pipe(&self) -> bool {
        let made = Command::new("mkfifo").arg(&self.0).status();
        made.is_ok_and(|made| made.success())
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

/// Ada says this, and all of it is in the transcript when the server ends.
fn written(server: &mut Server, text: &str) {
    let mut ada = Guest::named(server, "ada");
    ada.say(text);
    ada.catch_up();
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
}

#[test]
fn one_that_is_made_is_for_its_owner_alone() {
    let transcript = Transcript::new("owner");
    let options = ["--transcript", transcript.path()];
    let mut server = Server::start_in_shell("umask 0; exec \"$@\"", &options);
    written(&mut server, "hello");
    let metadata = fs::metadata(&transcript.0).expect("a transcript");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}

#[test]
fn one_that_is_there_keeps_the_mode_it_has() {
    let transcript = Transcript::new("kept");
    let there = File::options()
        .write(true)
        .create_new(true)
        .mode(0o640)
        .open(&transcript.0);
    drop(there.expect("a file"));
    let options = ["--transcript", transcript.path()];
    written(&mut Server::start(&options), "hello");
    let metadata = fs::metadata(&transcript.0).expect("a transcript");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert_eq!(transcript.lines(), ["ada: hello"]);
}

#[test]
fn a_last_line_that_was_cut_gets_nothing_glued_on() {
    let transcript = Transcript::new("cut");
    let (whole, cut) = ("2026-11-23 14:03:07 ada: one", "2026-11-23 14:0");
    for there in [format!("{whole}\n{cut}"), format!("{whole}\n")] {
        fs::write(&transcript.0, &there).expect("a file");
        let options = ["--transcript", transcript.path()];
        written(&mut Server::start(&options), "two");
        let text = fs::read_to_string(&transcript.0).expect("a transcript");
        let lines: Vec<&str> = text.lines().collect();
        let before: Vec<&str> = there.lines().collect();
        assert_eq!(lines[..before.len()], before, "{text}");
        assert_eq!(lines.len(), before.len() + 1, "{text}");
        assert_eq!(without_moment(lines[before.len()]), "ada: two");
    }
}

#[test]
fn a_file_at_its_limit_is_a_full_disk() {
    let transcript = Transcript::new("limit");
    let options = ["--rate", "off", "--transcript", transcript.path()];
    let script = "ulimit -f 2; exec \"$@\"";
    let mut server = Server::start_in_shell(script, &options);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    for nth in 0..100 {
        ada.say(&format!("line {nth}"));
        bob.hears(&format!("[t] ada: line {nth}"));
    }
    server.log.expect("the transcript cannot be written");
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    let kept = fs::read_to_string(&transcript.0).expect("a transcript");
    assert!(kept.contains("ada: line 0\n"), "{kept}");
}

/// The sentence with which a server ends that cannot write there.
fn refusal(path: &str) -> String {
    let mut command = Command::new(program("chat-server"));
    command.args([ANY_PORT, "--transcript", path]);
    let command = command.stderr(Stdio::piped()).stdout(Stdio::null());
    let child = command.spawn().expect("the server starts");
    let mut process = Process::of(child);
    let stderr = Lines::of(process.take_stderr().expect("a pipe"));
    // One that waits for somebody to read the pipe does not end.
    let ended = process.end_within(WAIT_MAX).expect("an end");
    assert_eq!(ended.code(), Some(1));
    stderr.until_end().join("\n")
}

#[test]
fn what_cannot_be_appended_to_is_named_with_the_reason() {
    let transcript = Transcript::new("socket");
    let _socket = UnixListener::bind(&transcript.0).expect("a socket");
    let mut kinds = vec![
        (transcript.path().to_owned(), "it is a socket"),
        (
            std::env::temp_dir().display().to_string(),
            "it is a directory",
        ),
        ("/nowhere/at/all".to_owned(), "no such file or directory"),
    ];
    let pipe = Transcript::new("pipe");
    match pipe.make_pipe() {
        true => {
            kinds.push((pipe.path().to_owned(), "a pipe that nobody reads"))
        }
        false => println!("NOT RUN in part: there is no mkfifo here"),
    }
    for (path, why) in kinds {
        let sentence = refusal(&path);
        let begin = format!("chat-server: cannot write the transcript {path}");
        assert!(sentence.starts_with(&begin), "{sentence}");
        assert!(sentence.contains(why), "{sentence}");
    }
}

#[test]
fn a_pipe_that_somebody_reads_is_as_good_as_a_file() {
    let transcript = Transcript::new("read");
    if !transcript.make_pipe() {
        println!("NOT RUN: there is no mkfifo here");
        return;
    }
    // Both ends, so that opening does not wait.
    let pipe = File::options().read(true).write(true).open(&transcript.0);
    let lines = Lines::of(pipe.expect("a pipe"));
    let options = ["--transcript", transcript.path()];
    written(&mut Server::start(&options), "hello");
    lines.expect("ada: hello");
}

#[test]
fn a_disk_that_hangs_stops_nobody() {
    let transcript = Transcript::new("hanging");
    if !transcript.make_pipe() {
        println!("NOT RUN: there is no mkfifo here");
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
