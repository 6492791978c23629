//! The server, started as a program on a port of its own. Must not know what is
//! said in it.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::lines::Lines;
use crate::process::{Process, Signal};
use crate::programs::program;
use crate::waiting::WAIT_MAX;

/// This machine, and whatever port is free.
pub const ANY_PORT: &str = "127.0.0.1:0";

/// What the one line on stdout begins with.
const LISTENING: &str = "listening on ";

/// A server that accepts.
pub struct Server {
    /// Its process.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it writes to stdout.
    pub stdout: Lines,
    /// What it writes to stderr; nothing when that goes elsewhere.
    pub log: Lines,
}

impl Server {
    /// Starts one with these options.
    pub fn start(options: &[&str]) -> Self {
        let mut command = Command::new(program("chat-server"));
        Self::start_as(command.arg(ANY_PORT).args(options))
    }

    /// Starts one through a shell, which can set limits first: `script` ends
    /// in `exec "$@"`.
    pub fn start_in_shell(script: &str, options: &[&str]) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]);
        command.arg(program("chat-server")).arg(ANY_PORT);
        Self::start_as(command.args(options))
    }

    /// Starts one with this command. Its stderr is collected.
    pub fn start_as(command: &mut Command) -> Self {
        let mut server = Self::start_unheard(command.stderr(Stdio::piped()));
        let stderr = server.process.take_stderr();
        server.log = Lines::of(stderr.expect("stderr is a pipe"));
        server
    }

    /// Starts one whose stderr goes where the command says.
    ///
    /// # Panics
    /// When it does not say that it listens.
    pub fn start_unheard(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("stdout is a pipe");
        // From here on the process is killed even if the test fails.
        let process = Process::of(child);
        let stdout = Lines::of(stdout);
        let line = stdout.expect(LISTENING);
        let address = line.strip_prefix(LISTENING).and_then(|a| a.parse().ok());
        Self {
            process,
            address: address.expect("the line ends in an address"),
            stdout,
            log: Lines::of(std::io::empty()),
        }
    }

    /// Sends a signal, waits for the end, and says the exit code and how
    /// long it took.
    pub fn stop(&mut self, signal: Signal) -> (Option<i32>, Duration) {
        let before = Instant::now();
        self.process.signal(signal);
        let ended = self.process.end_within(WAIT_MAX);
        let ended = ended.expect("the server ends when it is asked to");
        (ended.code(), before.elapsed())
    }
}

/// Whatever a test is about: no thread of the server may have panicked.
impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill();
        if !thread::panicking() {
            let log = self.log.until_end();
            let panicked = log.iter().any(|line| line.contains("panicked"));
            assert!(!panicked, "the server panicked: {log:#?}");
        }
    }
}
