//! Numbered mode: how a client asks for it, and every line of it. Must not
//! know who has which number.
//!
//! A client's first line may ask the server to number what it tells, so that
//! after a loss the client hears what it has missed, and nothing twice; and to
//! say what became of each line the client sends. People with `nc` never see
//! it. From the server's answer on, each line of either end begins with one of
//! the marks below, so that nothing a person says can look like control: it
//! never stands at the beginning of a line.
//!
//! ```text
//! client                         server
//! /numbered 1                    = epoch 9f3c 1042      a fresh start
//!                                = token 5ab1
//!
//! /numbered 1 9f3c 1042 5ab1     = epoch 9f3c 1093      a return
//!                                = taken-to 6
//!                                = missed 51
//!                                # 1043 [14:03:07] ada: text
//!                                ...
//!                                = end
//!
//! 7 hello                        = taken 7 1094 [14:03:08]
//! 8 /users                       - * here (2): ada, bob
//!                                = taken 8 -
//! ? 3                            = pong 3
//! ```
//!
//! The greeting has been sent before, without marks. What it shows of the
//! past has numbers up to that of `= epoch`; so has whatever else comes before
//! the answer. Where the answer is a return, the client passes over those
//! lines, because it hears them again with their numbers if it has missed them.
//! Where it is given back the name of its own dead connection, it is told so
//! before `= taken-to`: `- * you are ada; ...`. Then lines are taken in that
//! name; else it asks for the name with its next line. The answer to a return
//! goes up to `= end`, also where nothing was missed. The author's own lines
//! are left out there, or stand as `= taken`.
//!
//! The number before a client's line does not count as part of it: the limit
//! for a line is the same in both modes. One that is too long is taken as the
//! next, like a command.

use std::fmt;

use crate::events::is_time;

/// The verb that asks for numbered mode. No command of people's: `/help` does
/// not list it.
pub const VERB: &str = "numbered";

/// The version of what is described here.
pub const VERSION: u64 = 1;

/// How many missed entries are sent at most; more are skipped and counted.
pub const MISSED_ENTRIES_MAX: u64 = 1000;

/// The longest epoch or token.
pub const WORD_BYTES_MAX: usize = 64;

/// A client's first line: `/numbered 1`, or with what it remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello<'a> {
    /// Where the client was, if it was here.
    pub resume: Option<Resume<'a>>,
}

/// Where a client was when it heard the room last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resume<'a> {
    /// Which history of the room its numbers belong to.
    pub epoch: &'a str,
    /// The last number that it has heard of.
    pub last: u64,
    /// What the server gave it, to be known again.
    pub token: &'a str,
}

/// Any further line of a client in numbered mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientLine<'a> {
    /// `7 text`: the line that the token's client sends as its seventh, a
    /// command or not. One that was taken before is not done again.
    Sent {
        /// 1, 2, 3 and so on, for as long as the token is good.
        k: u64,
        /// The line as a person would send it.
        text: &'a str,
    },
    /// `? 3`: asks for an answer, whatever else there is to say.
    Ping(u64),
}

/// A line of the server in numbered mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked<'a> {
    /// `# 1042 line`: what happened, and its number in the room.
    Entry {
        /// Numbers grow; they may leave some out.
        number: u64,
        /// The line as others hear it.
        line: &'a str,
    },
    /// `- line`: what has no number, such as joins and answers.
    Line(&'a str),
    /// `= ...`: about the numbers themselves.
    Control(Control<'a>),
}

/// What the server says about the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control<'a> {
    /// `= epoch 9f3c 1042`: which history these numbers belong to, and the
    /// last of them. Always the first line of the answer.
    Epoch {
        /// Another one than the client's: nothing is resumed.
        epoch: &'a str,
        /// The last number so far.
        last: u64,
    },
    /// `= token 5ab1`: a new one; the client's lines are counted from 1.
    Token(&'a str),
    /// `= taken-to 6`: the client's token is known, and so many of its lines
    /// have been taken. No line of an earlier connection is taken after it.
    TakenTo(u64),
    /// `= taken 7 1094 [14:03:08]` or `= taken 7 -`: the client's seventh
    /// line has been taken. Stands where others hear that line.
    Taken {
        /// Which line of the client's.
        k: u64,
        /// What it became; `None`: a command, or nothing was said.
        became: Option<Became<'a>>,
    },
    /// `= skipped 4711`: so many of the missed entries are not sent.
    Skipped(u64),
    /// `= missed 51`: so many entries follow that were missed.
    Missed(u64),
    /// `= end`: of those that were missed; what follows is live.
    End,
    /// `= pong 3`: the answer to `? 3`.
    Pong(u64),
}

/// The entry that a client's line became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Became<'a> {
    /// Its number in the room.
    pub number: u64,
    /// When, as in the line that others hear; a server may leave it out.
    pub at: Option<&'a str>,
}

impl<'a> Hello<'a> {
    /// Reads a first line. `None`: it asks for no numbers, or for those of
    /// another version.
    pub fn parse(line: &'a str) -> Option<Self> {
        let rest = line.strip_prefix('/')?.strip_prefix(VERB)?;
        let rest = rest.strip_prefix(' ')?;
        let (version, resume) = match rest.split_once(' ') {
            Some((version, rest)) => (version, Some(Resume::parse(rest)?)),
            None => (rest, None),
        };
        (number(version)? == VERSION).then_some(Self { resume })
    }
}

impl<'a> Resume<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut words = text.split(' ');
        let resume = Self {
            epoch: word(words.next()?)?,
            last: number(words.next()?)?,
            token: word(words.next()?)?,
        };
        words.next().is_none().then_some(resume)
    }
}

impl<'a> ClientLine<'a> {
    /// Reads a line of a client in numbered mode. `None`: it is none.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (first, rest) = line.split_once(' ')?;
        Some(match first {
            "?" => Self::Ping(number(rest)?),
            _ => Self::Sent {
                k: number(first)?,
                text: rest,
            },
        })
    }
}

impl<'a> Marked<'a> {
    /// Reads a line of a server in numbered mode. `None` is a line that no
    /// server of this version sends there.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (mark, rest) = line.split_once(' ')?;
        Some(match mark {
            "#" => {
                let (count, line) = rest.split_once(' ')?;
                Self::Entry {
                    number: number(count)?,
                    line,
                }
            }
            "-" => Self::Line(rest),
            "=" => Self::Control(Control::parse(rest)?),
            _ => return None,
        })
    }
}

impl<'a> Control<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        if text == "end" {
            return Some(Self::End);
        }
        let (verb, rest) = text.split_once(' ')?;
        Some(match verb {
            "epoch" => {
                let (epoch, last) = rest.split_once(' ')?;
                Self::Epoch {
                    epoch: word(epoch)?,
                    last: number(last)?,
                }
            }
            "token" => Self::Token(word(rest)?),
            "taken-to" => Self::TakenTo(number(rest)?),
            "taken" => {
                let (k, became) = rest.split_once(' ')?;
                Self::Taken {
                    k: number(k)?,
                    became: Became::parse(became)?,
                }
            }
            "skipped" => Self::Skipped(number(rest)?),
            "missed" => Self::Missed(number(rest)?),
            "pong" => Self::Pong(number(rest)?),
            _ => return None,
        })
    }
}

impl<'a> Became<'a> {
    fn parse(text: &'a str) -> Option<Option<Self>> {
        if text == "-" {
            return Some(None);
        }
        let (count, at) = match text.split_once(' ') {
            Some((count, at)) => (count, Some(at)),
            None => (text, None),
        };
        let at = match at {
            Some(at) => Some(time(at)?),
            None => None,
        };
        let number = number(count)?;
        Some(Some(Self { number, at }))
    }
}

impl fmt::Display for Hello<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{VERB} {VERSION}")?;
        match self.resume {
            Some(Resume { epoch, last, token }) => {
                write!(f, " {epoch} {last} {token}")
            }
            None => Ok(()),
        }
    }
}

impl fmt::Display for ClientLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent { k, text } => write!(f, "{k} {text}"),
            Self::Ping(number) => write!(f, "? {number}"),
        }
    }
}

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry { number, line } => write!(f, "# {number} {line}"),
            Self::Line(line) => write!(f, "- {line}"),
            Self::Control(control) => write!(f, "= {control}"),
        }
    }
}

/// Without the mark before it.
impl fmt::Display for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Epoch { epoch, last } => write!(f, "epoch {epoch} {last}"),
            Self::Token(token) => write!(f, "token {token}"),
            Self::TakenTo(k) => write!(f, "taken-to {k}"),
            Self::Taken { k, became: None } => write!(f, "taken {k} -"),
            Self::Taken {
                k,
                became: Some(Became { number, at }),
            } => {
                write!(f, "taken {k} {number}")?;
                at.map_or(Ok(()), |at| write!(f, " [{at}]"))
            }
            Self::Skipped(count) => write!(f, "skipped {count}"),
            Self::Missed(count) => write!(f, "missed {count}"),
            Self::End => f.write_str("end"),
            Self::Pong(number) => write!(f, "pong {number}"),
        }
    }
}

/// A number, written as everybody writes it: what is read is what would be
/// written.
fn number(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    is_plain.then(|| text.parse().ok()).flatten()
}

/// An epoch or a token: nothing that could be anything else in a line or a
/// file.
fn word(text: &str) -> Option<&str> {
    let fits = (1..=WORD_BYTES_MAX).contains(&text.len());
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (fits && is_plain).then_some(text)
}

/// The time in `[14:03:07]`, with or without a date.
fn time(text: &str) -> Option<&str> {
    let at = text.strip_prefix('[')?.strip_suffix(']')?;
    is_time(at).then_some(at)
}

#[cfg(test)]
mod tests;
