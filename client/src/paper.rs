//! Lines appended one below the other: no escape byte, so it may be a pipe,
//! a file, a screen reader or the simplest terminal. May not know what the
//! lines are about.

use std::io::{self, Write};

use crate::config::Keyboard;

/// What a name is asked for with.
const QUESTION: &str = "name: ";

/// Who speaks when it is not the room.
const PROGRAM: &str = "chat-client";

/// Whether anybody can still read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// As far as one can know.
    There,
    /// Nobody: the other end of the pipe is closed.
    Gone,
}

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
    question: Question,
    audience: Audience,
}

impl<Out: Write, Told: Write> Paper<Out, Told> {
    /// A fresh sheet.
    pub fn new(out: Out, told: Told, keyboard: Keyboard) -> Self {
        Self {
            out,
            told,
            keyboard,
            question: Question::None,
            audience: Audience::There,
        }
    }

    /// Appends a line of the room.
    pub fn show(&mut self, line: &str) {
        self.overtake();
        let written = writeln!(self.out, "{line}");
        self.look_at(written);
    }

    /// Appends what the program itself has to say.
    pub fn tell(&mut self, text: &str) {
        self.overtake();
        let written = self.out.flush();
        self.look_at(written);
        // Where complaints cannot be written there is nowhere to complain.
        let _ = writeln!(self.told, "{PROGRAM}: {text}");
    }

    /// Asks for a name.
    pub fn ask(&mut self) {
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

    /// The person pressed Enter: whatever was asked is answered.
    pub fn answered(&mut self) {
        self.question = Question::None;
    }

    /// Everything appended so far becomes visible.
    pub fn settle(&mut self) -> Audience {
        if self.question == Question::Overtaken {
            self.ask();
        }
        let written = self.out.flush();
        self.look_at(written);
        self.audience
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

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(keyboard: Keyboard) -> Paper<Vec<u8>, Vec<u8>> {
        Paper::new(Vec::new(), Vec::new(), keyboard)
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn a_question_overtaken_is_asked_again_below() {
        let mut paper = paper(Keyboard::Person);
        paper.ask();
        paper.settle();
        paper.show("one");
        paper.show("two");
        paper.settle();
        assert_eq!(text(&paper.out), "name: \none\ntwo\nname: ");
        paper.answered();
        paper.show("three");
        paper.settle();
        assert!(text(&paper.out).ends_with("name: three\n"));
    }

    #[test]
    fn a_pipe_gets_whole_lines() {
        let mut paper = paper(Keyboard::Pipe);
        paper.ask();
        paper.show("one");
        paper.settle();
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
        let mut paper = Paper::new(full, Vec::new(), Keyboard::Pipe);
        paper.show("one");
        assert_eq!(paper.settle(), Audience::There);
        paper.show("two");
        assert_eq!(paper.settle(), Audience::Gone);
    }
}
