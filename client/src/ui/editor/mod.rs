//! The line that is being typed: what each key does to it. Must not draw it
//! and must not send it.
//!
//! Read this file first; then `completion` and `people` (Tab), `history` and
//! `history_file` (earlier lines), `pasted` and `whom` (several lines at
//! once).

pub mod completion;
pub mod history;
pub mod history_file;
pub mod pasted;
pub mod people;
pub mod whom;

use chat_common::marks;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use crate::typed::DRAFT_BYTES_MAX;
use crate::ui::editor::completion::{Completion, complete};
use crate::ui::editor::history::History;
use crate::ui::editor::people::People;

/// The command that answers whoever wrote last, and the one that names whom
/// it writes to.
const REPLY: &str = "/reply";
const MSG: &str = "/msg";

/// What a key leaves to be done by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// Nothing: the line or the cursor may have changed.
    Edit,
    /// Enter: the line is to be sent.
    Enter,
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
    /// What became of the last character. Somebody who holds a key down is
    /// told once that the line is full, not for every repetition.
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

    /// Takes the line out; an empty one is left.
    pub fn take(&mut self) -> String {
        self.tabs = None;
        self.input.value_and_reset()
    }

    /// Remembers a line that was entered.
    pub fn remember(&mut self, line: &str) {
        self.history.add(line);
    }

    /// What there is to be said about the file of the lines, once.
    pub fn complaint(&mut self) -> Option<String> {
        self.history.complaint()
    }

    /// Puts a text in at the cursor, if there is room for all of it.
    pub fn paste(&mut self, text: &str, people: &People) -> Pressed {
        let pasted = self.insert(text);
        self.address_reply(people);
        pasted
    }

    /// Does what a key stands for.
    pub fn press(
        &mut self,
        key: KeyEvent,
        people: &People,
        me: &str,
    ) -> Pressed {
        let pressed = if key.code == KeyCode::Tab {
            self.complete(people, me)
        } else {
            self.tabs = None;
            self.press_other(key)
        };
        if pressed == Pressed::Edit {
            self.address_reply(people);
        }
        pressed
    }

    /// Makes `/reply ` into `/msg NAME `, if somebody can be answered: whom
    /// a line goes to is seen while it is typed, and does not depend on who
    /// writes until Enter is pressed. Says whether it is done.
    pub fn address_reply(&mut self, people: &People) -> bool {
        let text = self.text();
        let verb = text.get(..REPLY.len());
        if verb.is_none_or(|verb| !verb.eq_ignore_ascii_case(REPLY)) {
            return false;
        }
        let behind_verb = &text[REPLY.len()..];
        let Some(rest) = behind_verb.strip_prefix(char::is_whitespace) else {
            return false;
        };
        let Some(name) = people.last_writer() else {
            return false;
        };
        let behind = text.chars().count() - self.input.cursor();
        let behind = behind.min(rest.chars().count());
        let text = format!("{MSG} {name} {rest}");
        let cursor = text.chars().count() - behind;
        self.put(self.holding(text).with_cursor(cursor)) == Pressed::Edit
    }

    /// This text in the place of the line, with the cursor behind it.
    fn holding(&self, text: String) -> Input {
        self.input.clone().with_value(text)
    }

    /// Puts this in the place of the line. Every way into the line leads
    /// through here: nothing a terminal obeys comes in, and no more than a
    /// line holds.
    fn put(&mut self, input: Input) -> Pressed {
        if input.value().len() > DRAFT_BYTES_MAX {
            return Pressed::Full;
        }
        debug_assert!(!input.value().contains(marks::is_unsafe));
        self.input = input;
        Pressed::Edit
    }

    fn insert(&mut self, text: &str) -> Pressed {
        let text = marks::defused(text);
        // Before a long paste is copied character by character.
        if self.text().len() + text.len() > DRAFT_BYTES_MAX {
            return Pressed::Full;
        }
        self.tabs = None;
        let mut input = self.input.clone();
        for c in text.chars() {
            input.handle(InputRequest::InsertChar(c));
        }
        self.put(input)
    }

    fn press_other(&mut self, key: KeyEvent) -> Pressed {
        if let Some(request) = edit(key) {
            let mut input = self.input.clone();
            input.handle(request);
            // What was deleted may be put back more than once.
            return self.put(input);
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => Pressed::Enter,
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
            'j' | 'm' => Pressed::Enter,
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

    fn walk(&mut self, direction: Direction) -> Pressed {
        let line = match direction {
            Direction::Older => self.history.older(self.input.value()),
            Direction::Newer => self.history.newer(),
        };
        match line.map(|line| marks::defused(line).into_owned()) {
            Some(line) => self.put(self.holding(line)),
            None => Pressed::Edit,
        }
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
                let text = marks::defused(&text).into_owned();
                let cursor = text.chars().count();
                let input = self.holding(text + &behind);
                let pressed = self.put(input.with_cursor(cursor));
                let count = tabs.count + 1;
                self.tabs = Some(Tabs { count, ..tabs });
                pressed
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
mod tests;
