//! The names of those who have left or taken another, so that no name
//! has another owner unseen. Must not know who has one now.

use std::collections::{HashMap, VecDeque};

use chat_common::names::Name;

/// How many looks of names are remembered, the last ones. A name has four at
/// most, one for each case it may be written in, so these are 5,000 names or
/// more, and two megabytes at most.
pub const FORMER_LOOKS_MAX: usize = 20_000;

/// What the names that somebody had look like.
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
    /// Somebody lets go of this name.
    pub fn remember(&mut self, name: &Name) {
        for look in name.looks() {
            self.count += 1;
            self.looks.insert(look.into(), self.count);
            self.order.push_back((self.count, look.into()));
        }
        while self.order.len() > FORMER_LOOKS_MAX {
            self.forget_the_oldest();
        }
    }

    /// Whether somebody had this name, or one that looks like it.
    pub fn contains(&self, name: &Name) -> bool {
        name.looks().any(|look| self.looks.contains_key(look))
    }

    fn forget_the_oldest(&mut self) {
        if let Some((count, look)) = self.order.pop_front()
            && self.looks.get(&look) == Some(&count)
        {
            self.looks.remove(&look);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).expect(text)
    }

    #[test]
    fn a_name_is_remembered_however_it_is_written() {
        let mut former = FormerNames::default();
        former.remember(&name("cop"));
        for text in ["cop", "COP", "Cop", "\u{441}\u{43e}\u{440}"] {
            assert!(former.contains(&name(text)), "{text}");
        }
        assert!(!former.contains(&name("cob")));
    }

    #[test]
    fn the_last_names_are_remembered_and_no_more() {
        let mut former = FormerNames::default();
        for text in ["ada", "bob", "ada"] {
            former.remember(&name(text));
        }
        let mut nth = 0;
        while former.contains(&name("ada")) {
            assert!(former.order.len() <= FORMER_LOOKS_MAX);
            assert!(former.looks.len() <= FORMER_LOOKS_MAX);
            nth += 1;
            former.remember(&name(&format!("name{nth}")));
        }
        assert!(nth >= FORMER_LOOKS_MAX / 4 - 1, "only {nth} names fit");
        assert!(!former.contains(&name("bob")), "it was let go of before");
        assert!(former.contains(&name(&format!("name{nth}"))));
    }
}
