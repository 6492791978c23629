//! The one owner of the screen: what the room says goes above, the line that
//! is being typed stands in the row below it. May not decide what is said,
//! and nothing else may write on the terminal.
//!
//! The cursor never leaves the row that is being typed in. A frame goes back
//! to its first column, clears it, writes whole lines above, and writes the
//! row again below them: one write, whatever has come in the meantime. The
//! terminal scrolls and keeps what has scrolled away, as with any program.

use std::io::Write;

use chat_common::events::{Event as Told, Heard};
use chat_common::lines::Line;
use crossterm::Command;
use crossterm::cursor::{MoveTo, MoveUp, RestorePosition, SavePosition};
use crossterm::event::{Event, KeyEvent, KeyEventKind};
use crossterm::terminal::{Clear, ClearType};
use tui_input::Input;

use crate::config::Bell;
use crate::editor::{DRAFT_BYTES_MAX, Editor, Pressed};
use crate::face::{Audience, Face, Prompt, Wish};
use crate::history::History;
use crate::layout::{self, Colors};
use crate::paint::{self, Part, Tone};
use crate::pasted::{self, Pasted};
use crate::people::People;
use crate::terminal::{self, Narrowing};
use crate::typed::Typed;

/// What this program's own words begin with. No line of a room does.
const PROGRAM: &str = "-- ";

/// How the screen looks and sounds.
#[derive(Clone, Copy, Debug)]
pub struct Taste {
    /// Whether parts of a line may look different.
    pub colors: Colors,
    /// When the bell rings.
    pub bell: Bell,
}

/// The row that is being typed in.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    /// What is written.
    text: String,
    /// The column of the cursor.
    cursor: usize,
    /// The column behind the last character.
    end: usize,
}

impl Row {
    /// How far the cursor has gone down with its text since the terminal has
    /// only so many columns.
    fn rows_above(&self, columns: usize, narrowing: Narrowing) -> usize {
        match narrowing {
            Narrowing::Cuts => 0,
            Narrowing::Wraps => {
                self.cursor.min(self.end.saturating_sub(1)) / columns
            }
        }
    }
}

/// The screen and the person before it.
#[derive(Debug)]
pub struct Screen<Out> {
    out: Out,
    taste: Taste,
    columns: usize,
    editor: Editor,
    /// The draft while a name is asked for, and the other way around.
    other: Input,
    people: People,
    /// Several lines that wait for a yes or a no.
    pasted: Option<Vec<String>>,
    prompt: Prompt,
    /// Rows that are to appear above the row that is being typed in.
    above: String,
    /// That row as it was written last.
    row: Row,
    /// How many rows above the cursor that row begins by now.
    rows_up: usize,
    /// Whether the bell rings with the next frame.
    bell: Bell,
    audience: Audience,
}

impl<Out: Write> Screen<Out> {
    /// A screen whose cursor stands in the first column of a free row.
    pub fn new(out: Out, history: History, taste: Taste) -> Self {
        Self {
            out,
            taste,
            columns: terminal::columns(),
            editor: Editor::new(history),
            other: Input::default(),
            people: People::default(),
            pasted: None,
            prompt: Prompt::Talk(String::new()),
            above: String::new(),
            row: Row::default(),
            rows_up: 0,
            bell: Bell::Off,
            audience: Audience::There,
        }
    }

    fn me(&self) -> &str {
        match &self.prompt {
            Prompt::Name => "",
            Prompt::Talk(name) | Prompt::Away(name) => name,
        }
    }

    fn push(&mut self, parts: &[Part<'_>]) {
        // The first row of a frame is the first that a new size concerns.
        if self.above.is_empty() {
            self.measure();
        }
        let Taste { colors, .. } = self.taste;
        layout::push_rows(&mut self.above, parts, self.columns, colors);
    }

    /// What a key does that is not about a paste.
    fn edit(&mut self, key: KeyEvent) -> Option<Wish> {
        let me = self.me().to_owned();
        match self.editor.press(key, &self.people, &me) {
            Pressed::Edit => (),
            Pressed::Line(line) => return Some(self.enter(&line)),
            Pressed::Interrupt => return Some(Wish::Interrupt),
            Pressed::End => return Some(Wish::Leave),
            Pressed::Suspend => self.suspend(),
            Pressed::Clear => self.clear(),
            Pressed::Choose(choice) => self.tell(&choice.join("  ")),
            Pressed::Full => self.tell_full(),
        }
        None
    }

    fn enter(&mut self, line: &str) -> Wish {
        if self.prompt != Prompt::Name {
            self.editor.remember(line);
        }
        Wish::Say(Typed::new(line))
    }

    fn tell_full(&mut self) {
        let what = format!(
            "a line holds {DRAFT_BYTES_MAX} bytes at most; the rest of what \
             was typed or pasted is left out"
        );
        self.tell(&what);
    }

    fn paste(&mut self, text: &str) {
        match pasted::read(text) {
            Pasted::Line(line) => {
                if self.editor.insert(&line) == Pressed::Full {
                    self.tell_full();
                }
            }
            Pasted::Lines(lines) => self.pasted = Some(lines),
            Pasted::TooMuch(why) => self.tell(&why),
        }
    }

    /// Whether the lines that were pasted are to be said.
    fn decide(&mut self, key: KeyEvent, lines: Vec<String>) -> Vec<Wish> {
        match pasted::answer(key) {
            pasted::Answer::Send => {
                lines.iter().map(|line| self.enter(line)).collect()
            }
            pasted::Answer::Drop => Vec::new(),
            pasted::Answer::Neither => {
                self.pasted = Some(lines);
                Vec::new()
            }
        }
    }

    fn suspend(&mut self) {
        self.write_frame(Row::default());
        if terminal::suspend().is_err() {
            self.audience = Audience::Gone;
        }
        self.measure();
    }

    /// A row drawn for another width is drawn again.
    fn measure(&mut self) {
        let columns = terminal::columns();
        if std::mem::replace(&mut self.columns, columns) == columns {
            return;
        }
        self.row.text.clear();
        self.rows_up = self.row.rows_above(columns, terminal::narrowing());
    }

    fn clear(&mut self) {
        push(&mut self.above, MoveTo(0, 0));
        push(&mut self.above, Clear(ClearType::All));
    }

    /// The row that is being typed in, with the cursor where it belongs.
    fn draw_row(&self) -> Row {
        if let Some(lines) = &self.pasted {
            let question = pasted::question(lines);
            let (_, shown) = layout::window("", &question, self.columns);
            return Row {
                text: shown.to_owned(),
                cursor: layout::columns(shown),
                end: layout::columns(shown),
            };
        }
        let prompt = self.draw_prompt();
        let left = self.columns.saturating_sub(layout::columns(&prompt));
        let (before, behind) = self.editor.halves();
        let (before, behind) = layout::window(before, behind, left);
        let cursor = layout::columns(&prompt) + layout::columns(before);
        let mut text = prompt + before;
        // The terminal itself remembers where the cursor belongs: it knows
        // best how wide it drew what stands before it.
        push(&mut text, SavePosition);
        text.push_str(behind);
        push(&mut text, RestorePosition);
        Row {
            text,
            cursor,
            end: cursor + layout::columns(behind),
        }
    }

    fn draw_prompt(&self) -> String {
        let prompt = match &self.prompt {
            Prompt::Name => "name: ".to_owned(),
            Prompt::Talk(name) => format!("{name}> "),
            Prompt::Away(name) => format!("(away) {name}> "),
        };
        // Where there is hardly any room, the text matters more.
        if layout::columns(&prompt) > self.columns / 2 {
            return "> ".to_owned();
        }
        prompt
    }

    /// Writes what has come, and this row below it.
    fn write_frame(&mut self, row: Row) {
        let mut frame = String::from("\r");
        if let Ok(rows @ 1..) = u16::try_from(self.rows_up) {
            push(&mut frame, MoveUp(rows));
        }
        self.rows_up = 0;
        push(&mut frame, Clear(ClearType::FromCursorDown));
        frame.push_str(&self.above);
        self.above.clear();
        frame.push_str(&row.text);
        if std::mem::replace(&mut self.bell, Bell::Off) != Bell::Off {
            frame.push('\u{7}');
        }
        let written = self.out.write_all(frame.as_bytes());
        if written.and_then(|()| self.out.flush()).is_err() {
            self.audience = Audience::Gone;
        }
        self.row = row;
    }

    /// Rings for what somebody says now, as loud as the person likes it.
    fn ring(&mut self, heard: &Heard<'_>, me: &str) {
        let loud = match heard.event {
            _ if heard.earlier => return,
            Told::Private { .. } => Bell::Mention,
            Told::Said { text, .. } | Told::Acted { text, .. } => {
                if paint::mentions(text, me).is_empty() {
                    Bell::All
                } else {
                    Bell::Mention
                }
            }
            _ => return,
        };
        if self.taste.bell >= loud {
            self.bell = loud;
        }
    }
}

/// Appends what makes a terminal obey.
fn push(text: &mut String, command: impl Command) {
    // Writing to a String cannot fail.
    let _ = command.write_ansi(text);
}

impl<Out: Write> Face for Screen<Out> {
    fn show(&mut self, line: &Line, me: &str) {
        let heard = Heard::parse(line.as_str());
        self.push(&paint::parts(line.as_str(), heard.as_ref(), me));
        if let Some(heard) = heard {
            self.people.hear(&heard);
            self.ring(&heard, me);
        }
    }

    fn tell(&mut self, text: &str) {
        let tone = Tone::Notice;
        self.push(&[PROGRAM, text].map(|text| Part { tone, text }));
    }

    fn own(&mut self, line: &Line, me: &str) {
        self.push(&paint::own_parts(line, me, &mut String::new()));
    }

    /// The prompt asks.
    fn ask(&mut self) {}

    fn answered(&mut self) {}

    fn press(&mut self, event: Event) -> Vec<Wish> {
        match event {
            Event::Key(key) if key.kind == KeyEventKind::Press => {
                match self.pasted.take() {
                    Some(lines) => self.decide(key, lines),
                    None => self.edit(key).into_iter().collect(),
                }
            }
            Event::Paste(text) if self.pasted.is_none() => {
                self.paste(&text);
                Vec::new()
            }
            Event::Resize(..) => {
                self.measure();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn settle(&mut self, prompt: &Prompt) -> Audience {
        // Whatever was half typed is there again after the question.
        if (*prompt == Prompt::Name) != (self.prompt == Prompt::Name) {
            self.editor.swap(&mut self.other);
        }
        self.prompt.clone_from(prompt);
        let row = self.draw_row();
        if !self.above.is_empty() || row != self.row {
            self.write_frame(row);
        }
        self.audience
    }

    fn finish(&mut self) {
        if !self.editor.text().is_empty() {
            let draft = format!("not sent: {}", self.editor.text());
            self.tell(&draft);
        }
        self.write_frame(Row::default());
    }
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
            let text = String::new();
            let row = Row { text, cursor, end };
            assert_eq!(row.rows_above(columns, Narrowing::Wraps), rows);
            assert_eq!(row.rows_above(columns, Narrowing::Cuts), 0);
        }
    }
}
