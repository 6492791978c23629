//! A line on its way from the person to the room, and what it means to this
//! program. Must not know whether anybody is listening.

use chat_common::commands::Command;
use chat_common::lines::{BYTES_PER_LINE, Line};

use crate::permits::Permit;

/// The longest line taken from the keyboard; rooms allow far less, and say
/// so themselves.
pub const TYPED_BYTES_MAX: usize = 64 * 1024;

/// The longest line that can be typed or pasted on a terminal; what rooms take
/// by default.
pub const DRAFT_BYTES_MAX: usize = 4096;

/// Words that mean "let me out" when they are the whole line, where nobody
/// could say them to a room: in a pipe, and as the answer for a name.
const LEAVING: [&str; 2] = ["quit", "exit"];

/// A line of the person, or one this program says for them.
#[derive(Debug)]
pub struct Typed {
    /// What was typed.
    pub line: Line,
    /// Held until the line has been written to the socket or dropped.
    _permit: Option<Permit>,
}

/// What a line asks of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing: it is blank.
    Nothing,
    /// To leave.
    Leave,
    /// To be handed to the room as it is.
    Send,
}

impl Typed {
    /// A line that nothing waits for.
    pub fn new(text: &str) -> Self {
        Line::new(text).into()
    }

    /// A line the keyboard counts.
    pub fn counted(line: Line, permit: Permit) -> Self {
        Self {
            line,
            _permit: Some(permit),
        }
    }

    /// The same with another text, made of its own.
    pub fn with_text(self, text: impl FnOnce(&str) -> String) -> Self {
        let line = Line::new(&text(self.line.as_str()));
        Self { line, ..self }
    }

    /// For how many lines a room takes it that paces its clients: it lets
    /// long ones wait for longer.
    pub fn worth(&self) -> u32 {
        let bytes = u32::try_from(self.line.as_str().len());
        1 + bytes.unwrap_or(u32::MAX - 1) / BYTES_PER_LINE
    }

    /// What the line asks of this program. The room reads commands itself;
    /// only leaving is understood here as well.
    pub fn meaning(&self) -> Meaning {
        match Command::parse(self.line.clone()) {
            Ok(Command::Nothing) => Meaning::Nothing,
            Ok(Command::Quit) => Meaning::Leave,
            _ => Meaning::Send,
        }
    }

    /// Whether it is one of the words that let a program out that cannot
    /// press a key.
    pub fn is_leaving_word(&self) -> bool {
        let text = self.line.as_str().trim();
        LEAVING.iter().any(|word| text.eq_ignore_ascii_case(word))
    }
}

impl From<Line> for Typed {
    fn from(line: Line) -> Self {
        Self {
            line,
            _permit: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_line_leaves() {
        for text in ["/quit", "/Exit", "/quit now"] {
            assert_eq!(Typed::new(text).meaning(), Meaning::Leave, "{text}");
        }
        for text in ["quit", "EXIT", " Quit "] {
            assert!(Typed::new(text).is_leaving_word(), "{text}");
            assert_eq!(Typed::new(text).meaning(), Meaning::Send, "{text}");
        }
        for text in ["quit it", "exits", "//quit", " /quit", "/dance", "/me"] {
            assert!(!Typed::new(text).is_leaving_word(), "{text}");
            assert_eq!(Typed::new(text).meaning(), Meaning::Send, "{text}");
        }
        for text in ["", " ", "\t"] {
            assert_eq!(Typed::new(text).meaning(), Meaning::Nothing);
        }
    }
}
