//! The one owner of the screen: what the room says goes above, the line that
//! is being typed stands in the row below it. Must not know what any of it
//! means; and nothing else may write on the terminal.
//!
//! Between two frames the cursor stands in the row that is being typed in. A
//! frame goes back to the first column of the foot (that row, and a few above
//! it that wait for the room), clears it, writes whole lines above, and writes
//! the foot again below them: one write, whatever has come in the meantime.
//! The terminal scrolls and keeps what has scrolled away, as with any program.

use std::io::Write;

use chat_common::marks;
use crossterm::Command;
use crossterm::cursor::{MoveTo, MoveUp, RestorePosition, SavePosition};
use crossterm::terminal::{Clear, ClearType, DisableLineWrap, EnableLineWrap};

use crate::ui::audience::Audience;
use crate::ui::terminal::device::{self, Narrowing};
use crate::ui::terminal::layout::{self, Colors, Sheet};
use crate::ui::terminal::paint::{self, Part, Tone};
use crate::ui::terminal::raw_mode;
use crate::ui::terminal::widths::{self, Widths};

/// What makes a terminal ring.
const RING: char = '\u{7}';

/// What makes a terminal say where its cursor is.
const ASK_FOR_CURSOR: &str = "\u{1b}[6n";

/// A row of the foot.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What is written.
    text: String,
    /// The column in which the cursor stays.
    cursor: usize,
    /// The column behind the last character.
    end: usize,
}

impl Row {
    /// What fits on the sheet of a prompt and of the text before and behind
    /// the cursor.
    pub fn new(prompt: &str, before: &str, behind: &str, sheet: Sheet) -> Self {
        let Sheet {
            columns, widths, ..
        } = sheet;
        // Where there is hardly any room, the text matters more.
        let needs = widths.columns(prompt);
        let is_roomy = needs <= columns / 2 || before.is_empty();
        let prompt = if is_roomy { prompt } else { "> " };
        let (_, prompt) = layout::window("", prompt, columns, widths);
        let left = columns.saturating_sub(widths.columns(prompt));
        let (before, behind) = layout::window(before, behind, left, widths);
        let cursor = widths.columns(prompt) + widths.columns(before);
        // Nothing else comes here; and if it did, it would not be obeyed.
        let [shown, typed, rest] = [prompt, before, behind].map(marks::defused);
        let mut text = layout::prompted(&shown, &typed, &rest);
        // The terminal itself remembers where the cursor belongs: it knows
        // best how wide it drew what stands before it.
        push(&mut text, SavePosition);
        text.push_str(&rest);
        push(&mut text, RestorePosition);
        Self {
            text,
            cursor,
            end: cursor + widths.columns(behind),
        }
    }

    /// The beginning of a text that nothing is typed in and that will look
    /// otherwise soon.
    pub fn faint(text: &str, sheet: Sheet) -> Self {
        let Sheet {
            columns, widths, ..
        } = sheet;
        let (_, text) = layout::window("", text, columns, widths);
        let end = widths.columns(text);
        let text = layout::prompted("", &marks::defused(text), "");
        let text = match sheet.colors {
            Colors::On => paint::style(Tone::Faint).apply(text).to_string(),
            Colors::Off => text,
        };
        Self {
            text,
            cursor: end,
            end,
        }
    }

    /// How many rows of the terminal the text before the cursor now fills
    /// above it, if the terminal has wrapped the row at so many columns.
    fn rows_above(&self, columns: usize, narrowing: Narrowing) -> usize {
        match narrowing {
            Narrowing::Cuts => 0,
            Narrowing::Wraps => {
                self.cursor.min(self.end.saturating_sub(1)) / columns
            }
        }
    }
}

/// What stands below everything that was said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Foot {
    /// Lines on their way, a row each.
    pub waiting: Vec<Row>,
    /// The row that is being typed in.
    pub row: Row,
}

impl Foot {
    /// How many rows of the terminal stand above the cursor, if the terminal
    /// has wrapped each row at so many columns.
    fn rows_above(&self, columns: usize, narrowing: Narrowing) -> usize {
        let rows = self.waiting.iter().chain([&self.row]);
        let wrapped = rows.map(|row| row.rows_above(columns, narrowing));
        self.waiting.len() + wrapped.sum::<usize>()
    }

    fn differ(&self) -> bool {
        let mut rows = self.waiting.iter().chain([&self.row]);
        rows.any(|row| Widths::differ(&row.text))
    }
}

/// Whether the terminal has been asked how wide it shows characters that some
/// show narrow and others wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// No: no such character has been shown yet.
    Unneeded,
    /// Yes, and the answer may be on its way.
    Asked,
    /// Yes, and it has answered.
    Answered,
}

/// A terminal that is written on.
#[derive(Debug)]
pub struct Screen<Out> {
    out: Out,
    sheet: Sheet,
    /// Rows that are to appear above the foot.
    above: String,
    /// The foot, as it was written last.
    foot: Foot,
    /// How many rows above the cursor it begins by now.
    rows_up: usize,
    question: Question,
    audience: Audience,
}

impl<Out: Write> Screen<Out> {
    /// A screen whose cursor stands in the first column of a free row.
    pub fn new(out: Out, colors: Colors) -> Self {
        Self {
            out,
            sheet: Sheet {
                columns: device::columns(),
                colors,
                widths: device::widths(),
            },
            above: String::new(),
            foot: Foot::default(),
            rows_up: 0,
            question: Question::Unneeded,
            audience: Audience::There,
        }
    }

    /// What rows are written on just now.
    pub fn sheet(&self) -> Sheet {
        self.sheet
    }

    /// The terminal answers how wide it shows such characters. If it was not
    /// asked, this is no answer: some keys send the same bytes.
    pub fn learn(&mut self, told: Widths) {
        if self.question == Question::Asked {
            self.question = Question::Answered;
            self.sheet.widths = told;
        }
    }

    /// Puts a line above the foot.
    pub fn push(&mut self, parts: &[Part<'_>]) {
        // All lines of a frame are laid out for one size, looked up before
        // the first of them.
        if self.above.is_empty() {
            self.measure();
        }
        layout::push_rows(&mut self.above, parts, self.sheet);
    }

    /// Rings the bell.
    pub fn ring(&mut self) {
        // Once is enough, however much comes at once.
        if !self.above.contains(RING) {
            self.above.push(RING);
        }
    }

    /// Clears the screen above the row.
    pub fn clear(&mut self) {
        push(&mut self.above, MoveTo(0, 0));
        push(&mut self.above, Clear(ClearType::All));
    }

    /// Hands the terminal to the shell, until it gives it back.
    pub fn suspend(&mut self) {
        self.write_frame(Foot::default());
        if raw_mode::suspend().is_err() {
            self.audience = Audience::Gone;
        }
        self.measure();
    }

    /// Takes the terminal as it is found after a stop that nobody announced:
    /// the row is drawn anew wherever the cursor stands.
    pub fn resume(&mut self) {
        if raw_mode::renew().is_err() {
            self.audience = Audience::Gone;
        }
        self.foot = Foot::default();
        self.rows_up = 0;
        self.measure();
    }

    /// Looks at the terminal's size: a row drawn for another width is drawn
    /// again.
    pub fn measure(&mut self) {
        let columns = device::columns();
        if std::mem::replace(&mut self.sheet.columns, columns) == columns {
            return;
        }
        self.foot.row.text.clear();
        self.rows_up = self.foot.rows_above(columns, device::narrowing());
    }

    /// Makes visible what has come, and this foot below it; nothing is written
    /// when nothing has changed.
    pub fn settle(&mut self, foot: Foot) -> Audience {
        if !self.above.is_empty() || foot != self.foot {
            self.write_frame(foot);
        }
        self.audience
    }

    /// Asks what the terminal makes of a sample, before the first frame that
    /// needs the answer: not sooner, because an answer that comes when the
    /// program has ended already is typed into the shell. Most terminals
    /// answer before the next line comes; until then the locale tells, and what
    /// does not fit into a row is lost at its end.
    fn ask(&mut self, frame: &mut String, foot: &Foot) {
        let is_needed = Widths::differ(&self.above) || foot.differ();
        if self.question == Question::Unneeded && is_needed {
            self.question = Question::Asked;
            frame.push_str(widths::SAMPLE);
            frame.push_str(ASK_FOR_CURSOR);
            frame.push('\r');
            push(frame, Clear(ClearType::FromCursorDown));
        }
    }

    /// Writes what has come, and this foot below it.
    fn write_frame(&mut self, foot: Foot) {
        let mut frame = String::from("\r");
        if let Ok(rows @ 1..) = u16::try_from(self.rows_up) {
            push(&mut frame, MoveUp(rows));
        }
        self.rows_up = foot.waiting.len();
        push(&mut frame, Clear(ClearType::FromCursorDown));
        // However wide the terminal shows a character, and however narrow
        // it has become meanwhile: what does not fit into a row must not go
        // on in the first column of the next, as if somebody spoke there.
        push(&mut frame, DisableLineWrap);
        self.ask(&mut frame, &foot);
        frame.push_str(&self.above);
        self.above.clear();
        for row in &foot.waiting {
            frame.push_str(&row.text);
            frame.push_str("\r\n");
        }
        frame.push_str(&foot.row.text);
        push(&mut frame, EnableLineWrap);
        let written = self.out.write_all(frame.as_bytes());
        if written.and_then(|()| self.out.flush()).is_err() {
            self.audience = Audience::Gone;
        }
        self.foot = foot;
    }
}

/// Appends a command to the terminal.
fn push(text: &mut String, command: impl Command) {
    // Writing to a String cannot fail.
    let _ = command.write_ansi(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_a_terminal_wraps_is_found_again() {
        for (cursor, end, columns, rows) in [
            (14, 16, 40, 0),
            (75, 75, 40, 1),
            (40, 40, 40, 0),
            (41, 41, 40, 1),
            (5, 75, 40, 0),
            (79, 79, 30, 2),
            (0, 0, 40, 0),
        ] {
            let row = |cursor, end| Row {
                text: String::new(),
                cursor,
                end,
            };
            let foot = Foot {
                waiting: vec![row(end, end)],
                row: row(cursor, end),
            };
            let waiting = 1 + end.saturating_sub(1) / columns;
            let above = foot.rows_above(columns, Narrowing::Wraps);
            assert_eq!(above, waiting + rows);
            assert_eq!(foot.rows_above(columns, Narrowing::Cuts), 1);
            let row = foot.row;
            assert_eq!(row.rows_above(columns, Narrowing::Wraps), rows);
            assert_eq!(row.rows_above(columns, Narrowing::Cuts), 0);
        }
    }
}
