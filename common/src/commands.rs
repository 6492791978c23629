//! What a line asks for: a word to the room, or a command. Must not know who
//! asks, or whether it can be done.

use std::fmt;

use crate::blanks;
use crate::displaced::{self, Displaced};
use crate::lines::Line;
use crate::past::{self, Question};

/// A command: how a person reads about it, and what is made of it. Whatever a
/// new verb makes has to be handled by a `match` of the server, or it does not
/// compile.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The verb without its slash.
    pub verb: &'static str,
    /// Other verbs that mean the same.
    pub aliases: &'static [&'static str],
    /// What follows the verb.
    pub arguments: &'static str,
    /// What it does, in a few words.
    pub purpose: &'static str,
    /// The command that this text behind the verb makes, the white space
    /// around it cut off.
    make: fn(&str) -> Result<Command, Amiss>,
}

/// What is wrong with the text behind a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amiss {
    /// Something is missing.
    Missing,
    /// Something is there that is not what follows this verb.
    Strange,
}

/// Every command, in the order `/help` lists them.
pub const COMMANDS: &[Usage] = &[
    Usage {
        verb: "name",
        aliases: &["nick"],
        arguments: "NAME",
        purpose: "take a name, or another one",
        make: |rest| needed(rest).map(|name| Command::Name(name.to_owned())),
    },
    Usage {
        verb: "users",
        aliases: &["who", "names"],
        arguments: "",
        purpose: "list who is here",
        make: |_| Ok(Command::Users),
    },
    Usage {
        verb: "me",
        aliases: &[],
        arguments: "TEXT",
        purpose: "say what you do: /me waves",
        make: |rest| said(rest).map(Command::Act),
    },
    Usage {
        verb: "msg",
        aliases: &["w", "tell"],
        arguments: "NAME TEXT",
        purpose: "say something to one person alone",
        make: |rest| {
            let (to, text) = cut_word(rest);
            let to = to.to_owned();
            said(text).map(|text| Command::Msg { to, text })
        },
    },
    Usage {
        verb: "reply",
        aliases: &[],
        arguments: "TEXT",
        purpose: "answer whoever last wrote to you alone",
        make: |rest| said(rest).map(Command::Reply),
    },
    Usage {
        verb: "last",
        aliases: &[],
        arguments: "[N] [before NUMBER]",
        purpose: "show the last 20 lines again, or the last N",
        make: |rest| past::last(rest).map(Command::Find).ok_or(Amiss::Strange),
    },
    Usage {
        verb: "since",
        aliases: &[],
        arguments: "TIME",
        purpose: "show what was said since 14:03, or 2026-11-23 14:03",
        make: |rest| {
            let at = needed(rest)?.to_owned();
            Ok(Command::Find(Question::Since { at }))
        },
    },
    Usage {
        verb: "search",
        aliases: &[],
        arguments: "WORDS [before NUMBER]",
        purpose: "show the last lines in which all these words are",
        make: |rest| needed(rest).map(past::search).map(Command::Find),
    },
    Usage {
        verb: "help",
        aliases: &[],
        arguments: "",
        purpose: "show this list",
        make: |_| Ok(Command::Help),
    },
    Usage {
        verb: "quit",
        aliases: &["exit"],
        arguments: "",
        purpose: "leave",
        make: |_| Ok(Command::Quit),
    },
];

impl Usage {
    fn has_verb(&self, verb: &str) -> bool {
        std::iter::once(&self.verb)
            .chain(self.aliases)
            .any(|own| own.eq_ignore_ascii_case(verb))
    }
}

/// As `/help` lists it: `/name NAME (or /nick): take a name, or another one`.
impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.verb)?;
        if !self.arguments.is_empty() {
            write!(f, " {}", self.arguments)?;
        }
        for (nth, alias) in self.aliases.iter().enumerate() {
            f.write_str(if nth == 0 { " (or /" } else { ", /" })?;
            f.write_str(alias)?;
        }
        if !self.aliases.is_empty() {
            f.write_str(")")?;
        }
        write!(f, ": {}", self.purpose)
    }
}

/// What a line asks the room to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A blank line: it says nothing.
    Nothing,
    /// Say this to everyone else.
    Say(Line),
    /// `/me`: tell everyone else what the person does.
    Act(Line),
    /// `/name`: take this name, not checked yet.
    Name(String),
    /// `/users`: list who is here.
    Users,
    /// `/msg`: say `text` to the person called `to` alone.
    Msg {
        /// Whom, as it was typed.
        to: String,
        /// What.
        text: Line,
    },
    /// `/reply`: say this to whoever last wrote to the person alone.
    Reply(Line),
    /// `/last`, `/since`, `/search`: show what was said before.
    Find(Question),
    /// `/help`: list the commands.
    Help,
    /// `/quit`: leave.
    Quit,
}

/// Why a line that begins with `/` cannot be understood. Quotes the verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// Nobody knows this verb.
    Unknown(String),
    /// The command stands behind something nobody sees, or its slash is a
    /// wide one: said to everyone, it would tell them what was meant for one.
    Displaced(String),
    /// The verb needs something after it.
    Missing {
        /// The verb as it was typed, without its slash.
        verb: String,
        /// What follows it.
        arguments: &'static str,
    },
    /// What stands after the verb is not what follows it.
    Strange {
        /// The verb as it was typed, without its slash.
        verb: String,
        /// What follows it.
        arguments: &'static str,
    },
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(verb) => write!(
                f,
                "/{verb}: there is no such command; /help lists them, and \
                 //{verb} says /{verb}"
            ),
            Self::Displaced(verb) => write!(
                f,
                "/{verb}: nothing was said; a command is one only at the \
                 very beginning of a line, and //{verb} there says /{verb}"
            ),
            Self::Missing { verb, arguments } => write!(
                f,
                "/{verb}: something is missing; it is written /{verb} \
                 {arguments}"
            ),
            Self::Strange { verb, arguments } => write!(
                f,
                "/{verb}: that cannot be understood; it is written /{verb} \
                 {arguments}"
            ),
        }
    }
}

impl std::error::Error for CommandError {}

impl Command {
    /// Reads a line. One that begins with `/` is a command, with `//` a word
    /// to the room that begins with `/`; verbs ignore case. Spaces and a
    /// command behind them are refused; with one slash more they are said.
    ///
    /// # Errors
    /// [`CommandError`] for an unknown verb, a missing argument, or a command
    /// that does not stand at the beginning.
    pub fn parse(line: Line) -> Result<Self, CommandError> {
        if line.is_blank() {
            return Ok(Self::Nothing);
        }
        match line.as_str().strip_prefix('/') {
            None => parse_words(line),
            Some(rest) if rest.starts_with('/') => {
                Ok(Self::Say(Line::new(rest)))
            }
            Some(rest) => parse_command(rest),
        }
    }
}

/// The line that says this text to the room as it is, whatever it begins
/// with: what [`Command::parse`] reads back as [`Command::Say`].
pub fn literal(text: &str) -> Line {
    let line = Line::new(text);
    let text = line.as_str();
    let at = match text.starts_with('/') {
        true => Some(0),
        false => displaced(text).map(|found| found.at),
    };
    match at.and_then(|at| Some((at, text[at..].chars().next()?))) {
        Some((at, slash)) => {
            Line::new(&format!("{}{slash}{}", &text[..at], &text[at..]))
        }
        None => line,
    }
}

fn displaced(text: &str) -> Option<Displaced<'_>> {
    displaced::displaced(text, |verb| {
        COMMANDS.iter().any(|usage| usage.has_verb(verb))
    })
}

/// A line that does not begin with a slash: words, if no command was meant.
fn parse_words(line: Line) -> Result<Command, CommandError> {
    let text = line.as_str();
    let Some(found) = displaced(text) else {
        return Ok(Command::Say(line));
    };
    let mut slashes = found.slashes.chars();
    slashes.next();
    if slashes.as_str().is_empty() {
        return Err(CommandError::Displaced(found.verb));
    }
    let before = &text[..found.at];
    let said = format!("{before}{}{}", slashes.as_str(), found.words);
    Ok(Command::Say(Line::new(&said)))
}

fn parse_command(text: &str) -> Result<Command, CommandError> {
    let (verb, rest) = cut_word(text);
    let Some(usage) = COMMANDS.iter().find(|usage| usage.has_verb(verb)) else {
        return Err(CommandError::Unknown(verb.to_owned()));
    };
    (usage.make)(rest).map_err(|amiss| {
        let (verb, arguments) = (verb.to_owned(), usage.arguments);
        match amiss {
            Amiss::Missing => CommandError::Missing { verb, arguments },
            Amiss::Strange => CommandError::Strange { verb, arguments },
        }
    })
}

/// The text, if there is any.
fn needed(text: &str) -> Result<&str, Amiss> {
    match text.is_empty() {
        true => Err(Amiss::Missing),
        false => Ok(text),
    }
}

/// The text as a line, if anything of it is seen.
fn said(text: &str) -> Result<Line, Amiss> {
    match blanks::is_blank(text) {
        true => Err(Amiss::Missing),
        false => Ok(Line::new(text)),
    }
}

/// The first word, and what follows it without the white space around it.
fn cut_word(text: &str) -> (&str, &str) {
    let (word, rest) =
        text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Command, String> {
        Command::parse(Line::new(text)).map_err(|error| error.to_string())
    }

    fn said(text: &str) -> Result<Command, String> {
        Ok(Command::Say(Line::new(text)))
    }

    #[test]
    fn words_are_said_as_they_are() {
        assert_eq!(parse("hello / there"), said("hello / there"));
        assert_eq!(parse("see /help"), said("see /help"));
        assert_eq!(parse("//help"), said("/help"));
        assert_eq!(parse("///"), said("//"));
    }

    #[test]
    fn a_command_behind_spaces_is_refused_and_can_be_said() {
        for text in [
            " /msg ada secret",
            "\t/MSG ada secret",
            "   /me",
            "\u{a0}/w ada secret",
            "\u{3000}/reply secret",
            "\u{feff}/tell ada secret",
            "\u{200b} /users",
            "\u{ff0f}msg ada secret",
            " \u{ff0f}quit",
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains("nothing was said"), "{error}");
        }
        assert_eq!(parse(" //help"), said(" /help"));
        assert_eq!(parse(" ///help me"), said(" //help me"));
        for text in [" /etc/hosts", " // a remark", " /messages", " / msg"] {
            assert_eq!(parse(text), said(text));
        }
    }

    #[test]
    fn a_command_behind_anything_unseen_is_refused_wherever_a_blank_stands() {
        let unseen = (0..=0x9f)
            .chain(0x300..0x304)
            .chain(0x2000..=0x206f)
            .chain([0xad, 0x34f, 0x600, 0x61c, 0x70f, 0x115f, 0x180e, 0x3164])
            .chain([0x2800, 0xfe0f, 0xfeff, 0xffa0, 0xfffb, 0xfffc, 0xfffd])
            .chain([0x378, 0x903, 0x1161, 0x11a8, 0xd7b0, 0x1fffd])
            .chain([0xe000, 0xf700, 0xfdd0, 0xfffe, 0x13430, 0x1d173])
            .chain([0xe0001, 0xe0020, 0xe0100, 0xf0000, 0x10ffff]);
        let unseen = unseen.filter_map(char::from_u32).filter(|c| {
            !c.is_ascii_graphic()
                && !matches!(c, '\n' | '\u{2010}'..='\u{2027}')
                && !matches!(c, '\u{2030}'..='\u{205e}')
        });
        for c in unseen {
            for text in [
                format!("{c}/msg bob s"),
                format!("{c} /msg bob s"),
                format!(" {c}\t{c}/MSG bob s"),
                format!("\u{feff}{c}\u{ff0f}msg bob s"),
            ] {
                let error = parse(&text).expect_err(&text);
                assert!(error.contains("nothing was said"), "{text:?}");
            }
            if c.is_whitespace() {
                continue;
            }
            for text in [
                format!(" /{c}msg bob s"),
                format!(" /m{c}sg bob s"),
                format!(" /msg{c}bob s"),
                format!("/{c}msg bob s"),
            ] {
                parse(&text).expect_err(&text);
            }
        }
    }

    #[test]
    fn a_blank_line_says_nothing() {
        assert_eq!(parse(""), Ok(Command::Nothing));
        assert_eq!(parse(" \t "), Ok(Command::Nothing));
        assert_eq!(parse(" \u{3164}\u{200b}"), Ok(Command::Nothing));
    }

    #[test]
    fn a_command_behind_the_slip_of_a_key_is_refused() {
        for text in [
            "\u{1b}[A/msg bob s",
            "\u{1b}[1;5D /msg bob s",
            "\u{1b}[200~/msg bob s",
            "\u{8}/msg bob s",
            "\u{7f}\0/msg bob s",
            "\u{b}/msg bob s",
            "⁄msg bob s",
            "∕msg bob s",
            "⟋msg bob s",
            "\u{202e}/msg bob s",
            "\u{85}\u{2028}/msg bob s",
            "\u{1b}OA/msg bob s",
            "\u{1b}OM/msg bob s",
            "\u{1b}O2P/msg bob s",
            "\u{1b}[[A/msg bob s",
            "\u{1b}./msg bob s",
            "\u{1b}[M/msg bob s",
            "\u{1b}[M !!/msg bob s",
            "\u{9b}A/msg bob s",
            "\u{9b}200~/msg bob s",
            "\u{1b}[/msg bob s",
            "\u{1b}[?997;1n/msg bob s",
            "\u{1b}/msg bob s",
            "\u{1b}b/msg bob s",
            "\u{1b}]11;rgb:1e/1e/1e\u{1b}\\/msg bob s",
            "\u{1b}]11;rgb:1e/1e/1e\u{7}/msg bob s",
            "\u{9d}11;rgb:1e/1e/1e\u{9c}/msg bob s",
            "\u{1b}P>|x\u{1b}\\ /msg bob s",
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains("nothing was said"), "{text:?}: {error}");
        }
        for text in ["[A/msg bob s", "␛[A hello", "␛", "␛bed"] {
            assert_eq!(parse(text), said(text), "{text:?}");
        }
    }

    #[test]
    fn verbs_ignore_case_and_have_aliases() {
        for text in ["/name ada", "/NICK  ada ", "/Name\tada"] {
            assert_eq!(parse(text), Ok(Command::Name("ada".to_owned())));
        }
        for text in ["/users", "/who", "/NAMES"] {
            assert_eq!(parse(text), Ok(Command::Users));
        }
        for text in ["/quit", "/exit", "/Quit bye"] {
            assert_eq!(parse(text), Ok(Command::Quit));
        }
        assert_eq!(parse("/help"), Ok(Command::Help));
        assert_eq!(parse("/me waves"), Ok(Command::Act(Line::new("waves"))));
        for text in ["/msg bob a  b", "/w bob a  b", "/tell  bob a  b"] {
            let parsed = parse(text);
            if text.starts_with("/tell") {
                assert!(parsed.is_ok(), "{parsed:?}");
                continue;
            }
            assert_eq!(
                parsed,
                Ok(Command::Msg {
                    to: "bob".to_owned(),
                    text: Line::new("a  b")
                })
            );
        }
        assert_eq!(parse("/reply x"), Ok(Command::Reply(Line::new("x"))));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        for (text, parts) in [
            ("/dance now", ["/dance", "/help"]),
            ("/", ["/:", "/help"]),
            ("/name", ["/name:", "/name NAME"]),
            ("/nick ", ["/nick:", "/nick NAME"]),
            ("/me", ["/me:", "/me TEXT"]),
            ("/tell bob", ["/tell:", "/tell NAME TEXT"]),
            ("/msg", ["/msg:", "/msg NAME TEXT"]),
            ("/reply  ", ["/reply:", "/reply TEXT"]),
            ("/reply \u{3164}", ["/reply:", "/reply TEXT"]),
            ("/me \u{2800}", ["/me:", "/me TEXT"]),
            ("/msg bob \u{ad}", ["/msg:", "/msg NAME TEXT"]),
            ("/last ada", ["/last:", "/last [N] [before NUMBER]"]),
            ("/last 0", ["/last:", "cannot be understood"]),
            ("/since", ["/since:", "/since TIME"]),
        ] {
            let error = parse(text).expect_err(text);
            for part in parts {
                assert!(error.contains(part), "{text:?} gave {error:?}");
            }
        }
    }

    #[test]
    fn help_shows_how_a_command_is_typed() {
        let usage = |arguments, aliases| Usage {
            verb: "go",
            arguments,
            aliases,
            purpose: "leave",
            make: |_| Err(Amiss::Missing),
        };
        let shown = usage("THERE", &["walk", "run"]).to_string();
        assert_eq!(shown, "/go THERE (or /walk, /run): leave");
        assert_eq!(usage("", &[]).to_string(), "/go: leave");
    }

    #[test]
    fn every_listed_command_can_be_parsed() {
        for usage in COMMANDS {
            for verb in std::iter::once(&usage.verb).chain(usage.aliases) {
                let parsed = parse(&format!("/{verb} 7 before 9"));
                assert!(parsed.is_ok(), "/{verb}: {parsed:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_begins_with_no_slash_is_said(text in "[^/]\\PC{0,20}") {
            prop_assume!(!Line::new(&text).is_blank());
            prop_assume!(displaced(&text).is_none());
            prop_assert_eq!(parse(&text), said(&text));
        }

        #[test]
        fn every_text_can_be_said_as_it_is(
            start in "[ \t\u{200b}\u{ff0f}/]{0,4}",
            text in "(msg|ME|quit|name|etc)?\\PC{0,20}",
        ) {
            let text = start + &text;
            prop_assume!(!Line::new(&text).is_blank());
            let line = literal(&text);
            prop_assert_eq!(Command::parse(line), Ok(Command::Say(Line::new(&text))));
        }

        #[test]
        fn one_slash_more_says_a_command(text in "/\\PC{0,20}") {
            prop_assert_eq!(parse(&format!("/{text}")), said(&text));
        }
    }
}
