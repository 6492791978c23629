//! How much of the machine a program holds, read from `/proc`.

use std::fs;
use std::path::Path;

use super::processes::{numbers, processes, stat};

/// How much of the machine a program holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Threads, of all its processes.
    pub threads: usize,
    /// Open descriptors.
    pub descriptors: usize,
    /// Resident memory in KiB.
    pub resident_kib: usize,
    /// The time its threads have run, in the kernel's ticks.
    pub ticks: u64,
}

/// What the processes of `group` hold; `None` where there is no `/proc`.
pub fn holding(group: u32) -> Option<Holding> {
    let processes = processes(group);
    if processes.is_empty() {
        return None;
    }
    let mut sum = Holding::default();
    for process in processes {
        sum.threads += numbers(&process.join("task")).len();
        sum.descriptors += numbers(&process.join("fd")).len();
        sum.resident_kib += resident_kib(&process).unwrap_or(0);
        sum.ticks += ticks(&process).unwrap_or(0);
    }
    Some(sum)
}

fn resident_kib(process: &Path) -> Option<usize> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The time in the program itself and in the system on its behalf.
fn ticks(process: &Path) -> Option<u64> {
    let own: u64 = stat(process, 11)?.parse().ok()?;
    let system: u64 = stat(process, 12)?.parse().ok()?;
    Some(own + system)
}
