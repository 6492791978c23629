//! Where the threads of a program stand, read from `/proc`. Says nothing on
//! systems that have none, and nothing that `/proc` does not say.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::story::Story;

/// The descriptor of every program's standard input.
const KEYBOARD: u64 = 0;
/// The state of a process that has ended and is only waited for.
const ENDED: &str = "Z";
/// The state of a socket that listens, as `/proc/net/tcp` writes it.
const LISTENING: &str = "0A";

/// What a thread waits for, by the number of its system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Accept,
    Read,
    Write,
    Lock,
    Events,
    Sleep,
    Other,
}

/// One row of `/proc/net/tcp`.
#[derive(Clone, Copy, Debug)]
struct Socket {
    remote: SocketAddr,
    /// Bytes that were written and not yet taken by the other side.
    queued: u64,
    /// Bytes that came and were not yet read.
    unread: u64,
}

/// One line for each thread of each process in `group`.
pub fn stands(group: u32, story: &Story) -> Vec<String> {
    let mut lines = Vec::new();
    for process in processes(group) {
        let sockets = sockets(&process);
        for task in numbers(&process.join("task")) {
            let name = fs::read_to_string(task.join("comm"));
            let Ok(name) = name else { continue };
            let stand = stand(&process, &task, &sockets, story);
            lines.push(format!("{}: {stand}", name.trim_end()));
        }
    }
    lines
}

/// Where the processes of `group` listen, besides where they should.
pub fn doors(group: u32, wanted: SocketAddr) -> Vec<String> {
    let mut doors: Vec<String> = processes(group)
        .iter()
        .flat_map(|process| listening(process))
        .filter(|door| !leads_to(*door, wanted))
        .map(|door| door.to_string())
        .collect();
    doors.sort();
    doors.dedup();
    doors
}

/// Whether who connects to `wanted` comes to this door.
fn leads_to(door: SocketAddr, wanted: SocketAddr) -> bool {
    door.port() == wanted.port()
        && (door.ip().is_unspecified() || door.ip() == wanted.ip())
}

fn listening(process: &Path) -> Vec<SocketAddr> {
    let mut doors = Vec::new();
    let own = descriptors(process);
    for table in ["net/tcp", "net/tcp6"] {
        let rows = fs::read_to_string(process.join(table));
        for row in rows.unwrap_or_default().lines().skip(1) {
            let fields: Vec<&str> = row.split_whitespace().collect();
            if let [_, local, _, LISTENING, _, _, _, _, _, inode, ..] =
                fields[..]
                && own.contains(&format!("socket:[{inode}]"))
            {
                doors.extend(address(local));
            }
        }
    }
    doors
}

/// What the descriptors of a process are.
fn descriptors(process: &Path) -> HashSet<String> {
    numbers(&process.join("fd"))
        .iter()
        .flat_map(fs::read_link)
        .map(|link| link.display().to_string())
        .collect()
}

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

/// The entries of a directory of `/proc` whose names are numbers, in order.
fn numbers(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut found: Vec<(u64, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, entry.path()))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

/// The processes of a group, without the shell that started them.
fn processes(group: u32) -> Vec<PathBuf> {
    let of_group: Vec<PathBuf> = numbers(Path::new("/proc"))
        .into_iter()
        .filter(|process| group_of(process) == Some(group))
        .filter(|process| stat(process, 0).as_deref() != Some(ENDED))
        .collect();
    let programs: Vec<PathBuf> = of_group
        .iter()
        .filter(|process| {
            let name = fs::read_to_string(process.join("comm"));
            name.is_ok_and(|name| name.trim_end() != "sh")
        })
        .cloned()
        .collect();
    if programs.is_empty() {
        of_group
    } else {
        programs
    }
}

fn group_of(process: &Path) -> Option<u32> {
    stat(process, 2)?.parse().ok()
}

/// The time in the program itself and in the system on its behalf.
fn ticks(process: &Path) -> Option<u64> {
    let own: u64 = stat(process, 11)?.parse().ok()?;
    let system: u64 = stat(process, 12)?.parse().ok()?;
    Some(own + system)
}

/// A field of `/proc/PID/stat`, counted from the one behind the name.
fn stat(process: &Path, nth: usize) -> Option<String> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    Some(rest.split(' ').nth(nth)?.to_owned())
}

fn sockets(process: &Path) -> HashMap<String, Socket> {
    let table = fs::read_to_string(process.join("net/tcp"));
    let table = table.unwrap_or_default();
    table.lines().skip(1).filter_map(socket).collect()
}

fn socket(row: &str) -> Option<(String, Socket)> {
    let fields: Vec<&str> = row.split_whitespace().collect();
    let (queued, unread) = fields.get(4)?.split_once(':')?;
    Some((
        (*fields.get(9)?).to_owned(),
        Socket {
            remote: address(fields.get(2)?)?,
            queued: u64::from_str_radix(queued, 16).ok()?,
            unread: u64::from_str_radix(unread, 16).ok()?,
        },
    ))
}

fn address(field: &str) -> Option<SocketAddr> {
    let (host, port) = field.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    // The kernel prints addresses as words in the byte order of the machine.
    let mut bytes = Vec::new();
    for nth in (0..host.len()).step_by(8) {
        let word = u32::from_str_radix(host.get(nth..nth + 8)?, 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    let host = match <[u8; 4]>::try_from(&bytes[..]) {
        Ok(v4) => IpAddr::from(v4),
        Err(_) => IpAddr::from(<[u8; 16]>::try_from(&bytes[..]).ok()?),
    };
    Some(SocketAddr::new(host, port))
}

fn stand(
    process: &Path,
    task: &Path,
    sockets: &HashMap<String, Socket>,
    story: &Story,
) -> String {
    let Ok(text) = fs::read_to_string(task.join("syscall")) else {
        return "somewhere (the system does not let others look)".to_owned();
    };
    let mut fields = text.split_whitespace();
    let number = fields.next().and_then(|number| number.parse().ok());
    let Some(number) = number else {
        return "running".to_owned();
    };
    let descriptor = fields
        .next()
        .and_then(|field| {
            u64::from_str_radix(field.trim_start_matches("0x"), 16).ok()
        })
        .unwrap_or(u64::MAX);
    let other_end = other_end(process, descriptor, sockets, story);
    match call(number) {
        Call::Accept => "waiting in accept".to_owned(),
        Call::Read => format!("reading from {}", other_end.name),
        Call::Write => format!(
            "writing to {}, who has not taken {} bytes yet",
            other_end.name, other_end.queued
        ),
        Call::Lock => "waiting for a lock, a queue or a thread".to_owned(),
        Call::Events => "waiting for events of any socket".to_owned(),
        Call::Sleep => "sleeping".to_owned(),
        Call::Other => format!("in system call {number}"),
    }
}

/// Who is at the other end of a descriptor.
struct OtherEnd {
    name: String,
    queued: u64,
}

fn other_end(
    process: &Path,
    descriptor: u64,
    sockets: &HashMap<String, Socket>,
    story: &Story,
) -> OtherEnd {
    let link = fs::read_link(process.join(format!("fd/{descriptor}")));
    let link = link.unwrap_or_default().display().to_string();
    let inode = link
        .strip_prefix("socket:[")
        .and_then(|rest| rest.strip_suffix(']'));
    match inode.and_then(|inode| sockets.get(inode)) {
        Some(socket) => {
            let name = story
                .name_of(&socket.remote)
                .unwrap_or_else(|| socket.remote.to_string());
            let unread = match socket.unread {
                0 => String::new(),
                count => format!(" ({count} bytes wait to be read)"),
            };
            OtherEnd {
                name: name + &unread,
                queued: socket.queued,
            }
        }
        None if descriptor == KEYBOARD => OtherEnd {
            name: "the keyboard".to_owned(),
            queued: 0,
        },
        None => OtherEnd {
            name: format!("descriptor {descriptor}"),
            queued: 0,
        },
    }
}

#[cfg(target_arch = "x86_64")]
fn call(number: u64) -> Call {
    match number {
        43 | 288 => Call::Accept,
        0 | 45 | 47 => Call::Read,
        1 | 20 | 44 | 46 => Call::Write,
        202 => Call::Lock,
        7 | 23 | 232 | 270 | 271 | 281 => Call::Events,
        35 | 230 => Call::Sleep,
        _ => Call::Other,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn call(number: u64) -> Call {
    match number {
        202 | 242 => Call::Accept,
        63 | 207 | 212 => Call::Read,
        64 | 66 | 206 | 211 => Call::Write,
        98 => Call::Lock,
        22 | 72 | 73 => Call::Events,
        101 | 115 => Call::Sleep,
        _ => Call::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn addresses_are_read_as_the_kernel_writes_them() {
        let read = |field| address(field).map(|address| address.to_string());
        let v4 = format!("{:08X}:1B5F", u32::from_ne_bytes([127, 0, 0, 1]));
        assert_eq!(read(&v4), Some("127.0.0.1:7007".to_owned()));
        let last = u32::from_ne_bytes([0, 0, 0, 1]);
        let v6 = format!("{:024X}{last:08X}:1B5F", 0);
        assert_eq!(read(&v6), Some("[::1]:7007".to_owned()));
        assert_eq!(read("0100:1B5F"), None);
        assert_eq!(read("nonsense"), None);
    }

    #[test]
    fn whoever_listens_elsewhere_is_found_there() {
        let here = TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = here.local_addr().expect("its address");
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        let group = u32::try_from(group).expect("a group");
        let mut elsewhere = here;
        elsewhere.set_port(here.port() ^ 1);
        assert!(doors(group, elsewhere).contains(&here.to_string()));
        assert!(!doors(group, here).contains(&here.to_string()));
    }
}
