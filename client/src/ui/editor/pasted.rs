//! Text that was pasted: a line of it is as good as typed, several lines are
//! asked about before they are sent. Must not send them.

use std::time::{Duration, Instant};

use chat_common::blanks;
use chat_common::lines::Line;
use chat_common::marks;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::typed::DRAFT_BYTES_MAX;
use crate::ui::editor::whom::Whom;
use crate::ui::terminal::layout::Sheet;

/// How many lines can be pasted at once: what a room takes in half a minute.
pub const PASTED_LINES_MAX: usize = 500;

/// How long a terminal may take for a row that takes rows at all. One that
/// somebody has stopped, with Ctrl-S for example, takes longer.
const WRITE_TIME_MAX: Duration = Duration::from_millis(250);

/// What a paste is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// A line, or a part of one.
    Line(String),
    /// Several lines, the blank ones left out.
    Lines(Vec<String>),
}

/// Reads what was pasted. Terminals send CR for the end of a line.
pub fn read(text: &str) -> Pasted {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = text.lines().map(|line| marks::defused(line).into_owned());
    let mut lines: Vec<_> =
        lines.filter(|line| !blanks::is_blank(line)).collect();
    match lines.len() {
        0 | 1 => Pasted::Line(lines.pop().unwrap_or_default()),
        _ => Pasted::Lines(lines),
    }
}

/// What a key says to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Send the lines.
    Send,
    /// Forget them.
    Drop,
    /// It was pressed before anybody could read the question.
    Unread,
    /// Enter, but behind something typed in the meantime: it ended that.
    Elsewhere,
    /// The key is no answer.
    Neither,
}

/// Several lines, and whether they are to be sent.
#[derive(Debug)]
pub struct Question {
    lines: Vec<Line>,
    whom: Whom,
    /// The draft while the question is read: Enter is an answer only as long
    /// as nothing else has been typed that it may be the end of.
    draft: String,
    /// When the question became visible.
    drawn: Option<Instant>,
}

impl Question {
    /// Asks whether these lines are to be sent, to whom the draft speaks.
    ///
    /// # Errors
    /// They cannot be sent, and this is why.
    pub fn new(lines: &[String], draft: &str) -> Result<Self, String> {
        let count = lines.len();
        if count > PASTED_LINES_MAX {
            return Err(format!(
                "{count} lines are more than {PASTED_LINES_MAX}"
            ));
        }
        let whom = Whom::of(draft)?;
        let lines: Vec<Line> =
            lines.iter().map(|line| whom.line(line)).collect();
        let is_long = |line: &Line| line.as_str().len() > DRAFT_BYTES_MAX;
        if lines.iter().any(is_long) {
            return Err(format!(
                "a line holds {DRAFT_BYTES_MAX} bytes at most"
            ));
        }
        Ok(Self {
            lines,
            whom,
            draft: draft.to_owned(),
            drawn: None,
        })
    }

    /// The lines as they go to the room.
    pub fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// How many lines, for a sentence.
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// The whole question.
    pub fn whole(&self) -> String {
        let count = self.count();
        let whom = match &self.whom {
            Whom::Everyone => "to everyone".to_owned(),
            Whom::Doing => "as /me to everyone".to_owned(),
            Whom::Alone(name) => format!("to {name} alone"),
        };
        format!("send these {count} lines {whom}? Enter sends, Esc drops ")
    }

    /// As much of the question as fits into a row, and always how to say no.
    pub fn row(&self, sheet: Sheet) -> String {
        let count = self.count();
        let whom = match &self.whom {
            Whom::Everyone => "to everyone",
            Whom::Doing => "as /me",
            Whom::Alone(name) => &format!("to {name}"),
        };
        [
            self.whole(),
            format!("{count} lines {whom}? Enter yes, Esc no "),
            format!("{count} lines? Enter yes, Esc no "),
            format!("{count}? Enter, Esc: no "),
        ]
        .into_iter()
        .find(|text| has_room(sheet, text))
        .unwrap_or_else(|| format!("{count}? Enter, Esc: no"))
    }

    /// Whether a row holds all of it.
    pub fn fits(&self, sheet: Sheet) -> bool {
        has_room(sheet, &self.whole())
    }

    /// The question was written between these two moments. A terminal shows it
    /// as soon as the write has begun, unless the write had to wait for it.
    pub fn is_drawn(&mut self, begun: Instant, over: Instant) {
        let is_held = over > begun + WRITE_TIME_MAX;
        self.drawn.get_or_insert(if is_held { over } else { begun });
    }

    /// The question cannot be read just now.
    pub fn is_hidden(&mut self) {
        self.drawn = None;
    }

    /// The question is asked again, over another draft.
    pub fn ask_again(&mut self, draft: &str) {
        draft.clone_into(&mut self.draft);
        self.drawn = None;
    }

    /// What this key, pressed at that time over this draft, says to it.
    pub fn answer(&self, key: KeyEvent, at: Instant, draft: &str) -> Answer {
        let answer = answer(key);
        if answer == Answer::Neither {
            return answer;
        }
        if self.drawn.is_none_or(|drawn| at <= drawn) {
            return Answer::Unread;
        }
        if answer == Answer::Send && self.draft != draft {
            return Answer::Elsewhere;
        }
        answer
    }
}

/// Whether a row holds this, and the cursor behind it.
fn has_room(sheet: Sheet, text: &str) -> bool {
    sheet.widths.columns(text) < sheet.columns
}

/// What this key says to somebody who has read the question.
fn answer(key: KeyEvent) -> Answer {
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') if is_control => Answer::Drop,
        KeyCode::Char('j' | 'm') if is_control => Answer::Send,
        KeyCode::Enter => Answer::Send,
        KeyCode::Esc => Answer::Drop,
        _ => Answer::Neither,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::terminal::layout::Colors;
    use crate::ui::terminal::widths::Widths;

    fn line(text: &str) -> Pasted {
        Pasted::Line(text.to_owned())
    }

    fn sheet(columns: usize) -> Sheet {
        Sheet {
            columns,
            colors: Colors::Off,
            widths: Widths::Narrow,
        }
    }

    fn question(draft: &str) -> Question {
        let lines = ["one", "two"].map(str::to_owned);
        Question::new(&lines, draft).expect("a question")
    }

    #[test]
    fn one_line_is_typed_and_several_are_asked_about() {
        assert_eq!(read("one"), line("one"));
        assert_eq!(read("one\r"), line("one"));
        assert_eq!(read("\r\n"), line(""));
        assert_eq!(read("a\x1b[2Jb"), line("a␛[2Jb"));
        for text in ["a\rb\rc", "a\r\nb\n\nc\n", "\n\na\nb\r\r c"] {
            let Pasted::Lines(lines) = read(text) else {
                panic!("{text:?} is no paste of lines");
            };
            assert_eq!(lines.len(), 3, "{text:?}");
        }
    }

    #[test]
    fn a_paste_has_limits() {
        let longest = "x".repeat(DRAFT_BYTES_MAX);
        let is_sent = |lines: &[&str], draft: &str| {
            let lines: Vec<_> = lines.iter().map(|&it| it.to_owned()).collect();
            Question::new(&lines, draft).is_ok()
        };
        assert!(is_sent(&[&longest, "y"], ""));
        assert!(!is_sent(&[&format!("{longest}x"), "y"], ""));
        assert!(!is_sent(&["y", &longest], "/msg bob "));
        assert!(!is_sent(&["y", &format!("/{}", &longest[1..])], ""));
        assert!(is_sent(&["x"; PASTED_LINES_MAX], ""));
        assert!(!is_sent(&["x"; PASTED_LINES_MAX + 1], ""));
    }

    #[test]
    fn any_row_says_how_to_drop_the_lines() {
        for (draft, whom) in [
            ("", "to everyone"),
            ("/me ", "as /me"),
            ("/msg bob ", "to bob"),
        ] {
            let question = question(draft);
            let row = question.row(sheet(40));
            assert!(row.contains("2 lines") && row.contains(whom), "{row}");
            for columns in [20, 21, 30, 40, 56, 57, 80, 200] {
                let row = question.row(sheet(columns));
                assert!(has_room(sheet(columns), &row), "{row}");
                assert!(row.starts_with('2') || row.contains(" 2 "), "{row}");
                assert!(row.contains("Enter") && row.contains("Esc"), "{row}");
            }
        }
        let many = vec!["x".to_owned(); PASTED_LINES_MAX];
        let question = Question::new(&many, "").expect("a question");
        assert!(has_room(sheet(20), &question.row(sheet(20))));
    }

    #[test]
    fn only_what_follows_the_question_and_nothing_else_is_an_answer() {
        let moment = Duration::from_millis(1);
        let before = Instant::now();
        let (drawn, after) = (before + moment, before + moment * 2);
        let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
        let (enter, esc) = (key(KeyCode::Enter), key(KeyCode::Esc));
        let mut question = question("dra");
        assert_eq!(question.answer(enter, after, "dra"), Answer::Unread);
        question.is_drawn(drawn, after);
        question.is_drawn(after, after);
        for unread in [before, drawn] {
            assert_eq!(question.answer(enter, unread, "dra"), Answer::Unread);
            assert_eq!(question.answer(esc, unread, "dra"), Answer::Unread);
        }
        assert_eq!(question.answer(enter, after, "draft"), Answer::Elsewhere);
        assert_eq!(question.answer(esc, after, "draft"), Answer::Drop);
        assert_eq!(question.answer(enter, after, "dra"), Answer::Send);
        let late = drawn + WRITE_TIME_MAX * 2;
        question.ask_again("dra");
        question.is_drawn(drawn, late);
        assert_eq!(question.answer(enter, after, "dra"), Answer::Unread);
        assert_eq!(question.answer(enter, late + moment, "dra"), Answer::Send);
        for letter in ['y', 'Y', 'n', ' ', '\r'] {
            let key = key(KeyCode::Char(letter));
            let answer = question.answer(key, late + moment, "dra");
            assert_eq!(answer, Answer::Neither);
        }
    }
}
