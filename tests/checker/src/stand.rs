//! Where the threads of a program stand, read from `/proc`. Says nothing on
//! systems that have none, and nothing that `/proc` does not say.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::processes::{numbers, processes};
use super::sockets::{Socket, sockets};
use super::story::Story;

/// The descriptor of every program's standard input.
const KEYBOARD: u64 = 0;

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

/// One line for each thread of each process in `group`.
pub fn stands(group: u32, story: &Story) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for process in processes(group) {
        let sockets = sockets(&process);
        for task in numbers(&process.join("task")) {
            let name = fs::read_to_string(task.join("comm"));
            let Ok(name) = name else { continue };
            let stand = stand(&process, &task, &sockets, story);
            lines.push(format!("{}: {stand}", name.trim_end()));
        }
    }
    lines.sort_by_key(|line| rank(line));
    lines
}

/// A runtime's own threads only wait: who reads or writes stands first.
fn rank(line: &str) -> usize {
    let rank = RANKS.iter().position(|sign| line.contains(sign));
    rank.unwrap_or(RANKS.len())
}

/// What is told first of all that threads do.
const RANKS: [&str; 5] = [
    ": writing to ",
    ": reading from ",
    ": running",
    ": in system",
    ": waiting in accept",
];

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
    match sockets.get(&link) {
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

    #[test]
    fn who_writes_stands_before_the_threads_of_a_runtime() {
        let mut lines = [
            "GC Thread#0: waiting for a lock, a queue or a thread",
            "main: waiting in accept",
            "VM Periodic Tas: sleeping",
            "Thread-1: reading from bob",
            "Thread-0: writing to frozen, who has not taken 9 bytes yet",
        ];
        lines.sort_by_key(|line| rank(line));
        let first = lines.map(|line| line.split(':').next());
        assert_eq!(
            first,
            [
                "Thread-0",
                "Thread-1",
                "main",
                "GC Thread#0",
                "VM Periodic Tas"
            ]
            .map(Some)
        );
    }
}
