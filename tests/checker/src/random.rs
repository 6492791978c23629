//! Chance that can be repeated: the same seed gives the same numbers. Must
//! not be used for secrets.

/// A xorshift generator: short, and good enough to choose where to cut a line.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of `seed`, from the first one on.
    pub fn new(seed: u64) -> Self {
        // Zero would be followed by zeros for ever.
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 up to, and without, `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// A word nobody would send by accident, such as `pumu-4821`.
    pub fn word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..2 {
            word.push(char::from(b"bdfklmnprst"[self.below(11)]));
            word.push(char::from(b"aeiou"[self.below(5)]));
        }
        format!("{word}-{}", 1000 + self.below(9000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same() {
        let words = |seed| {
            let mut random = Random::new(seed);
            [random.word(), random.word(), random.word()]
        };
        assert_eq!(words(7), words(7));
        assert_ne!(words(7), words(8));
    }

    #[test]
    fn numbers_stay_below_their_end() {
        let mut random = Random::new(1);
        assert!((0..1000).all(|_| random.below(6) < 6));
        assert_eq!(random.below(0), 0);
    }
}
