//! The processes of a program, as `/proc` shows them. Says nothing on systems
//! that have none.

use std::fs;
use std::path::{Path, PathBuf};

/// The state of a process that has ended and is only waited for.
const ENDED: &str = "Z";

/// The state of a thread that runs, or could.
const RUNNING: &str = "R";

/// The entries of a directory of `/proc` whose names are numbers, in order.
pub fn numbers(directory: &Path) -> Vec<PathBuf> {
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
pub fn processes(group: u32) -> Vec<PathBuf> {
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

/// How many processes of a group have ended and were not waited for, besides
/// the one that gave it its number: that is waited for by us.
pub fn zombies(group: u32) -> usize {
    numbers(Path::new("/proc"))
        .iter()
        .filter(|process| !process.ends_with(group.to_string()))
        .filter(|process| group_of(process) == Some(group))
        .filter(|process| stat(process, 0).as_deref() == Some(ENDED))
        .count()
}

/// The threads of a group that run, or could.
pub fn running_threads(group: u32) -> Vec<PathBuf> {
    processes(group)
        .iter()
        .flat_map(|process| numbers(&process.join("task")))
        .filter(|task| stat(task, 0).as_deref() == Some(RUNNING))
        .collect()
}

/// The number of a process.
pub fn number(process: &Path) -> Option<i32> {
    process.file_name()?.to_str()?.parse().ok()
}

/// The process that started this one.
pub fn parent_of(process: &Path) -> Option<PathBuf> {
    Some(Path::new("/proc").join(stat(process, 1)?))
}

fn group_of(process: &Path) -> Option<u32> {
    stat(process, 2)?.parse().ok()
}

/// A field of `/proc/PID/stat`, counted from the one behind the name.
pub fn stat(process: &Path, nth: usize) -> Option<String> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    Some(rest.split(' ').nth(nth)?.to_owned())
}
