//! The names of those who have left or taken another, so that a name does not
//! change hands unseen. May not know who has one now.

use std::collections::{HashMap, VecDeque};

/// How many names are remembered, the last ones: as many as the longest
/// history has lines, and a megabyte at most.
pub const FORMER_NAMES_MAX: usize = 10_000;

/// What names that somebody had looked like.
#[derive(Debug, Default)]
pub struct FormerNames {
    /// When each was let go of last.
    looks: HashMap<Box<str>, u64>,
    /// In the order they were let go of; some of them again since.
    order: VecDeque<(u64, Box<str>)>,
    /// How many were let go of, ever.
    count: u64,
}

impl FormerNames {
    /// Somebody had a name that looks so, and lets go of it.
    pub fn remember(&mut self, look: String) {
        let look = look.into_boxed_str();
        self.count += 1;
        self.looks.insert(look.clone(), self.count);
        self.order.push_back((self.count, look));
        if self.order.len() > FORMER_NAMES_MAX
            && let Some((count, oldest)) = self.order.pop_front()
            && self.looks.get(&oldest) == Some(&count)
        {
            self.looks.remove(&oldest);
        }
    }

    /// Whether somebody had a name that looks so.
    pub fn contains(&self, look: &str) -> bool {
        self.looks.contains_key(look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_names_are_remembered_and_no_more() {
        let mut former = FormerNames::default();
        for look in ["ada", "bob", "ada"] {
            former.remember(look.to_owned());
        }
        for nth in 0..FORMER_NAMES_MAX - 1 {
            assert!(former.contains("ada"));
            former.remember(format!("name{nth}"));
        }
        assert!(former.contains("ada"), "it was let go of again");
        assert!(!former.contains("bob"));
        former.remember("cy".to_owned());
        assert!(!former.contains("ada") && former.contains("cy"));
        assert!(former.order.len() <= FORMER_NAMES_MAX);
        assert!(former.looks.len() <= FORMER_NAMES_MAX);
    }
}
