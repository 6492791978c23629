//! A visit on a terminal: keys go to the line that is being typed, what the
//! room says goes above it. Must not write: the [`Screen`] does.

use std::io::Write;
use std::time::Instant;

use chat_common::commands::{Command, CommandError};
use chat_common::lines::Line;
use chat_common::marks;
use crossterm::event::KeyEvent;
use tui_input::Input;

use crate::config::Bell;
use crate::typed::{DRAFT_BYTES_MAX, Typed};
use crate::ui::audience::Audience;
use crate::ui::bell::Ringer;
use crate::ui::editor::history::History;
use crate::ui::editor::pasted::{self, Answer, Pasted, Question};
use crate::ui::editor::people::People;
use crate::ui::editor::whom::NOBODY_TO_ANSWER;
use crate::ui::editor::{Editor, Pressed};
use crate::ui::terminal::decoder::{PASTE_BYTES_MAX, TerminalInput};
use crate::ui::terminal::paint::{self, Part, Tone};
use crate::ui::terminal::screen::{Foot, Row, Screen};
use crate::ui::terminal::{device, raw_mode};
use crate::ui::{Ui, Wish};
use crate::visit::action::Prompt;
use crate::visit::room_line::RoomLine;

/// What this program's own words begin with. No line of a room does.
const PROGRAM: &str = "-- ";

/// How many rows the lines take that are on their way: the last ones typed,
/// and how many there are before them.
const WAITING_ROWS_MAX: usize = 3;

/// The part of a low screen that they take at most.
const WAITING_PART: usize = 4;

/// A person before a screen.
#[derive(Debug)]
pub struct TerminalUi<Out> {
    screen: Screen<Out>,
    ringer: Ringer,
    editor: Editor,
    /// The draft while a name is asked for, and the other way around.
    other: Input,
    people: People,
    /// Several pasted lines that wait for a yes or a no.
    question: Option<Question>,
    /// What the person was last asked for.
    prompt: Prompt,
}

impl<Out: Write> TerminalUi<Out> {
    /// Nothing typed yet, and nobody known to be here.
    pub fn new(screen: Screen<Out>, history: History, bell: Bell) -> Self {
        Self {
            screen,
            ringer: Ringer::new(bell),
            editor: Editor::new(history),
            other: Input::default(),
            people: People::default(),
            question: None,
            prompt: Prompt::Talk(String::new()),
        }
    }

    fn me(&self) -> &str {
        match &self.prompt {
            Prompt::Name => "",
            Prompt::Talk(name)
            | Prompt::Lagging(name, _)
            | Prompt::Away(name) => name,
        }
    }

    /// What a key does that is not about a paste.
    fn edit(&mut self, key: KeyEvent) -> Option<Wish> {
        let me = self.me().to_owned();
        match self.editor.press(key, &self.people, &me) {
            Pressed::Edit => (),
            Pressed::Enter => return self.enter(),
            Pressed::Interrupt => return Some(Wish::Interrupt),
            Pressed::End => return Some(Wish::Leave),
            Pressed::Suspend => raw_mode::ask_to_stop(),
            Pressed::Clear => self.screen.clear(),
            Pressed::Choose(choice) => self.tell(&choice.join("  ")),
            Pressed::Full => self.tell_full(),
        }
        None
    }

    /// Enter: the line goes out, unless it would go where nobody saw.
    fn enter(&mut self) -> Option<Wish> {
        if self.prompt == Prompt::Name {
            return Some(Wish::Say(Typed::new(&self.editor.take())));
        }
        match Command::parse(Line::new(self.editor.text())) {
            Err(error @ CommandError::Displaced(_)) => {
                self.tell(&error.to_string());
                None
            }
            Ok(Command::Reply(_)) => {
                self.address_reply();
                None
            }
            _ => {
                let line = self.editor.take();
                Some(self.say(Line::new(&line)))
            }
        }
    }

    /// Somebody answers who had not been written to when they began.
    fn address_reply(&mut self) {
        if !self.editor.address_reply(&self.people) {
            self.tell(NOBODY_TO_ANSWER);
        }
    }

    fn say(&mut self, line: Line) -> Wish {
        self.editor.remember(line.as_str());
        Wish::Say(line.into())
    }

    fn tell_full(&mut self) {
        let what = format!(
            "a line holds {DRAFT_BYTES_MAX} bytes at most; the rest of what \
             was typed or pasted is left out"
        );
        self.tell(&what);
    }

    fn paste(&mut self, text: &str) {
        let asked = match pasted::read(text) {
            Pasted::Line(line) => {
                if self.editor.paste(&line, &self.people) == Pressed::Full {
                    self.tell_full();
                }
                return;
            }
            Pasted::Lines(_) if self.question.is_some() => {
                Err("the lines before it are not answered yet".to_owned())
            }
            Pasted::Lines(_) if self.prompt == Prompt::Name => {
                Err("a name is one line".to_owned())
            }
            Pasted::Lines(lines) => Question::new(&lines, self.editor.text()),
        };
        match asked {
            Ok(question) => self.ask_about(question),
            Err(why) => self.tell(&format!("the paste is left out: {why}")),
        }
    }

    fn ask_about(&mut self, question: Question) {
        self.screen.measure();
        if !question.fits(self.screen.sheet()) {
            self.tell(&question.whole());
        }
        self.question = Some(question);
    }

    /// A key while the question about pasted lines may be read.
    fn decide(&mut self, key: KeyEvent, at: Instant) -> Vec<Wish> {
        // A name comes first: until then nobody sees the question.
        let is_seen = self.prompt != Prompt::Name;
        let question = self.question.take_if(|_| is_seen);
        let Some(mut question) = question else {
            return self.edit(key).into_iter().collect();
        };
        let draft = self.editor.text().to_owned();
        let answer = question.answer(key, at, &draft);
        let count = question.count();
        match answer {
            Answer::Send => {
                let lines = question.into_lines().into_iter();
                return lines.map(|line| self.say(line)).collect();
            }
            Answer::Drop => {
                self.tell(&format!("the {count} pasted lines are dropped"));
                return Vec::new();
            }
            Answer::Unread | Answer::Neither => (),
            Answer::Elsewhere => {
                question.ask_again(&draft);
                self.tell(&format!(
                    "your line waits until the {count} pasted lines are \
                     answered: Enter sends them, Esc drops them"
                ));
            }
        }
        self.question = Some(question);
        match answer {
            Answer::Neither => self.edit(key).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn question_is_drawn(&mut self, begun: Instant) {
        match &mut self.question {
            Some(question) if self.prompt == Prompt::Name => {
                // Whoever has given a name has to read it again.
                question.is_hidden();
            }
            Some(question) => question.is_drawn(begun, Instant::now()),
            None => (),
        }
    }

    /// The lines that are on their way, faint.
    fn draw_waiting(&self, waiting: &[&Line]) -> Vec<Row> {
        let most = WAITING_ROWS_MAX.min(device::rows() / WAITING_PART);
        let (sheet, me) = (self.screen.sheet(), self.me());
        let row = |line: &&Line| {
            Row::faint(&format!("{me}> {}", line.as_str()), sheet)
        };
        if waiting.len() <= most {
            return waiting.iter().map(row).collect();
        }
        let seen = most.saturating_sub(1);
        let (before, last) = waiting.split_at(waiting.len() - seen);
        let count = before.len();
        let more = format!("{PROGRAM}{count} lines before are on their way");
        let more = (most > 0).then(|| Row::faint(&more, sheet));
        more.into_iter().chain(last.iter().map(row)).collect()
    }

    /// The row that is being typed in.
    fn draw_row(&self) -> Row {
        let sheet = self.screen.sheet();
        if let Some(question) = &self.question
            && self.prompt != Prompt::Name
        {
            return Row::new(&question.row(sheet), "", "", sheet);
        }
        let prompt = match &self.prompt {
            Prompt::Name => "name: ".to_owned(),
            Prompt::Talk(name) => format!("{name}> "),
            Prompt::Lagging(name, time) => {
                format!("(no answer for {} s) {name}> ", time.as_secs())
            }
            Prompt::Away(name) => format!("(away) {name}> "),
        };
        let (before, behind) = self.editor.halves();
        Row::new(&prompt, before, behind, sheet)
    }
}

impl<Out: Write> Ui for TerminalUi<Out> {
    fn show(&mut self, line: &RoomLine<'_>, me: &str) {
        self.screen.push(&paint::parts(line, me));
        if let Some(heard) = line.parsed() {
            if !line.is_past() {
                self.people.hear(&heard);
            }
            if self.ringer.rings(&heard, me) {
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

    fn own(&mut self, line: &Line, at: Option<&str>, me: &str) {
        let at = at.map(|at| format!("[{at}] ")).unwrap_or_default();
        let time = Part {
            tone: Tone::Faint,
            text: &at,
        };
        let [name, sign, words] = paint::own_parts(line, me);
        self.screen.push(&[time, name, sign, words]);
    }

    /// The prompt asks.
    fn ask(&mut self) {}

    fn answered(&mut self) {}

    fn press(&mut self, input: TerminalInput, at: Instant) -> Vec<Wish> {
        match input {
            TerminalInput::Key(key) => return self.decide(key, at),
            TerminalInput::Paste(text) => self.paste(&text),
            TerminalInput::Widths(told) => self.screen.learn(told),
            TerminalInput::PasteTooLong => self.tell(&format!(
                "the paste is left out: it is longer than {PASTE_BYTES_MAX} \
                 bytes"
            )),
        }
        Vec::new()
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

    fn settle(&mut self, prompt: &Prompt, waiting: &[&Line]) -> Audience {
        // Whatever was half typed is there again after the question.
        if (*prompt == Prompt::Name) != (self.prompt == Prompt::Name) {
            self.editor.swap(&mut self.other);
        }
        self.prompt.clone_from(prompt);
        if let Some(complaint) = self.editor.complaint() {
            self.tell(&complaint);
        }
        let waiting = self.draw_waiting(waiting);
        let row = self.draw_row();
        let begun = Instant::now();
        let audience = self.screen.settle(Foot { waiting, row });
        self.question_is_drawn(begun);
        audience
    }

    fn finish(&mut self) {
        if !self.editor.text().is_empty() {
            let draft = format!("not sent: {}", self.editor.text());
            self.tell(&draft);
        }
        self.screen.settle(Foot::default());
    }
}
