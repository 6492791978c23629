//! The line that is being typed: what each key does to it. May not draw it
//! and may not send it.

use chat_common::marks;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use crate::completion::{Completion, complete};
use crate::history::History;
use crate::people::People;

/// The longest line that can be typed; what rooms take by default.
pub const DRAFT_BYTES_MAX: usize = 4096;

/// What a key leaves to be done by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// Nothing: the line or the cursor may have changed.
    Edit,
    /// Enter: this is the line.
    Line(String),
    /// Ctrl-C on an empty line.
    Interrupt,
    /// Ctrl-D on an empty line.
    End,
    /// Ctrl-Z.
    Suspend,
    /// Ctrl-L.
    Clear,
    /// Tab: these are possible.
    Choose(Vec<String>),
    /// The line is full; what was typed or pasted is not in it.
    Full,
}

/// Where a row of Tabs began.
#[derive(Debug)]
struct Tabs {
    before: String,
    count: usize,
}

/// A line, its cursor, and the lines before it.
#[derive(Debug)]
pub struct Editor {
    input: Input,
    history: History,
    tabs: Option<Tabs>,
    /// What became of the last character: who holds a key down is told once
    /// that the line is full.
    last: Pressed,
}

impl Editor {
    /// An empty line.
    pub fn new(history: History) -> Self {
        Self {
            input: Input::default(),
            history,
            tabs: None,
            last: Pressed::Edit,
        }
    }

    /// The text before the cursor, and the text behind it.
    pub fn halves(&self) -> (&str, &str) {
        let text = self.input.value();
        let cursor = text
            .char_indices()
            .nth(self.input.cursor())
            .map_or(text.len(), |(at, _)| at);
        text.split_at(cursor)
    }

    /// The whole line.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Takes the line out, with its cursor, and puts another one in.
    pub fn swap(&mut self, other: &mut Input) {
        self.tabs = None;
        std::mem::swap(&mut self.input, other);
    }

    /// Remembers a line that was entered.
    pub fn remember(&mut self, line: &str) {
        self.history.add(line);
    }

    /// Puts a text in at the cursor, if there is room for all of it.
    pub fn insert(&mut self, text: &str) -> Pressed {
        let text = marks::defused(text);
        if self.text().len() + text.len() > DRAFT_BYTES_MAX {
            return Pressed::Full;
        }
        self.tabs = None;
        for c in text.chars() {
            self.input.handle(InputRequest::InsertChar(c));
        }
        Pressed::Edit
    }

    /// Does what a key stands for.
    pub fn press(
        &mut self,
        key: KeyEvent,
        people: &People,
        me: &str,
    ) -> Pressed {
        if key.code == KeyCode::Tab {
            return self.complete(people, me);
        }
        self.tabs = None;
        if let Some(request) = edit(key) {
            self.input.handle(request);
            return Pressed::Edit;
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => self.enter(),
            KeyCode::Up => self.walk(Direction::Older),
            KeyCode::Down => self.walk(Direction::Newer),
            KeyCode::Char(c) if is_control => self.press_control(c),
            // Alt and a letter that means nothing here is no text.
            KeyCode::Char(c) if !key.modifiers.contains(KeyModifiers::ALT) => {
                self.press_character(c)
            }
            _ => Pressed::Edit,
        }
    }

    fn press_character(&mut self, c: char) -> Pressed {
        let pressed = self.insert(c.encode_utf8(&mut [0; 4]));
        let last = std::mem::replace(&mut self.last, pressed.clone());
        if last == pressed {
            Pressed::Edit
        } else {
            pressed
        }
    }

    fn press_control(&mut self, c: char) -> Pressed {
        match c {
            // A newline that a program, not a person, has typed.
            'j' | 'm' => self.enter(),
            'p' => self.walk(Direction::Older),
            'n' => self.walk(Direction::Newer),
            'l' => Pressed::Clear,
            'z' => Pressed::Suspend,
            'c' if self.text().is_empty() => Pressed::Interrupt,
            'd' if self.text().is_empty() => Pressed::End,
            'c' => {
                self.input.reset();
                Pressed::Edit
            }
            'd' => {
                self.input.handle(InputRequest::DeleteNextChar);
                Pressed::Edit
            }
            _ => Pressed::Edit,
        }
    }

    fn enter(&mut self) -> Pressed {
        Pressed::Line(self.input.value_and_reset())
    }

    fn walk(&mut self, direction: Direction) -> Pressed {
        let line = match direction {
            Direction::Older => self.history.older(self.input.value()),
            Direction::Newer => self.history.newer(),
        };
        if let Some(line) = line {
            self.input = Input::new(line.to_owned());
        }
        Pressed::Edit
    }

    fn complete(&mut self, people: &People, me: &str) -> Pressed {
        let (before, behind) = self.halves();
        let (before, behind) = (before.to_owned(), behind.to_owned());
        let first = Tabs { before, count: 0 };
        let tabs = self.tabs.take().unwrap_or(first);
        match complete(&tabs.before, people, me, tabs.count) {
            Completion::Nothing => Pressed::Edit,
            Completion::Choose(choice) => Pressed::Choose(choice),
            Completion::Replace(text) => {
                let cursor = text.chars().count();
                let input = Input::new(text + &behind);
                self.input = input.with_cursor(cursor);
                let count = tabs.count + 1;
                self.tabs = Some(Tabs { count, ..tabs });
                Pressed::Edit
            }
        }
    }
}

/// A way through the history.
#[derive(Clone, Copy)]
enum Direction {
    Older,
    Newer,
}

/// The keys that do no more than edit: those of most shells.
fn edit(key: KeyEvent) -> Option<InputRequest> {
    const CONTROL: KeyModifiers = KeyModifiers::CONTROL;
    const ALT: KeyModifiers = KeyModifiers::ALT;
    Some(match (key.code, key.modifiers) {
        (KeyCode::Left, CONTROL | ALT) => InputRequest::GoToPrevWord,
        (KeyCode::Right, CONTROL | ALT) => InputRequest::GoToNextWord,
        (KeyCode::Left, _) => InputRequest::GoToPrevChar,
        (KeyCode::Right, _) => InputRequest::GoToNextChar,
        (KeyCode::Home, _) => InputRequest::GoToStart,
        (KeyCode::End, _) => InputRequest::GoToEnd,
        (KeyCode::Backspace, CONTROL | ALT) => InputRequest::DeletePrevWord,
        (KeyCode::Backspace, _) => InputRequest::DeletePrevChar,
        (KeyCode::Delete, _) => InputRequest::DeleteNextChar,
        (KeyCode::Char('a'), CONTROL) => InputRequest::GoToStart,
        (KeyCode::Char('e'), CONTROL) => InputRequest::GoToEnd,
        (KeyCode::Char('b'), CONTROL) => InputRequest::GoToPrevChar,
        (KeyCode::Char('f'), CONTROL) => InputRequest::GoToNextChar,
        (KeyCode::Char('h'), CONTROL) => InputRequest::DeletePrevChar,
        (KeyCode::Char('w'), CONTROL) => InputRequest::DeletePrevWord,
        (KeyCode::Char('u'), CONTROL) => InputRequest::DeleteFromStart,
        (KeyCode::Char('k'), CONTROL) => InputRequest::DeleteTillEnd,
        (KeyCode::Char('y'), CONTROL) => InputRequest::Yank,
        (KeyCode::Char('b'), ALT) => InputRequest::GoToPrevWord,
        (KeyCode::Char('f'), ALT) => InputRequest::GoToNextWord,
        (KeyCode::Char('d'), ALT) => InputRequest::DeleteNextWord,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: KeyModifiers = KeyModifiers::NONE;
    const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

    /// What is left of these keys, with a bar for the cursor.
    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> String {
        let mut editor = Editor::new(History::default());
        for (code, modifiers) in keys {
            let key = KeyEvent::new(*code, *modifiers);
            editor.press(key, &People::default(), "bob");
        }
        let (before, behind) = editor.halves();
        format!("{before}|{behind}")
    }

    fn text(text: &str) -> Vec<(KeyCode, KeyModifiers)> {
        text.chars().map(|c| (KeyCode::Char(c), NONE)).collect()
    }

    #[test]
    fn keys_edit_as_in_a_shell() {
        let char = KeyCode::Char;
        for (key, left) in [
            ((KeyCode::Home, NONE), "|one two 👍"),
            ((char('a'), CONTROL), "|one two 👍"),
            ((KeyCode::Left, NONE), "one two |👍"),
            ((KeyCode::Backspace, NONE), "one two |"),
            ((KeyCode::Left, KeyModifiers::ALT), "one two |👍"),
            ((char('w'), CONTROL), "one two |"),
            ((char('u'), CONTROL), "|"),
            ((char('c'), CONTROL), "|"),
            ((char('x'), KeyModifiers::ALT), "one two 👍|"),
            ((KeyCode::F(1), NONE), "one two 👍|"),
        ] {
            let keys = [text("one two 👍"), vec![key]].concat();
            assert_eq!(typed(&keys), left, "{key:?}");
        }
    }

    #[test]
    fn what_was_deleted_can_be_put_back() {
        let control = |c| (KeyCode::Char(c), CONTROL);
        let keys = [text("one two"), vec![control('w'), control('y')]];
        assert_eq!(typed(&keys.concat()), "one two|");
    }

    #[test]
    fn a_full_line_is_told_once_and_takes_no_more() {
        let mut editor = Editor::new(History::default());
        let x = KeyEvent::new(KeyCode::Char('x'), NONE);
        let mut press = |key| editor.press(key, &People::default(), "bob");
        for _ in 0..DRAFT_BYTES_MAX {
            assert_eq!(press(x), Pressed::Edit);
        }
        assert_eq!(press(x), Pressed::Full);
        assert_eq!(press(x), Pressed::Edit);
        let enter = KeyEvent::new(KeyCode::Enter, NONE);
        assert_eq!(press(enter), Pressed::Line("x".repeat(DRAFT_BYTES_MAX)));
    }
}
