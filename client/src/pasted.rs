//! Text that was pasted: a line of it is as good as typed, several lines are
//! asked about before they are sent. May not send them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::editor::DRAFT_BYTES_MAX;

/// How many lines can be pasted at once: what a room takes in half a minute.
pub const PASTED_LINES_MAX: usize = 500;

/// What a paste is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// A line, or a part of one.
    Line(String),
    /// Several lines, the blank ones left out.
    Lines(Vec<String>),
    /// More than can be sent, and why.
    TooMuch(String),
}

/// What a key says to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Send the lines.
    Send,
    /// Forget them.
    Drop,
    /// The key is no answer.
    Neither,
}

/// Reads what was pasted. Terminals send CR for the end of a line.
pub fn read(text: &str) -> Pasted {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |line: &&str| !line.trim().is_empty();
    let lines: Vec<&str> = text.lines().filter(kept).collect();
    if lines.iter().any(|line| line.len() > DRAFT_BYTES_MAX) {
        return Pasted::TooMuch(format!(
            "the paste is left out: a line holds {DRAFT_BYTES_MAX} bytes at \
             most"
        ));
    }
    match lines.as_slice() {
        [] => Pasted::Line(String::new()),
        [line] => Pasted::Line((*line).to_owned()),
        lines if lines.len() > PASTED_LINES_MAX => Pasted::TooMuch(format!(
            "the paste is left out: {} lines are more than \
             {PASTED_LINES_MAX}",
            lines.len()
        )),
        lines => {
            Pasted::Lines(lines.iter().map(|&line| line.to_owned()).collect())
        }
    }
}

/// What the person is asked.
pub fn question(lines: &[String]) -> String {
    let count = lines.len();
    format!("send these {count} lines? Enter or y sends, Esc or n drops ")
}

/// What this key says to it.
pub fn answer(key: KeyEvent) -> Answer {
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') if is_control => Answer::Drop,
        KeyCode::Char('j' | 'm') if is_control => Answer::Send,
        KeyCode::Char(_) if is_control => Answer::Neither,
        KeyCode::Enter | KeyCode::Char('y' | 'Y') => Answer::Send,
        KeyCode::Esc | KeyCode::Char('n' | 'N') => Answer::Drop,
        _ => Answer::Neither,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Pasted {
        Pasted::Line(text.to_owned())
    }

    #[test]
    fn one_line_is_typed_and_several_are_asked_about() {
        assert_eq!(read("one"), line("one"));
        assert_eq!(read("one\r"), line("one"));
        assert_eq!(read("\r\n"), line(""));
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
        assert_eq!(read(&longest), line(&longest));
        let is_too_much = |text: String| {
            let read = read(&text);
            assert!(matches!(read, Pasted::TooMuch(_)), "{read:?}");
        };
        is_too_much(longest + "x");
        is_too_much("x\r".repeat(PASTED_LINES_MAX + 1));
    }
}
