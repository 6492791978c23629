//! A visit on a terminal: keys go to the line that is being typed, what the
//! room says goes above it. May not write: the [`Screen`] does.

use std::io::Write;

use chat_common::events::Heard;
use chat_common::lines::Line;
use chat_common::marks;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::config::Bell;
use crate::decoder::{Event, PASTE_BYTES_MAX};
use crate::editor::{DRAFT_BYTES_MAX, Editor, Pressed};
use crate::face::{Audience, Face, Prompt, Wish};
use crate::history::History;
use crate::paint::{self, Part, Tone};
use crate::pasted::{self, Pasted};
use crate::people::People;
use crate::screen::{Row, Screen};
use crate::terminal;
use crate::typed::Typed;

/// What this program's own words begin with. No line of a room does.
const PROGRAM: &str = "-- ";

/// A person before a screen.
#[derive(Debug)]
pub struct Interactive<Out> {
    screen: Screen<Out>,
    /// When the bell rings.
    bell: Bell,
    editor: Editor,
    /// The draft while a name is asked for, and the other way around.
    other: Input,
    people: People,
    /// Several lines that wait for a yes or a no.
    pasted: Option<Vec<String>>,
    /// What the person was last asked for.
    prompt: Prompt,
}

impl<Out: Write> Interactive<Out> {
    /// Nothing typed yet, and nobody known to be here.
    pub fn new(screen: Screen<Out>, history: History, bell: Bell) -> Self {
        Self {
            screen,
            bell,
            editor: Editor::new(history),
            other: Input::default(),
            people: People::default(),
            pasted: None,
            prompt: Prompt::Talk(String::new()),
        }
    }

    fn me(&self) -> &str {
        match &self.prompt {
            Prompt::Name => "",
            Prompt::Talk(name) | Prompt::Away(name) => name,
        }
    }

    /// What a key does that is not about a paste.
    fn edit(&mut self, key: KeyEvent) -> Option<Wish> {
        let me = self.me().to_owned();
        match self.editor.press(key, &self.people, &me) {
            Pressed::Edit => (),
            Pressed::Line(line) => return Some(self.enter(&line)),
            Pressed::Interrupt => return Some(Wish::Interrupt),
            Pressed::End => return Some(Wish::Leave),
            Pressed::Suspend => terminal::ask_to_stop(),
            Pressed::Clear => self.screen.clear(),
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

    /// The row that is being typed in.
    fn draw_row(&self) -> Row {
        let sheet = self.screen.sheet();
        if let Some(lines) = &self.pasted {
            return Row::new(&pasted::question(lines), "", "", sheet);
        }
        let prompt = match &self.prompt {
            Prompt::Name => "name: ".to_owned(),
            Prompt::Talk(name) => format!("{name}> "),
            Prompt::Away(name) => format!("(away) {name}> "),
        };
        let (before, behind) = self.editor.halves();
        Row::new(&prompt, before, behind, sheet)
    }
}

impl<Out: Write> Face for Interactive<Out> {
    fn show(&mut self, line: &Line, me: &str) {
        let heard = Heard::parse(line.as_str());
        self.screen
            .push(&paint::parts(line.as_str(), heard.as_ref(), me));
        if let Some(heard) = heard {
            self.people.hear(&heard);
            if paint::rings(self.bell, &heard, me) {
                self.screen.ring();
            }
        }
    }

    fn tell(&mut self, text: &str) {
        let tone = Tone::Notice;
        let text = &marks::defused(text);
        self.screen
            .push(&[PROGRAM, text].map(|text| Part { tone, text }));
    }

    fn own(&mut self, line: &Line, me: &str) {
        self.screen
            .push(&paint::own_parts(line, me, &mut String::new()));
    }

    /// The prompt asks.
    fn ask(&mut self) {}

    fn answered(&mut self) {}

    fn press(&mut self, event: Event) -> Vec<Wish> {
        match event {
            Event::Key(key) => match self.pasted.take() {
                Some(lines) => self.decide(key, lines),
                None => self.edit(key).into_iter().collect(),
            },
            Event::Paste(text) => {
                if self.pasted.is_none() {
                    self.paste(&text);
                }
                Vec::new()
            }
            Event::PasteTooLong => {
                self.tell(&format!(
                    "the paste is left out: it is longer than \
                     {PASTE_BYTES_MAX} bytes"
                ));
                Vec::new()
            }
        }
    }

    fn suspend(&mut self) {
        self.screen.suspend();
    }

    fn resume(&mut self) {
        self.screen.resume();
    }

    fn measure(&mut self) {
        self.screen.measure();
    }

    fn settle(&mut self, prompt: &Prompt) -> Audience {
        // Whatever was half typed is there again after the question.
        if (*prompt == Prompt::Name) != (self.prompt == Prompt::Name) {
            self.editor.swap(&mut self.other);
        }
        self.prompt.clone_from(prompt);
        let row = self.draw_row();
        self.screen.settle(row)
    }

    fn finish(&mut self) {
        if !self.editor.text().is_empty() {
            let draft = format!("not sent: {}", self.editor.text());
            self.tell(&draft);
        }
        self.screen.settle(Row::default());
    }
}
