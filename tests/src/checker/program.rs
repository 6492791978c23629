//! A program while it runs: its keyboard, its screen, its end. Does not know
//! whether it is a server or a client.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How often a program is asked whether it has ended. Nothing wakes us then.
const ASK_EVERY: Duration = Duration::from_millis(5);

/// Everything the program has written so far, to both of its outputs.
#[derive(Debug, Default)]
struct Screen {
    bytes: Mutex<Vec<u8>>,
    changed: Condvar,
}

impl Screen {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fill_from(&self, mut output: impl Read) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            self.lock().extend_from_slice(&buffer[..count]);
            self.changed.notify_all();
        }
    }
}

/// A program that was started, and that ends at the latest with this value.
#[derive(Debug)]
pub struct Program {
    child: Child,
    keyboard: Option<ChildStdin>,
    screen: Arc<Screen>,
}

impl Program {
    /// Starts `command` as a shell would, with `PORT` in its environment and
    /// in a process group of its own, so that all of it can be ended.
    ///
    /// # Errors
    /// When there is no shell to start it.
    pub fn start(command: &str, port: u16) -> std::io::Result<Self> {
        let mut child = Command::new("sh")
            .args(["-c", command])
            .env("PORT", port.to_string())
            // Python keeps what it prints to itself unless it is told not to.
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let screen = Arc::new(Screen::default());
        if let Some(output) = child.stdout.take() {
            let screen = Arc::clone(&screen);
            thread::spawn(move || screen.fill_from(output));
        }
        if let Some(output) = child.stderr.take() {
            let screen = Arc::clone(&screen);
            thread::spawn(move || screen.fill_from(output));
        }
        Ok(Self {
            keyboard: child.stdin.take(),
            child,
            screen,
        })
    }

    /// The number of its process group, which is that of its shell.
    pub fn group(&self) -> u32 {
        self.child.id()
    }

    /// Types `text`. A program that does not listen is found out otherwise.
    pub fn types(&mut self, text: &str) {
        if let Some(keyboard) = &mut self.keyboard {
            // The program may have ended: then its end is what is reported.
            let _ = keyboard.write_all(text.as_bytes());
            let _ = keyboard.flush();
        }
    }

    /// Ends its keyboard, as Ctrl-D does.
    pub fn hang_up(&mut self) {
        self.keyboard = None;
    }

    /// What it has shown so far.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock()).into_owned()
    }

    /// Waits until `wanted` finds what it looks for in what was shown.
    pub fn shows(
        &self,
        within: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        let deadline = Instant::now() + within;
        let mut bytes = self.screen.lock();
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if wanted(&text) {
                return Ok(());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(text);
            }
            bytes = self
                .screen
                .changed
                .wait_timeout(bytes, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // A group that is gone already is what is wanted.
            let _ = kill_process_group(group, signal);
        }
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for its end; `None` is a program that still runs.
    pub fn ends(&mut self, within: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + within;
        loop {
            let ended = self.ended();
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            thread::sleep(ASK_EVERY);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        // Without this it would stay in the table of processes.
        let _ = self.child.wait();
    }
}
