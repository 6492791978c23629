//! What this machine allows: how many descriptors and threads, and how much
//! memory. Must not decide anything; it raises the one limit that a process is
//! expected to raise itself.
//!
//! A thread more than the kernel has memory mappings for does not fail to
//! start, nor does an allocation that goes over `ulimit -v` fail: the process
//! aborts, and everybody is thrown out. So the server finds out beforehand
//! how many clients it may have, and stays below. Linux.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::READ_BYTES_MOST;

/// The stack of a session: its buffers are on the heap, its calls shallow.
pub const SESSION_STACK_BYTES: usize = 256 * 1024;
/// That of a catch-up thread, which copies bytes and does nothing else.
pub const CATCH_UP_STACK_BYTES: usize = 128 * 1024;

/// Descriptors for everything that is no client: the listener, the
/// log, the transcript, what libraries open, and those who are refused.
pub const DESCRIPTORS_KEPT: usize = 64;
/// Threads for everything that is no client.
pub const THREADS_KEPT: usize = 64;
/// Threads for clients that are behind, when there cannot be one for each.
pub const CATCH_UPS_KEPT: usize = 256;
/// Mappings for everything that is no thread: the program, its libraries,
/// its heap.
pub const MAPPINGS_KEPT: usize = 1000;
/// A stack, its guard, a stack for signals, and its guard.
pub const MAPPINGS_PER_THREAD: usize = 4;

/// Address space for everything that is no client: the heap, what waits for a
/// slow log or transcript, what is being said at the moment.
pub const MEMORY_KEPT_BYTES: usize = 64 << 20;
/// What a thread takes beside its stack: the guard, a stack for signals, and
/// the gaps between them.
pub const THREAD_BYTES: usize = 64 << 10;

/// What the machine allows this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many more descriptors it may open.
    pub descriptors: usize,
    /// How many more threads it may start.
    pub threads: usize,
    /// How many more bytes of memory it may map.
    pub memory_bytes: usize,
}

/// How many clients, and how many of them may be behind at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Clients.
    pub clients_max: usize,
    /// Catch-up threads: those for clients that are behind.
    pub catch_ups_max: usize,
}

impl Allowance {
    /// As many places as were asked for, or as there can be when every client
    /// may take so many bytes, as [`client_bytes`] says.
    pub fn places(&self, clients_wanted: usize, bytes_each: usize) -> Places {
        let threads = self.threads.saturating_sub(THREADS_KEPT);
        let catch_ups_least = CATCH_UPS_KEPT.min(threads / 2);
        let descriptors = self.descriptors.saturating_sub(DESCRIPTORS_KEPT);
        let memory = self.memory_bytes.saturating_sub(MEMORY_KEPT_BYTES);
        let clients_max = clients_wanted
            .min(threads - catch_ups_least)
            .min(descriptors)
            .min(memory / bytes_each.max(1));
        Places {
            clients_max,
            catch_ups_max: clients_max.min(threads - clients_max),
        }
    }
}

/// How much memory a client takes that is as far behind as it may be: two
/// threads, what one read brings, the backlog, and a quarter of it for what
/// the heap loses between its pieces.
pub fn client_bytes(backlog_bytes_max: usize) -> usize {
    SESSION_STACK_BYTES
        + CATCH_UP_STACK_BYTES
        + 2 * THREAD_BYTES
        + READ_BYTES_MOST
        + backlog_bytes_max.saturating_add(backlog_bytes_max / 4)
}

/// Raises the soft limit on descriptors to the hard one and says what the
/// machine allows. A limit that cannot be found out is none.
pub fn allowance() -> Allowance {
    Allowance {
        descriptors: raised_descriptor_limit().saturating_sub(open_now()),
        threads: thread_limit(),
        memory_bytes: memory_left(),
    }
}

/// Whether `ulimit -v` or `ulimit -d` limits the memory of this process.
pub fn is_memory_limited() -> bool {
    [Resource::As, Resource::Data]
        .into_iter()
        .any(|resource| getrlimit(resource).current.is_some())
}

fn raised_descriptor_limit() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // Where raising it is not allowed, the old one stays.
    to_usize(match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current,
        Err(_) => limit.current,
    })
}

/// What `ulimit -v` and `ulimit -d` leave.
fn memory_left() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    [(Resource::As, "VmSize:"), (Resource::Data, "VmData:")]
        .into_iter()
        .map(|(resource, field)| {
            let limit = to_usize(getrlimit(resource).current);
            limit.saturating_sub(kibibytes(&status, field).saturating_mul(1024))
        })
        .min()
        .unwrap_or(usize::MAX)
}

/// `VmSize:     5104 kB`: the number.
fn kibibytes(status: &str, field: &str) -> usize {
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
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
            memory_bytes: usize::MAX,
        }
        .places(wanted, client_bytes(1 << 20))
    }

    #[test]
    fn what_was_asked_for_is_given_where_it_can_be() {
        let places = places(20_000, 16_000, 1000);
        assert_eq!((places.clients_max, places.catch_ups_max), (1000, 1000));
    }

    #[test]
    fn few_descriptors_mean_few_clients() {
        let places = places(100, 16_000, 1000);
        assert_eq!(places.clients_max, 100 - DESCRIPTORS_KEPT);
    }

    #[test]
    fn little_memory_means_few_clients() {
        let each = client_bytes(1 << 20);
        let places = |memory_bytes| {
            let allowance = Allowance {
                descriptors: 20_000,
                threads: 16_000,
                memory_bytes,
            };
            allowance.places(1000, each).clients_max
        };
        assert_eq!(places(MEMORY_KEPT_BYTES + 7 * each), 7);
        assert_eq!(places(MEMORY_KEPT_BYTES), 0);
        assert_eq!(places(0), 0);
        assert_eq!(places(usize::MAX), 1000);
    }

    #[test]
    fn the_memory_in_use_is_read() {
        let status = "Name:\tx\nVmSize:\t    5104 kB\nVmData:\t 7 kB\n";
        assert_eq!(kibibytes(status, "VmSize:"), 5104);
        assert_eq!(kibibytes(status, "VmData:"), 7);
        assert_eq!(kibibytes(status, "VmRSS:"), 0);
    }

    #[test]
    fn clients_and_catch_ups_together_stay_below_the_threads() {
        for threads in [0, 1, 63, 64, 65, 100, 1000, 16_000] {
            for wanted in [1, 100, 20_000] {
                let places = places(1_000_000, threads, wanted);
                assert!(
                    places.clients_max + places.catch_ups_max
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
        assert!(allowance.memory_bytes > 0);
    }
}
