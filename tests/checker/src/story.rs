//! What happened so far, so that a failure can tell it. Only the last few
//! things are kept: nobody reads more.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::stand;

/// How many things a story remembers.
const MOMENTS_MAX: usize = 8;
/// How many characters of one line are told.
const SHOWN_CHARS_MAX: usize = 60;

/// What was sent and heard, shared by all who take part.
#[derive(Clone, Debug, Default)]
pub struct Story(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    moments: VecDeque<String>,
    names: HashMap<SocketAddr, String>,
    /// The process group of the program, once it runs.
    group: Option<u32>,
    /// Where its threads stood when something did not come in time.
    stands: Vec<String>,
    /// A line whose time nobody can read.
    odd_time: Option<String>,
}

impl Story {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a moment, and forgets the oldest one if there are too many.
    pub fn tell(&self, moment: String) {
        let mut told = self.lock();
        if told.moments.len() == MOMENTS_MAX {
            told.moments.pop_front();
        }
        told.moments.push_back(moment);
    }

    /// What is remembered, oldest first.
    pub fn moments(&self) -> Vec<String> {
        self.lock().moments.iter().cloned().collect()
    }

    /// The story is about the program of this process group.
    pub fn begin(&self, group: u32) {
        self.lock().group = Some(group);
    }

    /// Looks where the program's threads stand, now, while everybody whom
    /// they may be waiting for is still there.
    pub fn look(&self) {
        let group = self.lock().group;
        if let Some(group) = group {
            let stands = stand::stands(group, self);
            self.lock().stands = stands;
        }
    }

    /// What the last look has shown; without one, what a look shows now.
    pub fn stands(&self) -> Vec<String> {
        if self.lock().stands.is_empty() {
            self.look();
        }
        self.lock().stands.clone()
    }

    /// Somebody heard a line whose time nobody can read.
    pub fn tell_odd_time(&self, line: &str) {
        self.lock().odd_time = Some(shown(line.as_bytes()));
    }

    /// A line whose time nobody could read, if there was one.
    pub fn odd_time(&self) -> Option<String> {
        self.lock().odd_time.clone()
    }

    /// Whoever calls from `address` is called `name` from now on.
    pub fn meet(&self, address: SocketAddr, name: &str) {
        self.lock().names.insert(address, name.to_owned());
    }

    /// Who calls from `address`.
    pub fn name_of(&self, address: &SocketAddr) -> Option<String> {
        self.lock().names.get(address).cloned()
    }
}

/// Bytes as a person can read them: in quotes, `\n` for the line break.
pub fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let length = text.chars().count();
    if length <= SHOWN_CHARS_MAX {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    format!("{start:?}... ({length} characters)")
}
