//! Lines appended one below the other: no escape byte, so it may be a pipe,
//! a file, a screen reader or the simplest terminal. Must not know what the
//! lines are about.

use std::io::{self, Write};
use std::time::Instant;

use chat_common::lines::Line;

use crate::config::{Bell, Keyboard};
use crate::ui::audience::Audience;
use crate::ui::bell::Ringer;
use crate::ui::terminal::decoder::TerminalInput;
use crate::ui::{Ui, Wish};
use crate::visit::action::Prompt;
use crate::visit::room_line::RoomLine;

/// What a name is asked for with.
const QUESTION: &str = "name: ";

/// What makes a terminal ring.
const RING: &str = "\u{7}";

/// Who speaks when it is not the room.
const PROGRAM: &str = "chat-client";

/// Where the question for a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// It is not asked.
    None,
    /// The person is about to answer behind it.
    Open,
    /// Lines came in between: it has to be asked again below them.
    Overtaken,
}

/// The room's lines go to `out`, the program's own words to `told`.
#[derive(Debug)]
pub struct PlainUi<Out, Told> {
    out: Out,
    told: Told,
    keyboard: Keyboard,
    /// Never rings where that would be a byte in a file.
    ringer: Ringer,
    question: Question,
    audience: Audience,
}

impl<Out: Write, Told: Write> PlainUi<Out, Told> {
    /// Nothing is written yet.
    pub fn new(out: Out, told: Told, keyboard: Keyboard, bell: Bell) -> Self {
        Self {
            out,
            told,
            keyboard,
            ringer: Ringer::new(bell),
            question: Question::None,
            audience: Audience::There,
        }
    }

    /// A line is about to come where the question stands.
    fn overtake(&mut self) {
        if self.question == Question::Open {
            let written = writeln!(self.out);
            self.look_at(written);
            self.question = Question::Overtaken;
        }
    }

    fn look_at(&mut self, written: io::Result<()>) {
        if written.is_err() {
            self.audience = Audience::Gone;
        }
    }
}

impl<Out: Write, Told: Write> Ui for PlainUi<Out, Told> {
    fn show(&mut self, line: &RoomLine<'_>, me: &str) {
        self.overtake();
        let heard = line.parsed();
        let rings = heard.is_some_and(|heard| self.ringer.rings(&heard, me));
        let ring = if rings { RING } else { "" };
        let written = writeln!(self.out, "{}{ring}", line.text());
        self.look_at(written);
    }

    fn tell(&mut self, text: &str) {
        self.overtake();
        let written = self.out.flush();
        self.look_at(written);
        // Where complaints cannot be written there is nowhere to complain.
        let _ = writeln!(self.told, "{PROGRAM}: {text}");
    }

    /// The terminal itself has shown what was typed.
    fn own(&mut self, _line: &Line, _at: Option<&str>, _me: &str) {}

    fn ask(&mut self) {
        let written = match self.keyboard {
            Keyboard::Person => write!(self.out, "{QUESTION}"),
            // Nobody presses Enter there, so the line is ended here.
            Keyboard::Pipe => writeln!(self.out, "{QUESTION}"),
        };
        self.look_at(written);
        self.question = match self.keyboard {
            Keyboard::Person => Question::Open,
            Keyboard::Pipe => Question::None,
        };
    }

    fn answered(&mut self) {
        self.question = Question::None;
    }

    /// The terminal itself edits the line; no key comes here.
    fn press(&mut self, _input: TerminalInput, _at: Instant) -> Vec<Wish> {
        Vec::new()
    }

    fn settle(&mut self, _prompt: &Prompt, _waiting: &[&Line]) -> Audience {
        if self.question == Question::Overtaken {
            self.ask();
        }
        let written = self.out.flush();
        self.look_at(written);
        self.audience
    }

    fn finish(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_ui(keyboard: Keyboard) -> PlainUi<Vec<u8>, Vec<u8>> {
        PlainUi::new(Vec::new(), Vec::new(), keyboard, Bell::Off)
    }

    fn show(ui: &mut PlainUi<impl Write, Vec<u8>>, text: &str) {
        ui.show(&RoomLine::read(&Line::new(text)), "ada");
    }

    fn settle(ui: &mut PlainUi<impl Write, Vec<u8>>) -> Audience {
        ui.settle(&Prompt::Name, &[])
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn a_question_overtaken_is_asked_again_below() {
        let mut ui = plain_ui(Keyboard::Person);
        ui.ask();
        settle(&mut ui);
        show(&mut ui, "one");
        show(&mut ui, "two");
        settle(&mut ui);
        assert_eq!(text(&ui.out), "name: \none\ntwo\nname: ");
        ui.answered();
        show(&mut ui, "three");
        settle(&mut ui);
        assert!(text(&ui.out).ends_with("name: three\n"));
    }

    #[test]
    fn a_pipe_gets_whole_lines() {
        let mut ui = plain_ui(Keyboard::Pipe);
        ui.ask();
        show(&mut ui, "one");
        settle(&mut ui);
        assert_eq!(text(&ui.out), "name: \none\n");
    }

    #[test]
    fn the_program_says_who_speaks() {
        let mut ui = plain_ui(Keyboard::Pipe);
        ui.tell("no");
        assert_eq!(text(&ui.told), "chat-client: no\n");
        assert_eq!(text(&ui.out), "");
    }

    #[test]
    fn an_audience_gone_is_noticed() {
        let full: &mut [u8] = &mut [0; 4];
        let mut ui = PlainUi::new(full, Vec::new(), Keyboard::Pipe, Bell::Off);
        show(&mut ui, "one");
        assert_eq!(settle(&mut ui), Audience::There);
        show(&mut ui, "two");
        assert_eq!(settle(&mut ui), Audience::Gone);
    }
}
