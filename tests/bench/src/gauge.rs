//! What a process costs: processor time, memory, threads, descriptors. Reads
//! `/proc` and asks nothing of the process. Linux.

use std::fs;
use std::time::Duration;

use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// A process, from outside.
#[derive(Clone, Copy, Debug)]
pub struct Gauge {
    pid: u32,
}

impl Gauge {
    /// The process with this number.
    pub fn new(pid: u32) -> Self {
        Self { pid }
    }

    /// Processor time of all its threads, those that have ended included, in
    /// nanoseconds as the kernel keeps it. `/proc/PID/stat` rounds to 10 ms.
    pub fn cpu(self) -> Duration {
        let pid = i32::try_from(self.pid).map_or(-1, |pid| pid);
        clock_getcpuclockid(Pid::from_raw(pid))
            .and_then(clock_gettime)
            .map_or(Duration::ZERO, Duration::from)
    }

    /// Resident memory now, in KiB.
    pub fn resident_kib(self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most it ever was.
    pub fn resident_max_kib(self) -> u64 {
        self.status("VmHWM:")
    }

    /// How many threads there are.
    pub fn threads(self) -> u64 {
        self.status("Threads:")
    }

    /// How many descriptors are open.
    pub fn descriptors(self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.pid))
            .map_or(0, |entries| entries.count())
    }

    /// One number of `/proc/PID/status`; 0 when the process is gone.
    fn status(self, key: &str) -> u64 {
        let path = format!("/proc/{}/status", self.pid);
        let status = fs::read_to_string(path).unwrap_or_default();
        let value = status.lines().find_map(|line| line.strip_prefix(key));
        let value = value.and_then(|value| value.split_whitespace().next());
        value.and_then(|value| value.parse().ok()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_costs_something() {
        let gauge = Gauge::new(std::process::id());
        assert!(gauge.cpu() > Duration::ZERO);
        // In this order: other tests take memory meanwhile. The kernel counts
        // in batches, so the two may differ by a few pages.
        let resident_kib = gauge.resident_kib();
        assert!(resident_kib > 100);
        assert!(gauge.resident_max_kib() + 1024 >= resident_kib);
        assert!(gauge.threads() >= 1);
        assert!(gauge.descriptors() >= 3);
    }
}
