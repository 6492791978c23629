//! A process the test has started: what it uses, signals to it, and its end.
//! Killed when it is dropped. Must not know what it does.

use std::fs;
use std::process::{Child, ChildStderr, Command, ExitStatus};
use std::time::Duration;

use crate::waiting::{eventually, within};

/// How many ticks a second of `/proc/PID/stat` has, on every Linux.
const TICKS_PER_SECOND: u32 = 100;

/// A process the test has started.
pub struct Process {
    child: Child,
}

/// What can be sent to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// What Ctrl-C sends.
    Interrupt,
    /// What `kill` and a service manager send.
    Terminate,
    /// What a terminal sends when it closes.
    HangUp,
    /// What halts it, as Ctrl-Z does.
    Stop,
    /// What `fg` sends after that.
    Continue,
    /// Another one, by the name that `kill -s` knows.
    Other(&'static str),
}

impl Process {
    /// Takes care of this process from now on.
    pub fn of(child: Child) -> Self {
        Self { child }
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its stderr, if that is a pipe nobody has taken.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Sends a signal. The shell does it, because the standard library
    /// cannot and every system has a shell.
    ///
    /// # Panics
    /// When it cannot be sent.
    pub fn signal(&self, signal: Signal) {
        let name = match signal {
            Signal::Interrupt => "INT",
            Signal::Terminate => "TERM",
            Signal::HangUp => "HUP",
            Signal::Stop => "STOP",
            Signal::Continue => "CONT",
            Signal::Other(name) => name,
        };
        let kill = format!("kill -s {name} {}", self.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.expect("a shell runs").success(), "{kill} failed");
    }

    /// Halts it and lets it go on.
    ///
    /// # Panics
    /// When it does not halt.
    pub fn pause(&self) {
        self.signal(Signal::Stop);
        // The other signal would undo one that has not been obeyed yet.
        eventually("a halted program", || {
            self.read("stat").contains(") T ").then_some(())
        });
        self.signal(Signal::Continue);
    }

    /// Waits for the end.
    ///
    /// # Panics
    /// When it does not come.
    pub fn end(&mut self) -> ExitStatus {
        eventually("the end of the program", || self.ended())
    }

    /// Waits for the end, but for no longer than this.
    pub fn end_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        within(limit, || self.ended())
    }

    /// Ends it without asking.
    pub fn kill(&mut self) {
        // It fails when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How it ended, if it has.
    ///
    /// # Panics
    /// When the system does not say.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        self.status("Threads:")
    }

    /// How many descriptors it has open.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.id());
        fs::read_dir(folder).expect("the process is there").count()
    }

    /// How much memory it uses, in KiB.
    pub fn memory_kib(&self) -> usize {
        self.status("VmRSS:")
    }

    /// The most memory it has ever used, in KiB.
    pub fn memory_peak_kib(&self) -> usize {
        self.status("VmHWM:")
    }

    /// How long it has been computing.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn computing_time(&self) -> Duration {
        let stat = self.read("stat");
        // The name, in parentheses, may hold spaces; times are fields 14, 15.
        let (_, rest) = stat.rsplit_once(')').expect("a stat has a name");
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |nth: usize| fields[nth].parse::<u32>().expect("ticks");
        Duration::from_secs(1) * (ticks(11) + ticks(12)) / TICKS_PER_SECOND
    }

    fn status(&self, field: &str) -> usize {
        let status = self.read("status");
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number.and_then(|n| n.parse().ok()).expect(field)
    }

    fn read(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.id());
        fs::read_to_string(path).expect("the process is there")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
