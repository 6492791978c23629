//! What this machine allows: how many descriptors and threads. May not
//! decide anything; it raises the one limit a process may raise itself.
//!
//! A thread more than the kernel has memory mappings for does not fail to
//! start: the process aborts, and everybody is thrown out. So the server
//! finds out beforehand how many it may have, and stays below. Linux.

use std::fs;

use rustix::process::{Resource, getrlimit, setrlimit};

/// Descriptors for everything that is no client: the door, the log, the
/// transcript, what libraries open, and those who are refused.
pub const DESCRIPTORS_KEPT: usize = 64;
/// Threads for everything that is no client.
pub const THREADS_KEPT: usize = 64;
/// Threads for clients that are behind, when there cannot be one for each.
pub const WRITERS_KEPT: usize = 256;
/// Mappings for everything that is no thread: the program, its libraries,
/// its heap.
pub const MAPPINGS_KEPT: usize = 1000;
/// A stack, its guard, a stack for signals, and its guard.
pub const MAPPINGS_PER_THREAD: usize = 4;

/// What the machine allows this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many more descriptors it may open.
    pub descriptors: usize,
    /// How many more threads it may start.
    pub threads: usize,
}

/// How many clients, and how many of them may be behind at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Clients.
    pub clients_max: usize,
    /// Writers: threads for clients that are behind.
    pub writers_max: usize,
}

impl Allowance {
    /// As many places as were asked for, or as there can be.
    pub fn places(&self, clients_wanted: usize) -> Places {
        let threads = self.threads.saturating_sub(THREADS_KEPT);
        let writers_least = WRITERS_KEPT.min(threads / 2);
        let descriptors = self.descriptors.saturating_sub(DESCRIPTORS_KEPT);
        let clients_max =
            clients_wanted.min(threads - writers_least).min(descriptors);
        Places {
            clients_max,
            writers_max: clients_max.min(threads - clients_max),
        }
    }
}

/// Raises the soft limit on descriptors to the hard one and says what the
/// machine allows. A limit that cannot be found out is none.
pub fn allowance() -> Allowance {
    Allowance {
        descriptors: raised_descriptor_limit().saturating_sub(open_now()),
        threads: thread_limit(),
    }
}

fn raised_descriptor_limit() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = rustix::process::Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        // Where it may not be raised, the old one stays.
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit = raised;
        }
    }
    to_usize(limit.current)
}

fn open_now() -> usize {
    fs::read_dir("/proc/self/fd").map_or(0, |entries| entries.count())
}

fn thread_limit() -> usize {
    let mappings = number_in("/proc/sys/vm/max_map_count")
        .saturating_sub(MAPPINGS_KEPT)
        / MAPPINGS_PER_THREAD;
    [
        mappings,
        number_in("/proc/sys/kernel/threads-max"),
        number_in("/proc/sys/kernel/pid_max"),
        to_usize(getrlimit(Resource::Nproc).current),
        pids_left(),
    ]
    .into_iter()
    .min()
    .unwrap_or(usize::MAX)
}

/// What the control groups of this process, and those around them, leave.
fn pids_left() -> usize {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    groups.lines().map(pids_left_in).min().unwrap_or(usize::MAX)
}

/// What one line of `/proc/self/cgroup` leaves: `0::/path` is version 2,
/// `8:pids:/path` is version 1.
fn pids_left_in(line: &str) -> usize {
    let mut fields = line.splitn(3, ':');
    let (_, controller, path) = (fields.next(), fields.next(), fields.next());
    let (Some(root), Some(path)) = (
        match controller {
            Some("") => Some("/sys/fs/cgroup"),
            Some("pids") => Some("/sys/fs/cgroup/pids"),
            _ => None,
        },
        path,
    ) else {
        return usize::MAX;
    };
    std::path::Path::new(path)
        .ancestors()
        .map(|group| {
            let folder = format!("{root}{}", group.display());
            let max = number_in(&format!("{folder}/pids.max"));
            let now = match max {
                usize::MAX => 0,
                _ => number_in(&format!("{folder}/pids.current")),
            };
            max.saturating_sub(now)
        })
        .min()
        .unwrap_or(usize::MAX)
}

/// The number in a file; no file, or no number in it, is no limit.
fn number_in(path: &str) -> usize {
    fs::read_to_string(path)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(usize::MAX)
}

fn to_usize(limit: Option<u64>) -> usize {
    limit.map_or(usize::MAX, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(descriptors: usize, threads: usize, wanted: usize) -> Places {
        Allowance {
            descriptors,
            threads,
        }
        .places(wanted)
    }

    #[test]
    fn what_was_asked_for_is_given_where_it_can_be() {
        let places = places(20_000, 16_000, 1000);
        assert_eq!((places.clients_max, places.writers_max), (1000, 1000));
    }

    #[test]
    fn few_descriptors_mean_few_clients() {
        let places = places(100, 16_000, 1000);
        assert_eq!(places.clients_max, 100 - DESCRIPTORS_KEPT);
    }

    #[test]
    fn clients_and_writers_together_stay_below_the_threads() {
        for threads in [0, 1, 63, 64, 65, 100, 1000, 16_000] {
            for wanted in [1, 100, 20_000] {
                let places = places(1_000_000, threads, wanted);
                assert!(
                    places.clients_max + places.writers_max
                        <= threads.saturating_sub(THREADS_KEPT),
                    "{threads} threads: {places:?}"
                );
            }
        }
        assert!(places(1_000_000, 16_132, 15_000).clients_max == 15_000);
    }

    #[test]
    fn this_machine_allows_something() {
        let allowance = allowance();
        assert!(allowance.descriptors > 0 && allowance.threads > 0);
    }
}
