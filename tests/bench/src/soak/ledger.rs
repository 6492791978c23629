//! What the visitors did, for the witnesses to compare with what they hear,
//! and what went wrong. Shared by all threads of a soak.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How many faults are kept in words.
const FAULTS_TOLD_MAX: usize = 20;
/// How many bytes end a line, at most.
const FILLER_BYTES_MAX: u64 = 60;

/// How a stay went that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// It said so many lines and left in a way that loses none.
    Orderly(u64),
    /// It was cut off: the room may not have heard all.
    Abrupt,
    /// It stopped reading: the room may find it too slow.
    Frozen,
}

/// What is known.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Every stay has a number that its lines carry.
    stays: AtomicU64,
    /// How each stay went that is over, or that froze.
    manners: Mutex<HashMap<u64, Manners>>,
    /// Lines that one witness has heard and the other has not yet.
    ahead: Mutex<(usize, VecDeque<String>)>,
    faults: Mutex<Vec<String>>,
    faults_in_all: AtomicU64,
    closing_time: AtomicBool,
}

impl Ledger {
    /// The number of a new stay.
    pub fn new_stay(&self) -> u64 {
        self.stays.fetch_add(1, Ordering::Relaxed)
    }

    /// How many stays there were.
    pub fn stays(&self) -> u64 {
        self.stays.load(Ordering::Relaxed)
    }

    /// Writes down how a stay goes.
    pub fn note(&self, stay: u64, manners: Manners) {
        let mut all = self.manners.lock().unwrap_or_else(|e| e.into_inner());
        all.insert(stay, manners);
    }

    /// How a stay went.
    pub fn manners(&self, stay: u64) -> Option<Manners> {
        let all = self.manners.lock().unwrap_or_else(|e| e.into_inner());
        all.get(&stay).copied()
    }

    /// Compares what two witnesses hear, line by line, in this order.
    pub fn compare(&self, witness: usize, line: &str) {
        let mut ahead = self.ahead.lock().unwrap_or_else(|e| e.into_inner());
        let (first, lines) = &mut *ahead;
        if lines.is_empty() || *first == witness {
            *first = witness;
            lines.push_back(line.to_owned());
            return;
        }
        let other = lines.pop_front();
        drop(ahead);
        if other.as_deref() != Some(line) {
            let other = other.unwrap_or_default();
            self.fault(format!(
                "two witnesses disagree: {line:?} and {other:?}"
            ));
        }
    }

    /// How many lines one witness has heard and the other has not.
    pub fn apart(&self) -> usize {
        let ahead = self.ahead.lock().unwrap_or_else(|e| e.into_inner());
        ahead.1.len()
    }

    /// Something is wrong.
    pub fn fault(&self, what: String) {
        self.faults_in_all.fetch_add(1, Ordering::Relaxed);
        let mut faults = self.faults.lock().unwrap_or_else(|e| e.into_inner());
        if faults.len() < FAULTS_TOLD_MAX {
            faults.push(what);
        }
    }

    /// The first faults in words, and how many there were.
    pub fn faults(&self) -> (Vec<String>, u64) {
        let faults = self.faults.lock().unwrap_or_else(|e| e.into_inner());
        (faults.clone(), self.faults_in_all.load(Ordering::Relaxed))
    }

    /// Everyone goes home, or may come again.
    pub fn set_closing_time(&self, it_is: bool) {
        self.closing_time.store(it_is, Ordering::Relaxed);
    }

    /// Whether everyone goes home.
    pub fn is_closing_time(&self) -> bool {
        self.closing_time.load(Ordering::Relaxed)
    }
}

/// What the `nth` line of a stay says. The length depends on both numbers,
/// so that a line that lost its end is noticed.
pub fn line(stay: u64, nth: u64) -> String {
    let filler = 1 + (stay * 31 + nth * 7) % FILLER_BYTES_MAX;
    let filler = ".".repeat(usize::try_from(filler).unwrap_or(0));
    format!("stay {stay} line {nth} {filler}")
}

/// The stay and the number of a line; `None` when it is damaged.
pub fn read_line(text: &str) -> Option<(u64, u64)> {
    let mut words = text.split(' ');
    let stay = words.nth(1)?.parse().ok()?;
    let nth = words.nth(1)?.parse().ok()?;
    (text == line(stay, nth)).then_some((stay, nth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_back_and_a_damaged_one_is_not() {
        let whole = line(3, 4);
        assert_eq!(read_line(&whole), Some((3, 4)));
        for end in 0..whole.len() {
            assert_eq!(read_line(&whole[..end]), None, "{end}");
        }
        assert_eq!(read_line("hello"), None);
    }

    #[test]
    fn witnesses_may_be_apart_but_not_disagree() {
        let ledger = Ledger::default();
        ledger.compare(0, "a");
        ledger.compare(0, "b");
        ledger.compare(1, "a");
        assert_eq!((ledger.faults().1, ledger.apart()), (0, 1));
        ledger.compare(1, "c");
        assert_eq!((ledger.faults().1, ledger.apart()), (1, 0));
    }
}
