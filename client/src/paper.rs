//! Lines appended one below the other: no escape byte, so it may be a pipe,
//! a file, a screen reader or the simplest terminal. May not know what the
//! lines are about.

use std::io::{self, Write};
use std::time::Instant;

use chat_common::events::ServerLine;
use chat_common::lines::Line;

use crate::bell::Ringer;
use crate::config::{Bell, Keyboard};
use crate::decoder::Event;
use crate::face::{Audience, Face, Prompt, Wish};

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
pub struct Paper<Out, Told> {
    out: Out,
    told: Told,
    keyboard: Keyboard,
    /// Never rings where that would be a byte in a file.
    ringer: Ringer,
    question: Question,
    audience: Audience,
}

impl<Out: Write, Told: Write> Paper<Out, Told> {
    /// A fresh sheet.
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

impl<Out: Write, Told: Write> Face for Paper<Out, Told> {
    fn show(&mut self, line: &Line, me: &str) {
        self.overtake();
        let heard = ServerLine::parse(line.as_str());
        let rings = heard.is_some_and(|heard| self.ringer.rings(&heard, me));
        let ring = if rings { RING } else { "" };
        let written = writeln!(self.out, "{}{ring}", line.as_str());
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
    fn own(&mut self, _line: &Line, _me: &str) {}

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
    fn press(&mut self, _event: Event, _at: Instant) -> Vec<Wish> {
        Vec::new()
    }

    fn settle(&mut self, _prompt: &Prompt) -> Audience {
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

    fn paper(keyboard: Keyboard) -> Paper<Vec<u8>, Vec<u8>> {
        Paper::new(Vec::new(), Vec::new(), keyboard, Bell::Off)
    }

    fn show(paper: &mut Paper<impl Write, Vec<u8>>, text: &str) {
        paper.show(&Line::new(text), "ada");
    }

    fn settle(paper: &mut Paper<impl Write, Vec<u8>>) -> Audience {
        paper.settle(&Prompt::Name)
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn a_question_overtaken_is_asked_again_below() {
        let mut paper = paper(Keyboard::Person);
        paper.ask();
        settle(&mut paper);
        show(&mut paper, "one");
        show(&mut paper, "two");
        settle(&mut paper);
        assert_eq!(text(&paper.out), "name: \none\ntwo\nname: ");
        paper.answered();
        show(&mut paper, "three");
        settle(&mut paper);
        assert!(text(&paper.out).ends_with("name: three\n"));
    }

    #[test]
    fn a_pipe_gets_whole_lines() {
        let mut paper = paper(Keyboard::Pipe);
        paper.ask();
        show(&mut paper, "one");
        settle(&mut paper);
        assert_eq!(text(&paper.out), "name: \none\n");
    }

    #[test]
    fn the_program_says_who_speaks() {
        let mut paper = paper(Keyboard::Pipe);
        paper.tell("no");
        assert_eq!(text(&paper.told), "chat-client: no\n");
        assert_eq!(text(&paper.out), "");
    }

    #[test]
    fn an_audience_gone_is_noticed() {
        let full: &mut [u8] = &mut [0; 4];
        let mut paper = Paper::new(full, Vec::new(), Keyboard::Pipe, Bell::Off);
        show(&mut paper, "one");
        assert_eq!(settle(&mut paper), Audience::There);
        show(&mut paper, "two");
        assert_eq!(settle(&mut paper), Audience::Gone);
    }
}
