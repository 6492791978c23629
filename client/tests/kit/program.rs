//! One run of `chat-client`: what goes in, what comes out, how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take on a loaded machine.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// A running client. Killed when it is dropped.
pub struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    out: Receiver<String>,
    told: Receiver<String>,
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
        let out = lines(child.stdout.take().expect("a pipe"));
        let told = lines(child.stderr.take().expect("a pipe"));
        Self {
            stdin: child.stdin.take(),
            child,
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
        self.child.id().to_string()
    }

    /// Waits for a line of output that contains this.
    pub fn shows(&self, part: &str) -> String {
        wait_for(&self.out, part)
    }

    /// Waits for a line on stderr that contains this.
    pub fn tells(&self, part: &str) -> String {
        wait_for(&self.told, part)
    }

    /// Waits until the program has ended by itself.
    pub fn ends(mut self) -> End {
        let status = wait_for_exit(&mut self.child);
        End {
            code: status.code(),
            out: self.out.iter().collect(),
            told: self.told.iter().collect(),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended long ago: then both do nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for a process, within the deadline.
pub fn wait_for_exit(child: &mut Child) -> ExitStatus {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        assert!(Instant::now() < end, "the program does not end");
        // The standard library has no wait with a deadline.
        thread::sleep(Duration::from_millis(5));
    }
}

fn lines(source: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8(line).expect("UTF-8");
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn wait_for(lines: &Receiver<String>, part: &str) -> String {
    let end = Instant::now() + DEADLINE;
    let mut seen = Vec::new();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match lines.recv_timeout(left) {
            Ok(line) if line.contains(part) => return line,
            Ok(line) => seen.push(line),
            Err(RecvTimeoutError::Timeout) => {
                panic!("no {part:?} in time, only {seen:?}")
            }
            Err(RecvTimeoutError::Disconnected) => {
                panic!("no {part:?} until the end, only {seen:?}")
            }
        }
    }
}
