//! What one client has heard, and what was lost, doubled or reordered on the
//! way. Must not know how the lines came.

use super::stamp::Stamp;

/// What went wrong. Of a right server, nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Lines that should have been heard and never were.
    pub lost: u64,
    /// Lines heard once more.
    pub doubled: u64,
    /// Lines heard after a later line of the same speaker.
    pub reordered: u64,
}

impl Faults {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            lost: self.lost + other.lost,
            doubled: self.doubled + other.doubled,
            reordered: self.reordered + other.reordered,
        }
    }

    /// How many there are in all.
    pub fn count(self) -> u64 {
        self.lost + self.doubled + self.reordered
    }
}

/// What one client has heard of each speaker.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many lines it heard in all.
    pub heard: u64,
    /// For each speaker the number of the next line.
    next: Vec<u32>,
    /// Lines passed over, `faults.lost`, may still come late.
    faults: Faults,
}

impl Tally {
    /// Counts a line.
    pub fn hear(&mut self, stamp: Stamp) {
        self.heard += 1;
        if self.next.len() <= stamp.speaker {
            self.next.resize(stamp.speaker + 1, 0);
        }
        let next = &mut self.next[stamp.speaker];
        if stamp.nth >= *next {
            self.faults.lost += u64::from(stamp.nth - *next);
            *next = stamp.nth + 1;
        } else if self.faults.lost > 0 {
            self.faults.lost -= 1;
            self.faults.reordered += 1;
        } else {
            self.faults.doubled += 1;
        }
    }

    /// How many lines of this speaker have been heard or passed over.
    pub fn next_of(&self, speaker: usize) -> u32 {
        self.next.get(speaker).copied().unwrap_or(0)
    }

    /// What went wrong, when the speakers have said so many lines and
    /// nothing more will come.
    pub fn faults<'a>(
        &self,
        said: impl Iterator<Item = &'a u32>,
        myself: usize,
    ) -> Faults {
        let never: u64 = said
            .enumerate()
            .filter(|(speaker, _)| *speaker != myself)
            .map(|(speaker, said)| {
                u64::from(said.saturating_sub(self.next_of(speaker)))
            })
            .sum();
        Faults {
            lost: self.faults.lost + never,
            ..self.faults
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(heard: &[u32], said: u32) -> Faults {
        let mut tally = Tally::default();
        for &nth in heard {
            let stamp = Stamp {
                speaker: 1,
                nth,
                due_us: 0,
            };
            tally.hear(stamp);
        }
        // Speaker 0 is the client itself, which does not hear itself.
        tally.faults([9, said].iter(), 0)
    }

    #[test]
    fn all_lines_in_order_are_no_fault() {
        assert_eq!(faults(&[0, 1, 2], 3), Faults::default());
    }

    #[test]
    fn lost_doubled_and_reordered_lines_are_told_apart() {
        let lost = |lost| Faults {
            lost,
            ..Faults::default()
        };
        assert_eq!(faults(&[0, 2], 3), lost(1));
        assert_eq!(faults(&[0, 1], 3), lost(1));
        assert_eq!(faults(&[], 3), lost(3));
        assert_eq!(faults(&[0, 1, 1, 2], 3).doubled, 1);
        assert_eq!(faults(&[0, 2, 1], 3).reordered, 1);
        assert_eq!(faults(&[0, 2, 1], 3).count(), 1);
    }
}
