//! Which character stands in which column: long lines become rows, and of
//! the line that is being typed the part around the cursor is seen. May not
//! write anywhere.
//!
//! Programs and terminals do not agree on how wide every character is. A
//! character counts here as wide as anybody may take it to be, so that
//! nothing ever runs past the end of a row: there the terminal would go on
//! in the first column, where only a new line may begin.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::paint::{self, Part};

/// How far the second and further rows of a line are moved in: below the
/// text, behind the time. No line begins with a space, so nobody can make
/// the rest of a line look like another line.
const INDENT_COLUMNS: usize = 11;

/// Whether parts of a line may look different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    /// They may.
    On,
    /// The person wants none (`NO_COLOR`): neither color nor anything else.
    Off,
}

/// How many columns a text takes at most.
pub fn columns(text: &str) -> usize {
    text.graphemes(true).map(grapheme_columns).sum()
}

fn grapheme_columns(grapheme: &str) -> usize {
    let apart = grapheme.chars().filter_map(|c| c.width()).sum();
    grapheme.width().max(apart)
}

/// Rows of text that are being filled.
struct Rows<'a> {
    out: &'a mut String,
    colors: Colors,
    width: usize,
    indent: usize,
    column: usize,
    /// What has been put into the row and is not written yet.
    pending: String,
}

/// Appends a line as rows of at most `width` columns, each with its end.
pub fn push_rows(
    out: &mut String,
    parts: &[Part<'_>],
    width: usize,
    colors: Colors,
) {
    let mut rows = Rows {
        out,
        colors,
        width,
        indent: INDENT_COLUMNS.min(width / 4),
        column: 0,
        pending: String::new(),
    };
    for part in parts {
        for word in part.text.split_inclusive(' ') {
            rows.push_word(word, part);
        }
        rows.write(part);
    }
    out.push_str("\r\n");
}

impl Rows<'_> {
    /// A word goes into the next row as a whole, unless no row can hold it.
    fn push_word(&mut self, word: &str, part: &Part<'_>) {
        let needs = columns(word.trim_end());
        let is_fresh = self.column <= self.indent;
        if self.column + needs > self.width
            && needs <= self.width - self.indent
            && !is_fresh
        {
            self.next_row(part);
        }
        for grapheme in word.graphemes(true) {
            let needs = grapheme_columns(grapheme);
            if self.column + needs > self.width {
                // A space at the end of a row is not missed.
                if grapheme == " " {
                    continue;
                }
                self.next_row(part);
            }
            self.pending.push_str(grapheme);
            self.column += needs;
        }
    }

    fn next_row(&mut self, part: &Part<'_>) {
        self.write(part);
        self.out.push_str("\r\n");
        self.out.extend(std::iter::repeat_n(' ', self.indent));
        self.column = self.indent;
    }

    fn write(&mut self, part: &Part<'_>) {
        if self.colors == Colors::Off {
            self.out.push_str(&self.pending);
        } else if !self.pending.is_empty() {
            let styled = paint::style(part.tone).apply(&self.pending);
            // Writing to a String cannot fail.
            let _ = write!(self.out, "{styled}");
        }
        self.pending.clear();
    }
}

/// The parts of a line around its cursor that fit into this many columns,
/// before the cursor and behind it. One column stays free for the cursor.
pub fn window<'a>(
    before: &'a str,
    behind: &'a str,
    width: usize,
) -> (&'a str, &'a str) {
    let room = width.saturating_sub(1);
    // Some of what stands behind the cursor is always seen.
    let spared = columns(behind).min(room / 3);
    let mut left = room - spared;
    let mut start = before.len();
    for (at, grapheme) in before.grapheme_indices(true).rev() {
        let needs = grapheme_columns(grapheme);
        if needs > left {
            break;
        }
        left -= needs;
        start = at;
    }
    left += spared;
    let mut end = 0;
    for (at, grapheme) in behind.grapheme_indices(true) {
        let needs = grapheme_columns(grapheme);
        if needs > left {
            break;
        }
        left -= needs;
        end = at + grapheme.len();
    }
    (&before[start..], &behind[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::Tone;

    fn rows(text: &str, width: usize) -> Vec<String> {
        let mut out = String::new();
        let part = Part {
            tone: Tone::Words,
            text,
        };
        push_rows(&mut out, &[part], width, Colors::Off);
        assert!(out.ends_with("\r\n"));
        out.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_line_of_the_exact_width_is_one_row() {
        assert_eq!(rows(&"x".repeat(80), 80).len(), 1);
        assert_eq!(rows(&"日".repeat(40), 80).len(), 1);
        assert_eq!(rows(&"x".repeat(81), 80).len(), 2);
    }

    #[test]
    fn further_rows_are_moved_in_and_nothing_is_missing() {
        assert_eq!(rows("aaa bbb ccc", 8), ["aaa bbb ", "  ccc"]);
        assert_eq!(rows("aaa bbbb   ", 8), ["aaa bbbb"]);
        assert_eq!(rows("aaaaaaaaaaaa b", 8), ["aaaaaaaa", "  aaaa b"]);
        assert_eq!(rows("日本語日本語", 5), ["日本", " 語日", " 本語"]);
    }

    #[test]
    fn nobody_can_pad_a_line_into_another() {
        let text = format!("ada: x{}[14:03:07] bob: hi", " ".repeat(74));
        let rows = rows(&text, 80);
        assert!(rows[1].starts_with("           "), "{rows:?}");
        let families = "👩\u{200d}👩\u{200d}👧".repeat(14) + "[14:03:07] bob";
        assert!(columns(&families) > 80);
        assert!(self::rows(&families, 80)[1].starts_with(' '));
    }

    #[test]
    fn a_screen_too_narrow_for_anything_ends_nothing() {
        for width in 1..4 {
            assert!(!rows("日本 abc", width).is_empty());
        }
        assert_eq!(window("日本", "x", 1), ("", ""));
    }

    #[test]
    fn the_window_holds_the_cursor_and_both_sides_of_it() {
        assert_eq!(window("abc", "def", 80), ("abc", "def"));
        assert_eq!(window("abcdefghij", "", 5), ("ghij", ""));
        assert_eq!(window("", "abcdefghij", 5), ("", "abcd"));
        assert_eq!(window("abcdefghij", "klm", 7), ("ghij", "kl"));
        assert_eq!(window("日本語日本語", "", 6), ("本語", ""));
    }
}
