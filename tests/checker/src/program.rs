//! A program while it runs: its keyboard, its screen, its end. Does not know
//! whether it is a server or a client.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::env;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::excerpt::excerpt;
use super::listening::without_wrappers;
use super::processes::number;
use super::verdict::Trouble;

/// How often a program is asked whether it has ended. Nothing wakes us then.
const ASK_EVERY: Duration = Duration::from_millis(5);

/// The exit code of a program that was interrupted, by custom.
const EXIT_INTERRUPTED: i32 = 130;
/// Standard output and standard error.
const OUTPUTS: usize = 2;
/// How long the last output of a program that has ended may take to come.
const LAST_WORDS_MAX: Duration = Duration::from_millis(500);

/// How much of its output is kept.
const SHOWN_BYTES_MAX: usize = 1 << 20;
/// What is said where there was more.
const CUT_NOTE: &str = "\n(it wrote more than 1 MiB; the rest was thrown \
                        away. Does a loop print without end?)";

/// The groups of all programs that run.
static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn groups() -> MutexGuard<'static, BTreeSet<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everything the program has written so far, to both of its outputs.
#[derive(Debug, Default)]
struct Screen {
    shown: Mutex<Shown>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Shown {
    bytes: Vec<u8>,
    /// Whether there was more than is kept.
    cut: bool,
    /// How many of its outputs have ended.
    ended: usize,
}

impl Shown {
    fn add(&mut self, bytes: &[u8]) {
        let room = SHOWN_BYTES_MAX.saturating_sub(self.bytes.len());
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room && !self.cut {
            self.cut = true;
            self.bytes.extend_from_slice(CUT_NOTE.as_bytes());
        }
    }
}

impl Screen {
    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fill_from(&self, mut output: impl Read) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            self.lock().add(&buffer[..count]);
            self.changed.notify_all();
        }
        self.lock().ended += 1;
        self.changed.notify_all();
    }

    /// Waits until `wanted` is true of what was shown, and returns whether
    /// it came true in time, as `Ok`.
    fn wait(
        &self,
        within: Duration,
        wanted: impl Fn(&Shown) -> bool,
    ) -> Result<(), String> {
        let deadline = Instant::now() + within;
        let mut shown = self.lock();
        loop {
            if wanted(&shown) {
                return Ok(());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(String::from_utf8_lossy(&shown.bytes).into_owned());
            }
            shown = self
                .changed
                .wait_timeout(shown, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

/// Where every Java virtual machine looks for options.
const JAVA_OPTIONS: &str = "JAVA_TOOL_OPTIONS";
/// With it one collects its garbage after each four megabytes.
const SMALL_NURSERY: &str = "-Xmn4m";

/// How a program that collects its garbage goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heap {
    /// As its language has it. A Java virtual machine fills some hundred
    /// megabytes with garbage before it looks for the first time, and what
    /// is kept cannot be told from the rest until then.
    AsItIs,
    /// It looks soon, where it can be told to.
    Young,
}

/// What whoever started us wants, and a small nursery.
fn java_options() -> String {
    match env::var(JAVA_OPTIONS) {
        Ok(options) => format!("{options} {SMALL_NURSERY}"),
        Err(_) => SMALL_NURSERY.to_owned(),
    }
}

/// A program that was started, and that ends at the latest with this value.
#[derive(Debug)]
pub struct Program {
    child: Child,
    keyboard: Option<ChildStdin>,
    screen: Arc<Screen>,
    /// Whether somebody has pressed Ctrl-C.
    interrupted: Cell<bool>,
}

impl Program {
    /// Starts `command` as a shell would, with `PORT` in its environment and
    /// in a process group of its own, so that all of it can be ended.
    ///
    /// # Errors
    /// When there is no shell to start it.
    pub fn start(command: &str, port: u16) -> std::io::Result<Self> {
        Self::start_with(command, port, Heap::AsItIs)
    }

    /// As [`Program::start`], with a say in how it collects its garbage.
    ///
    /// # Errors
    /// When there is no shell to start it.
    pub fn start_with(
        command: &str,
        port: u16,
        heap: Heap,
    ) -> std::io::Result<Self> {
        heed_ctrl_c();
        let mut shell = Command::new("sh");
        if heap == Heap::Young {
            shell.env(JAVA_OPTIONS, java_options());
        }
        let mut child = shell
            .args(["-c", &in_place_of_the_shell(command)])
            .env("PORT", port.to_string())
            // Python keeps what it prints to itself unless it is told not to.
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        groups().insert(child.id());
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
            interrupted: Cell::new(false),
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
        String::from_utf8_lossy(&self.screen.lock().bytes).into_owned()
    }

    /// Waits until `wanted` finds what it looks for in what was shown.
    pub fn shows(
        &self,
        within: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), String> {
        self.screen.wait(within, |shown| {
            wanted(&String::from_utf8_lossy(&shown.bytes))
        })
    }

    /// Presses Ctrl-C, for the program alone: a shell around it, or whatever
    /// else only waits for it, would end as well and hide its exit code.
    pub fn interrupt(&self) {
        self.interrupted.set(true);
        let program = without_wrappers(self.group());
        if program.is_empty() {
            self.signal(Signal::INT);
        }
        for process in program {
            if let Some(number) = number(&process).and_then(Pid::from_raw) {
                // One that has ended already needs no signal.
                let _ = kill_process(number, Signal::INT);
            }
        }
    }

    fn signal(&self, signal: Signal) {
        send(self.group(), signal);
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Whether somebody has pressed Ctrl-C.
    pub fn was_interrupted(&self) -> bool {
        self.interrupted.get()
    }

    /// Waits for its end; `None` is a program that still runs.
    pub fn ends(&mut self, within: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + within;
        loop {
            let ended = self.ended();
            if ended.is_some() {
                // Without its outputs' ends a process it left behind still
                // holds them: then there is nothing more to wait for.
                let _ = self
                    .screen
                    .wait(LAST_WORDS_MAX, |shown| shown.ended == OUTPUTS);
            }
            if ended.is_some() || Instant::now() >= deadline {
                return ended;
            }
            thread::sleep(ASK_EVERY);
        }
    }
}

impl Trouble {
    /// A program that was started never did what all of them do first.
    pub fn never_began(expected: &str, came: &str, program: &Program) -> Self {
        Self::failed(
            "started the program with PORT in its environment",
            expected,
            format!("{came}; it said: {}", excerpt(&program.shown())),
            "does it read the port from the environment variable PORT, and \
             does the command run by itself?",
        )
    }
}

/// A shell may have told its background jobs to ignore Ctrl-C, and programs
/// under test would inherit that. A handler of our own is not inherited: they
/// start with the default.
fn heed_ctrl_c() {
    static HEEDED: Once = Once::new();
    HEEDED.call_once(|| {
        // If somebody else has set a handler before, that serves as well.
        let _ = ctrlc::set_handler(|| {
            // Nobody starts another one meanwhile: the lock is kept.
            let groups = groups();
            groups.iter().for_each(|group| send(*group, Signal::KILL));
            std::process::exit(EXIT_INTERRUPTED);
        });
    });
}

/// Sends a signal to all of a group; one that is gone already is no matter.
fn send(group: u32, signal: Signal) {
    let group = i32::try_from(group).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        let _ = kill_process_group(group, signal);
    }
}

/// Ends a program that belongs to somebody else's value, for good.
pub fn end_group(group: u32) {
    send(group, Signal::KILL);
}

/// A plain command takes the shell's place: then Ctrl-C and exit codes are
/// the program's own and not the shell's.
fn in_place_of_the_shell(command: &str) -> String {
    let first = command.split_whitespace().next().unwrap_or_default();
    let plain = !command.contains([';', '&', '|', '(', '\n'])
        && !first.contains('=')
        && first != "exec";
    if plain {
        format!("exec {command}")
    } else {
        command.to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        groups().remove(&self.child.id());
        // Without this it would stay in the table of processes.
        let _ = self.child.wait();
    }
}
