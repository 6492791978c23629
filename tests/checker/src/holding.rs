//! How much of the machine a program holds, read from `/proc`.

use std::fs;
use std::path::Path;

use super::processes::{numbers, processes, stat, zombies};

/// How much of the machine a program holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Threads, of all its processes.
    pub threads: usize,
    /// Processes that have ended and were not waited for.
    pub zombies: usize,
    /// Open descriptors.
    pub descriptors: usize,
    /// Pieces of memory that are mapped: each stack is one, and its guard.
    pub mapped: usize,
    /// Resident memory in KiB.
    pub resident_kib: usize,
    /// The time its threads have run, in the kernel's ticks.
    pub ticks: u64,
    /// How often its threads have gone to sleep of their own.
    pub sleeps: u64,
}

/// What the processes of `group` hold; `None` where there is no `/proc`.
pub fn holding(group: u32) -> Option<Holding> {
    let processes = processes(group);
    if processes.is_empty() {
        return None;
    }
    let mut sum = Holding {
        zombies: zombies(group),
        ..Holding::default()
    };
    for process in processes {
        let tasks = numbers(&process.join("task"));
        sum.threads += tasks.len();
        sum.sleeps += tasks.iter().filter_map(|task| sleeps(task)).sum::<u64>();
        sum.descriptors += numbers(&process.join("fd")).len();
        sum.mapped += mapped(&process).unwrap_or(0);
        sum.resident_kib += resident_kib(&process).unwrap_or(0);
        sum.ticks += ticks(&process).unwrap_or(0);
    }
    Some(sum)
}

fn resident_kib(process: &Path) -> Option<usize> {
    status(process, "VmRSS:")?.parse().ok()
}

fn mapped(process: &Path) -> Option<usize> {
    let maps = fs::read_to_string(process.join("maps")).ok()?;
    Some(maps.lines().count())
}

fn sleeps(task: &Path) -> Option<u64> {
    status(task, "voluntary_ctxt_switches:")?.parse().ok()
}

/// A value of `/proc/PID/status`.
fn status(process: &Path, field: &str) -> Option<String> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1).map(str::to_owned)
}

/// Lets each process of `group` open so many descriptors more than it has,
/// and no others; says whether that could be done.
#[cfg(target_os = "linux")]
pub fn limit_descriptors(group: u32, more: usize) -> Option<()> {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    for process in processes(group) {
        let name = process.file_name()?.to_str()?;
        let number = Pid::from_raw(name.parse().ok()?);
        let open: Vec<usize> = numbers(&process.join("fd"))
            .iter()
            .filter_map(|path| path.file_name()?.to_str()?.parse().ok())
            .collect();
        // A descriptor far above the others leaves room below it.
        let free = (0..).filter(|number| !open.contains(number));
        let limit = u64::try_from(free.take(more + 1).last()?).ok();
        prlimit(
            number,
            Resource::Nofile,
            Rlimit {
                current: limit,
                maximum: limit,
            },
        )
        .ok()?;
    }
    Some(())
}

/// Only Linux sets the limits of others.
#[cfg(not(target_os = "linux"))]
pub fn limit_descriptors(_: u32, _: usize) -> Option<()> {
    None
}

/// The time in the program itself and in the system on its behalf.
fn ticks(process: &Path) -> Option<u64> {
    let own: u64 = stat(process, 11)?.parse().ok()?;
    let system: u64 = stat(process, 12)?.parse().ok()?;
    Some(own + system)
}
