//! One run of `chat-client`: what goes in, what comes out, how it ends.

use std::io::Write as _;
use std::process::{ChildStdin, Command, Stdio};

use chat_kit::lines::Lines;
use chat_kit::process::Process;

/// How long anything may take on a loaded machine.
pub use chat_kit::waiting::WAIT_MAX as DEADLINE;

/// A running client. Killed when it is dropped.
pub struct Program {
    process: Process,
    stdin: Option<ChildStdin>,
    out: Lines,
    told: Lines,
}

/// How a run ended, and what had not been looked at until then.
#[derive(Debug)]
pub struct End {
    pub code: Option<i32>,
    pub out: Vec<String>,
    pub told: Vec<String>,
}

impl Program {
    /// Starts the program with these arguments.
    pub fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chat-client"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let out = Lines::of(child.stdout.take().expect("a pipe"));
        let told = Lines::of(child.stderr.take().expect("a pipe"));
        Self {
            stdin: child.stdin.take(),
            process: Process::of(child),
            out,
            told,
        }
    }

    /// Types this; the input stays open.
    pub fn types(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("input is open");
        stdin.write_all(text.as_bytes()).expect("room in the pipe");
    }

    /// Ends the input.
    pub fn ends_input(&mut self) {
        self.stdin = None;
    }

    /// The input itself, for a thread that types.
    pub fn takes_input(&mut self) -> ChildStdin {
        self.stdin.take().expect("input is open")
    }

    /// The process id, for signals.
    pub fn id(&self) -> String {
        self.process.id().to_string()
    }

    /// Waits for a line of output that contains this.
    pub fn shows(&self, part: &str) -> String {
        self.out.next_with(part)
    }

    /// Waits for a line on stderr that contains this.
    pub fn tells(&self, part: &str) -> String {
        self.told.next_with(part)
    }

    /// Waits until the program has ended by itself.
    pub fn ends(mut self) -> End {
        End {
            code: self.process.end().code(),
            out: self.out.rest(),
            told: self.told.rest(),
        }
    }
}
