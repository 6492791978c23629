//! Which character stands in which column: long lines become rows, and of
//! the line that is being typed the part around the cursor is seen. Must not
//! write anywhere.
//!
//! Nothing runs past the end of a row, where the terminal would go on in the
//! first column: there only a new line may begin. And nothing in a row turns
//! its beginning around.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::ui::terminal::direction;
use crate::ui::terminal::paint::{self, Part, Tone};
use crate::ui::terminal::widths::Widths;

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

/// What rows are written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// How many columns it has.
    pub columns: usize,
    /// Whether parts of a line may look different.
    pub colors: Colors,
    /// How wide it shows what may be narrow or wide.
    pub widths: Widths,
}

/// Whether a line has to be kept from being turned around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turning {
    Impossible,
    Possible,
}

/// Rows of text that are being filled.
struct Rows<'a> {
    out: &'a mut String,
    sheet: Sheet,
    indent: usize,
    column: usize,
    turning: Turning,
    /// Whether the row has no character yet.
    is_empty: bool,
    /// What has been put into the row and is not written yet.
    pending: String,
}

/// Appends a line as rows of at most so many columns as the sheet has, each
/// with its end.
pub fn push_rows(out: &mut String, parts: &[Part<'_>], sheet: Sheet) {
    let may_turn = parts.iter().any(|part| direction::may_turn(part.text));
    let turning = match may_turn {
        true => Turning::Possible,
        false => Turning::Impossible,
    };
    let mut rows = Rows {
        out,
        sheet,
        indent: INDENT_COLUMNS.min(sheet.columns / 4),
        column: 0,
        turning,
        is_empty: true,
        pending: String::new(),
    };
    for part in parts {
        for word in part.text.split_inclusive(' ') {
            rows.push_word(word, part);
        }
        rows.end_part(part);
    }
    out.push_str("\r\n");
}

impl Rows<'_> {
    /// A word goes into the next row as a whole, unless no row can hold it.
    fn push_word(&mut self, word: &str, part: &Part<'_>) {
        let Sheet {
            columns, widths, ..
        } = self.sheet;
        let needs = widths.columns(word.trim_end());
        let is_fresh = self.column <= self.indent + widths.mark_columns();
        if self.column + needs > columns
            && needs <= columns - self.indent
            && !is_fresh
        {
            self.next_row(part);
        }
        for grapheme in word.graphemes(true) {
            let needs = widths.grapheme_columns(grapheme);
            if self.column + needs > columns {
                // A space at the end of a row is not missed.
                if grapheme == " " {
                    continue;
                }
                self.next_row(part);
            }
            self.push_grapheme(grapheme);
            self.column += needs;
        }
    }

    fn push_grapheme(&mut self, grapheme: &str) {
        let is_first = std::mem::replace(&mut self.is_empty, false);
        if is_first && self.turning == Turning::Possible {
            direction::push_first(&mut self.pending, grapheme);
            self.column += self.sheet.widths.mark_columns();
        } else {
            self.pending.push_str(grapheme);
        }
    }

    fn next_row(&mut self, part: &Part<'_>) {
        self.write(part);
        self.out.push_str("\r\n");
        self.column = self.indent;
        self.is_empty = true;
        for _ in 0..self.indent {
            self.push_grapheme(" ");
        }
        self.out.push_str(&self.pending);
        self.pending.clear();
    }

    /// What comes behind a name stays behind it.
    fn end_part(&mut self, part: &Part<'_>) {
        let is_name = matches!(part.tone, Tone::Name(_));
        if is_name && direction::may_turn(part.text) {
            self.pending.push(direction::MARK);
            self.column += self.sheet.widths.mark_columns();
        }
        self.write(part);
    }

    fn write(&mut self, part: &Part<'_>) {
        if self.sheet.colors == Colors::Off {
            self.out.push_str(&self.pending);
        } else if !self.pending.is_empty() {
            let styled = paint::style(part.tone).apply(&self.pending);
            // Writing to a String cannot fail.
            let _ = write!(self.out, "{styled}");
        }
        self.pending.clear();
    }
}

/// The prompt, and what of the line stands before the cursor. The prompt stays
/// on the left, whatever direction the line is written in.
pub fn prompted(prompt: &str, before: &str, behind: &str) -> String {
    if ![prompt, before, behind]
        .into_iter()
        .any(direction::may_turn)
    {
        return format!("{prompt}{before}");
    }
    let mut text = String::new();
    let mut graphemes = prompt.graphemes(true);
    if let Some(first) = graphemes.next() {
        direction::push_first(&mut text, first);
    }
    text.push_str(graphemes.as_str());
    text.push(direction::MARK);
    text.push_str(before);
    text
}

/// The parts of a line around its cursor that fit into this many columns,
/// before the cursor and behind it. One column stays free for the cursor.
pub fn window<'a>(
    before: &'a str,
    behind: &'a str,
    columns: usize,
    widths: Widths,
) -> (&'a str, &'a str) {
    let room = columns.saturating_sub(1);
    // Some of what stands behind the cursor is always seen.
    let spared = widths.columns(behind).min(room / 3);
    let mut left = room - spared;
    let mut start = before.len();
    for (at, grapheme) in before.grapheme_indices(true).rev() {
        let needs = widths.grapheme_columns(grapheme);
        if needs > left {
            break;
        }
        left -= needs;
        start = at;
    }
    left += spared;
    let mut end = 0;
    for (at, grapheme) in behind.grapheme_indices(true) {
        let needs = widths.grapheme_columns(grapheme);
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

    const WIDTHS: Widths = Widths::Narrow;

    fn rows(text: &str, columns: usize) -> Vec<String> {
        let words = Part {
            tone: Tone::Words,
            text,
        };
        rows_of(&[words], columns, WIDTHS)
    }

    fn rows_of(
        parts: &[Part<'_>],
        columns: usize,
        widths: Widths,
    ) -> Vec<String> {
        let mut out = String::new();
        let sheet = Sheet {
            columns,
            colors: Colors::Off,
            widths,
        };
        push_rows(&mut out, parts, sheet);
        assert!(out.ends_with("\r\n"));
        out.lines().map(str::to_owned).collect()
    }

    fn window<'a>(
        before: &'a str,
        behind: &'a str,
        columns: usize,
    ) -> (&'a str, &'a str) {
        super::window(before, behind, columns, WIDTHS)
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
        assert!(WIDTHS.columns(&families) > 80);
        assert!(self::rows(&families, 80)[1].starts_with(' '));
    }

    #[test]
    fn nobody_can_fill_a_row_with_what_is_wider_than_it_seems() {
        for (filler, columns) in [
            ('\u{3164}', 2),
            ('\u{ffa0}', 2),
            ('\u{ad}', 1),
            ('\u{e000}', 2),
        ] {
            let fill = filler.to_string().repeat(75 / columns);
            let text = format!("ada: x{fill}[14:03:07] bob: hi");
            let rows = rows(&text, 80);
            assert!(rows[1].starts_with("           "), "{rows:?}");
            assert!(rows[1].ends_with("[14:03:07] bob: hi"), "{rows:?}");
        }
        let words = Part {
            tone: Tone::Words,
            text: &"Ж".repeat(50),
        };
        assert_eq!(rows_of(&[words], 80, Widths::Narrow).len(), 1);
        assert_eq!(rows_of(&[words], 80, Widths::Wide).len(), 2);
    }

    #[test]
    fn no_text_turns_a_row_around() {
        let part = |tone, text| Part { tone, text };
        let parts = [
            part(Tone::Faint, "[14:03:07] "),
            part(Tone::Name(1), "שלום"),
            part(Tone::Words, ": 123 אבגד"),
        ];
        assert_eq!(
            rows_of(&parts, 24, WIDTHS),
            [
                "[\u{200e}14:03:07] שלום\u{200e}: 123 ",
                " \u{200e}     אבגד"
            ]
        );
        assert_eq!(rows("שלום", 80), ["\u{200e}שלום"]);
        assert_eq!(prompted("bob> ", "x", "y"), "bob> x");
        let prompt = "b\u{200e}ob> \u{200e}ש";
        assert_eq!(prompted("bob> ", "ש", ""), prompt);
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
