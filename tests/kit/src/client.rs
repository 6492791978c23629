//! The client, started as a program with pipes. Must not know what is said.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{ChildStdin, Command, Stdio};

use crate::lines::Lines;
use crate::process::Process;
use crate::programs::program;

/// A running client.
pub struct Client {
    /// Its process.
    pub process: Process,
    /// Its keyboard; `None` once the input has ended.
    keyboard: Option<ChildStdin>,
    /// What it shows.
    pub stdout: Lines,
    /// What it complains about.
    pub stderr: Lines,
}

impl Client {
    /// Starts one that takes this name.
    pub fn named(address: SocketAddr, name: &str) -> Self {
        Self::start(&[&address.to_string(), "--name", name])
    }

    /// Starts one with these arguments.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(program("chat-client"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the client starts");
        let keyboard = child.stdin.take();
        let stdout = child.stdout.take().expect("stdout is a pipe");
        let stderr = child.stderr.take().expect("stderr is a pipe");
        Self {
            process: Process::of(child),
            keyboard,
            stdout: Lines::of(stdout),
            stderr: Lines::of(stderr),
        }
    }

    /// Types a line.
    ///
    /// # Panics
    /// When the client does not listen any more.
    pub fn types(&mut self, line: &str) {
        let keyboard = self.keyboard.as_mut().expect("the input has ended");
        let typed = keyboard.write_all(format!("{line}\n").as_bytes());
        typed.expect("the client listens");
    }

    /// Ends the input: Ctrl-D.
    pub fn stops_typing(&mut self) {
        self.keyboard = None;
    }

    /// Waits for the end and says the exit code.
    pub fn end(&mut self) -> Option<i32> {
        self.process.end().code()
    }
}
