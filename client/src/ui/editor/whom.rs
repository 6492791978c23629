//! Whom several lines go to that are pasted behind a draft, and how each of
//! them is written so that it is said there as text. Must not send them.

use chat_common::commands::{Command, literal};
use chat_common::lines::Line;

/// Whom lines go to, and in which manner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everyone hears them said.
    Everyone,
    /// Everyone hears them as what the person does.
    Doing,
    /// One person, named as it was typed.
    Alone(String),
}

impl Whom {
    /// Whom this draft speaks to, wherever its cursor is.
    ///
    /// # Errors
    /// It is a command that says nothing, or not yet to whom; a sentence
    /// says so.
    pub fn of(draft: &str) -> Result<Self, String> {
        // With one word more, an address is complete that lacks a text.
        match Command::parse(Line::new(&format!("{draft} x"))) {
            Ok(Command::Say(_) | Command::Nothing) => Ok(Self::Everyone),
            Ok(Command::Act(_)) => Ok(Self::Doing),
            Ok(Command::Msg { to, .. }) => Ok(Self::Alone(to)),
            Ok(Command::Reply(_)) => Err(NOBODY_TO_ANSWER.to_owned()),
            Ok(_) => Err(format!("nothing can follow \"{}\"", draft.trim())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The line that says this text to them, and never does anything else.
    pub fn line(&self, text: &str) -> Line {
        match self {
            Self::Everyone => literal(text),
            Self::Doing => Line::new(&format!("/me {text}")),
            Self::Alone(name) => Line::new(&format!("/msg {name} {text}")),
        }
    }
}

/// What is told to who wants to answer nobody.
pub const NOBODY_TO_ANSWER: &str =
    "nobody who is here has written to you alone; /msg NAME TEXT begins";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_says_whom_a_paste_goes_to() {
        let alone = |name: &str| Ok(Whom::Alone(name.to_owned()));
        for (draft, whom) in [
            ("", Ok(Whom::Everyone)),
            ("see: ", Ok(Whom::Everyone)),
            ("//etc", Ok(Whom::Everyone)),
            ("/me ", Ok(Whom::Doing)),
            ("/msg bob", alone("bob")),
            ("/W bob ", alone("bob")),
            ("/tell bob see: ", alone("bob")),
        ] {
            assert_eq!(Whom::of(draft), whom, "{draft:?}");
        }
        for draft in [
            "/msg",
            "/msg ",
            "/reply ",
            "/name ",
            "/users",
            "/quit",
            "/mgs bob ",
            " /msg bob ",
            "/",
        ] {
            assert!(Whom::of(draft).is_err(), "{draft:?}");
        }
    }

    #[test]
    fn a_line_is_said_as_text_to_whom_it_is_for() {
        let texts =
            ["exit", "/etc/hosts", "/quit", "//x", "  /msg eve x", " a"];
        for text in texts {
            let said = |whom: Whom| Command::parse(whom.line(text));
            let line = Line::new(text);
            assert_eq!(said(Whom::Everyone), Ok(Command::Say(line)));
            let trimmed = Line::new(text.trim());
            let done = Command::Act(trimmed.clone());
            assert_eq!(said(Whom::Doing), Ok(done));
            let to = "bob".to_owned();
            let told = Command::Msg { to, text: trimmed };
            assert_eq!(said(Whom::Alone("bob".to_owned())), Ok(told));
        }
    }
}
