//! How many columns a text takes, at most. Must not know what it is for.
//!
//! Programs and terminals do not agree on how wide every character is. A
//! character counts here as wide as anybody may take it to be.

use chat_common::blanks;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How wide a terminal shows the characters that Unicode calls ambiguous:
/// Greek, Cyrillic, quotation marks and the like are wide in East Asia.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widths {
    /// In one column.
    Narrow,
    /// In two.
    Wide,
}

/// Marks that some take for two columns wide: of tone, and for reading Chinese.
const WIDE_MARKS: [(char, char); 2] =
    [('\u{302e}', '\u{302f}'), ('\u{16ff0}', '\u{16ff1}')];

/// What is shown to find out how wide a terminal shows such characters: a
/// sign and a letter, because some terminals make a difference.
pub const SAMPLE: &str = "●Ж";

impl Widths {
    /// What a terminal shows that has its cursor in this column behind the
    /// [`SAMPLE`]; the first is 1.
    pub fn told_by(column: u32) -> Option<Self> {
        match column {
            3 => Some(Self::Narrow),
            4 | 5 => Some(Self::Wide),
            _ => None,
        }
    }

    /// Whether terminals differ about this text.
    pub fn differ(text: &str) -> bool {
        let is_wider =
            |c| Self::Wide.char_columns(c) > Self::Narrow.char_columns(c);
        !text.is_ascii() && text.chars().any(is_wider)
    }

    /// How many columns a mark of direction takes: where letters are wide,
    /// xterm takes one for it.
    pub fn mark_columns(self) -> usize {
        match self {
            Self::Narrow => 0,
            Self::Wide => 1,
        }
    }

    /// How many columns a text takes at most.
    pub fn columns(self, text: &str) -> usize {
        if text.is_ascii() {
            let shown = text.bytes().filter(|it| !it.is_ascii_control());
            return shown.count();
        }
        let graphemes = text.graphemes(true);
        graphemes.map(|it| self.grapheme_columns(it)).sum()
    }

    /// How many columns what a reader sees as one character takes at most:
    /// as a whole, or the sum of its parts.
    pub fn grapheme_columns(self, grapheme: &str) -> usize {
        if let [b' '..=b'~'] = grapheme.as_bytes() {
            return 1;
        }
        let apart = grapheme.chars().map(|c| self.char_columns(c)).sum();
        let whole = match self {
            Self::Narrow => grapheme.width(),
            Self::Wide => grapheme.width_cjk(),
        };
        whole.max(apart)
    }

    fn char_columns(self, c: char) -> usize {
        let width = match self {
            Self::Narrow => c.width(),
            Self::Wide if is_ambiguous_letter(c) => Some(2),
            Self::Wide => c.width_cjk(),
        };
        width.unwrap_or(0).max(least_columns(c))
    }
}

/// Whether this is in a block with letters that may be wide: the crate counts
/// letters as narrow even in East Asia, and terminals do not.
fn is_ambiguous_letter(c: char) -> bool {
    matches!(c,
        '\u{a1}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{fffd}')
}

/// Whether no terminal gives such a character a column of its own.
fn takes_no_column(category: GeneralCategory) -> bool {
    use GeneralCategory::{Control, EnclosingMark, Format, NonspacingMark};
    [Control, EnclosingMark, Format, NonspacingMark].contains(&category)
}

/// How wide a character is for somebody, whatever the crate says.
fn least_columns(c: char) -> usize {
    match c {
        // Hangul fillers.
        '\u{115f}'..='\u{1160}' | '\u{3164}' | '\u{ffa0}' => 2,
        // Numbers in circles on black squares.
        '\u{3248}'..='\u{324f}' => 2,
        // Half a flag.
        '\u{1f1e6}'..='\u{1f1ff}' => 2,
        // Private use: icons, as wide as their font likes.
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => 2,
        c if is_part_of_text(c) => 0,
        c if blanks::is_unseen(c) => 1,
        c if WIDE_MARKS.iter().any(|it| (it.0..=it.1).contains(&c)) => 2,
        // Vowel signs and letters that the crate joins to the one before:
        // xterm, tmux and the C library give many of them a column.
        c => usize::from(!takes_no_column(c.general_category())),
    }
}

/// Joiners, direction marks and selectors: they stand within ordinary words
/// and emoji, and every terminal gives them no column.
fn is_part_of_text(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{61c}'
        | '\u{180b}'..='\u{180d}'
        | '\u{200b}'..='\u{200f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0020}'..='\u{e007f}'
        | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the C library of GNU, xterm or tmux counts more columns than the
    /// crate: the vowel signs of Bengali, Tamil, Kannada, Malayalam, Sinhala.
    const WIDER: &str = "ad 1 9be 1 bbe 1 cd5 1 d3e 1 dcf 1 1baa 1 1bf2 1 1bf3 1 302e 2 302f 2 3164 2 \
        3248 2 324f 2 a8fa 1 a953 1 a9c0 1 ffa0 1 111c0 1 111c2 1 111c3 1 \
        11235 1 1133e 1 1134d 1 11357 1 114b0 1 114bd 1 115af 1 116b6 1 \
        11930 1 1193d 1 1193f 1 11941 1 11a84 1 11a89 1 11d46 1 16ff0 2 \
        16ff1 2 1d165 1 1d166 1 1d16d 1 1d172 1";

    #[test]
    fn no_character_counts_less_than_for_others() {
        let fields: Vec<&str> = WIDER.split_whitespace().collect();
        for pair in fields.chunks(2) {
            let code = u32::from_str_radix(pair[0], 16).expect("a number");
            let c = char::from_u32(code).expect("a character");
            let least = pair[1].parse().expect("a number");
            assert!(Widths::Narrow.char_columns(c) >= least, "{code:x}");
        }
        for c in '\0'..=char::MAX {
            let [narrow, wide] =
                [Widths::Narrow, Widths::Wide].map(|it| it.char_columns(c));
            assert!(narrow >= c.width().unwrap_or(0), "{c:?}");
            assert!(wide >= narrow, "{c:?}");
            assert!(wide >= c.width_cjk().unwrap_or(0), "{c:?}");
        }
    }

    #[test]
    fn fillers_and_private_use_count_as_much_as_they_may_take() {
        for wide in ["\u{3164}", "\u{ffa0}", "\u{115f}", "\u{e0a0}", "🇩"] {
            assert_eq!(Widths::Narrow.columns(wide), 2, "{wide:?}");
        }
        assert_eq!(Widths::Narrow.columns("a\u{ad}b"), 3);
        assert_eq!(Widths::Narrow.columns("می\u{200c}خواهم"), 7);
        assert_eq!(Widths::Narrow.columns("\u{200e}x\u{fe0f}"), 1);
    }

    #[test]
    fn ambiguous_characters_are_as_wide_as_the_terminal_shows_them() {
        for text in ["Ж", "“", "α", "●", "é", "\u{fffd}"] {
            assert_eq!(Widths::Narrow.columns(text), 1, "{text}");
            assert_eq!(Widths::Wide.columns(text), 2, "{text}");
            assert!(Widths::differ(text));
        }
        assert!(!Widths::differ("x 日本 👍 \u{200e}"));
        assert_eq!(Widths::Wide.columns("日x"), 3);
    }
}
