//! Texts that are written from right to left, in lines that are not. Must not
//! know what the lines say.
//!
//! Some terminals guess from its first letter in which direction a row runs:
//! behind a Hebrew name the time would stand on the right, and the text
//! before the name. The mark U+200E is a letter of no width from left to
//! right; where it stands, nothing is turned around that stands before it.
//! No terminal shows it. (Isolates, U+2066 and following, would do more, but
//! some terminals draw a box for them.)

/// LEFT-TO-RIGHT MARK.
pub const MARK: char = '\u{200e}';

/// Whether a terminal may turn a row with this text around.
pub fn may_turn(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_from_right)
}

/// The blocks in which Unicode (UAX 9) has, and will have, what is written
/// from right to left, and the marks that say so.
fn is_from_right(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}'
        | '\u{200f}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

/// The same row with its beginning on the left: the mark stands behind the
/// first character, as a terminal may drop what has no width and stands on
/// nothing; but before a letter that would turn the row.
pub fn push_first(row: &mut String, grapheme: &str) {
    if grapheme.is_ascii() {
        row.push_str(grapheme);
        row.push(MARK);
    } else {
        row.push(MARK);
        row.push_str(grapheme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_from_the_right_is_found() {
        for text in ["שלום", "a سلام", "ߒ", "𞤀", "a\u{200f}", "ﷺ", "𐤀"]
        {
            assert!(may_turn(text), "{text:?}");
        }
        for text in ["", "a1 [", "é 日本", "Ж", "👩\u{200d}👧", "a\u{200e}"]
        {
            assert!(!may_turn(text), "{text:?}");
        }
    }

    #[test]
    fn a_row_begins_on_the_left() {
        for (first, row) in [("[", "[\u{200e}"), ("ש", "\u{200e}ש")] {
            let mut out = String::new();
            push_first(&mut out, first);
            assert_eq!(out, row);
        }
    }
}
