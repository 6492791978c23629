//! Every line the server can send, as it is written and as it is read back.
//! Must not know to whom it goes.
//!
//! The server writes lines with [`ServerLine`]'s `Display`; a client that wants
//! more than to show them reads them back with [`ServerLine::parse`]. That a line
//! cannot be mistaken rests on three things: a line break in what somebody
//! says never reaches another ([`crate::lines`]); what people say stands
//! behind their name, which holds neither a space nor a colon
//! ([`crate::names`]); and no name holds a star, a tilde or a bracket.

use std::fmt;

use crate::protocols::Protocol;

/// Why somebody left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveReason {
    /// Said `/quit`.
    Quit,
    /// Closed their sending direction: there is nothing more to say.
    InputEnded,
    /// Closed it before all that they had sent could be said.
    Unsaid,
    /// Did not read what the room said until more than the backlog waited.
    TooSlow,
    /// Said nothing for longer than the room allows.
    Idle,
    /// Began with what is another protocol's, and not meant for a chat room.
    OtherProtocol(Protocol),
    /// The network gave up on the connection, or keep-alive found no one.
    TimedOut,
    /// The connection was reset.
    ConnectionLost,
}

/// The reasons that read differently, for reading them back.
const REASONS_TOLD: [LeaveReason; 5] = [
    LeaveReason::Quit,
    LeaveReason::TooSlow,
    LeaveReason::Idle,
    LeaveReason::TimedOut,
    LeaveReason::ConnectionLost,
];

impl LeaveReason {
    /// Why, in two words; `None` for a goodbye, which is not explained.
    pub fn explanation(self) -> Option<&'static str> {
        match self {
            Self::Quit
            | Self::InputEnded
            | Self::Unsaid
            | Self::OtherProtocol(_) => None,
            Self::TooSlow => Some("too slow"),
            Self::Idle => Some("idle"),
            Self::TimedOut => Some("timed out"),
            Self::ConnectionLost => Some("connection lost"),
        }
    }
}

/// As everyone is told: `left`, or `left (too slow)`.
impl fmt::Display for LeaveReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.explanation() {
            None => f.write_str("left"),
            Some(why) => write!(f, "left ({why})"),
        }
    }
}

/// What happened, or what the server has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The first line on every connection that is let in.
    Welcome,
    /// Who is here, a list of names; there may be more than it names.
    Here {
        /// How many people are here.
        count: usize,
        /// Their names, with a comma and a space between them.
        names: &'a str,
        /// How many are not named.
        more: usize,
    },
    /// The name the server gave to the newcomer.
    YouAre {
        /// That name.
        guest: &'a str,
    },
    /// Somebody said something to everyone.
    Said {
        /// Who.
        name: &'a str,
        /// What.
        text: &'a str,
    },
    /// Somebody did something: `/me waves`.
    Acted {
        /// Who.
        name: &'a str,
        /// What they do.
        text: &'a str,
    },
    /// Somebody said something to the reader of this line alone.
    Private {
        /// Who.
        name: &'a str,
        /// What.
        text: &'a str,
    },
    /// Somebody came.
    Joined {
        /// Who.
        name: &'a str,
    },
    /// Somebody left.
    Left {
        /// Who.
        name: &'a str,
        /// Why.
        reason: LeaveReason,
    },
    /// Somebody changed their name.
    Renamed {
        /// The name until now.
        from: &'a str,
        /// The name from now on.
        to: &'a str,
    },
    /// What somebody said was forgotten: its text is nowhere any more.
    Forgotten {
        /// Who.
        name: &'a str,
    },
    /// In a crowd, arrivals and departures are counted, not named.
    Crowd {
        /// How many came since the last such line.
        joined: usize,
        /// How many left.
        left: usize,
    },
    /// The server ends.
    Closing,
    /// What the person asked for with `/verb` was not done.
    Refused {
        /// The verb as it was typed, without its slash.
        verb: &'a str,
        /// Why, and what would be right.
        why: &'a str,
    },
    /// This person talks faster than they may, and is heard no faster.
    SlowDown {
        /// How many of their lines are said in a second from now on.
        lines_per_second: u32,
    },
    /// Anything else the server tells this person alone.
    Notice(&'a str),
}

/// A line of the server: an event, and when it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerLine<'a> {
    /// The server's local time as `HH:MM:SS`, of another day behind its date:
    /// `2026-11-23 14:03:07`. Answers to one person have none.
    pub at: Option<&'a str>,
    /// Whether it is shown again: it did not happen just now.
    pub earlier: bool,
    /// What happened.
    pub event: Event<'a>,
}

const WELCOME: &str = "Welcome to the chatroom!";
const CLOSING: &str = "the server is closing";
const YOU_ARE_END: &str = "; /name NAME changes that, /help lists the rest";
const SLOW_DOWN: &str = "slow down: from here on ";
const SLOW_DOWN_END: &str = " of your lines a second are said";
/// How the server begins to tell somebody that their stay is over,
const SHOWN_OUT: &str = "you are shown out: ";
/// or that there is no place for them.
const FULL: &str = "the room is full";
const FORGOTTEN_BEGIN: &str = "what ";
const FORGOTTEN_END: &str = " said is forgotten";
const EARLIER: &str = "(earlier) ";
const PRIVATE: &str = " -> you: ";
/// How a time looks, and one of another day.
const TIMES: [&[u8]; 2] = [b"00:00:00", b"0000-00-00 00:00:00"];

impl<'a> ServerLine<'a> {
    /// An answer to one person.
    pub fn answer(event: Event<'a>) -> Self {
        Self {
            at: None,
            earlier: false,
            event,
        }
    }

    /// Something that happened before, shown again.
    pub fn earlier(at: &'a str, event: Event<'a>) -> Self {
        Self {
            earlier: true,
            ..Self::now(at, event)
        }
    }

    /// Something that happened in the room just now.
    pub fn now(at: &'a str, event: Event<'a>) -> Self {
        Self {
            at: Some(at),
            earlier: false,
            event,
        }
    }

    /// Reads a line the server sent, without its line break. `None` is a line
    /// no server of this version sends: show it as it is.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (at, rest) = match cut_time(line) {
            Some((at, rest)) => (Some(at), rest),
            None => (None, line),
        };
        let (earlier, rest) = match (at, rest.strip_prefix(EARLIER)) {
            (Some(_), Some(rest)) => (true, rest),
            _ => (false, rest),
        };
        let event = match rest.strip_prefix("* ") {
            Some(told) if at.is_some() => parse_happening(told)?,
            Some(told) => parse_answer(told),
            None if at.is_some() => parse_words(rest)?,
            None if rest == WELCOME => Event::Welcome,
            None => return None,
        };
        Some(Self { at, earlier, event })
    }
}

impl Event<'_> {
    /// Whether the server tells its reader so that it does not want them just
    /// now, and is about to close the connection.
    pub fn ends_stay(&self) -> bool {
        match self {
            Self::Notice(text) => {
                text.starts_with(SHOWN_OUT) || text.starts_with(FULL)
            }
            _ => false,
        }
    }
}

impl fmt::Display for ServerLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = self.at {
            write!(f, "[{at}] ")?;
        }
        if self.earlier {
            f.write_str(EARLIER)?;
        }
        self.event.fmt(f)
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Welcome => f.write_str(WELCOME),
            Self::Here { count, names, more } => {
                write!(f, "* here ({count}): {names}")?;
                match more {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::YouAre { guest } => {
                write!(f, "* you are {guest}{YOU_ARE_END}")
            }
            Self::Said { name, text } => write!(f, "{name}: {text}"),
            Self::Acted { name, text } => write!(f, "~ {name} {text}"),
            Self::Private { name, text } => write!(f, "{name}{PRIVATE}{text}"),
            Self::Joined { name } => write!(f, "* {name} joined"),
            Self::Left { name, reason } => write!(f, "* {name} {reason}"),
            Self::Renamed { from, to } => write!(f, "* {from} is now {to}"),
            Self::Forgotten { name } => {
                write!(f, "* {FORGOTTEN_BEGIN}{name}{FORGOTTEN_END}")
            }
            Self::Crowd { joined, left: 0 } => write!(f, "* {joined} joined"),
            Self::Crowd { joined: 0, left } => write!(f, "* {left} left"),
            Self::Crowd { joined, left } => {
                write!(f, "* {joined} joined, {left} left")
            }
            Self::Closing => write!(f, "* {CLOSING}"),
            Self::Refused { verb, why } => write!(f, "* /{verb}: {why}"),
            Self::SlowDown { lines_per_second } => {
                write!(f, "* {SLOW_DOWN}{lines_per_second}{SLOW_DOWN_END}")
            }
            Self::Notice(text) => write!(f, "* {text}"),
        }
    }
}

/// Cuts `[HH:MM:SS] ` from the front of a line, with or without a date.
fn cut_time(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix('[')?;
    TIMES.into_iter().find_map(|shape| {
        let (at, rest) = rest.split_at_checked(shape.len())?;
        let rest = rest.strip_prefix("] ")?;
        has_shape(at, shape).then_some((at, rest))
    })
}

/// Whether this is a time as the server writes it, with or without a date.
pub(crate) fn is_time(text: &str) -> bool {
    TIMES.into_iter().any(|shape| has_shape(text, shape))
}

fn has_shape(text: &str, shape: &[u8]) -> bool {
    let fits = |(byte, of): (u8, &u8)| match of {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *of,
    };
    text.len() == shape.len() && text.bytes().zip(shape).all(fits)
}

/// What people say and do: behind their name.
fn parse_words(text: &str) -> Option<Event<'_>> {
    if let Some(done) = text.strip_prefix("~ ") {
        let (name, text) = done.split_once(' ')?;
        return Some(Event::Acted { name, text });
    }
    // The first space ends the name in every case: none has a space inside.
    let (name, rest) = text.split_at_checked(text.find(' ')?)?;
    // The colon decides first: a name has none, and what ada says may begin
    // with "-> you: ".
    if let Some(name) = name.strip_suffix(':') {
        let text = &rest[1..];
        return Some(Event::Said { name, text });
    }
    let text = rest.strip_prefix(PRIVATE)?;
    Some(Event::Private { name, text })
}

/// What happened in the room: `* ` and what carries a time.
fn parse_happening(told: &str) -> Option<Event<'_>> {
    if told == CLOSING {
        return Some(Event::Closing);
    }
    if let Some(crowd) = parse_crowd(told) {
        return Some(crowd);
    }
    if let Some(name) = parse_forgotten(told) {
        return Some(Event::Forgotten { name });
    }
    let (name, verb) = told.split_once(' ')?;
    if verb == "joined" {
        return Some(Event::Joined { name });
    }
    if let Some(to) = verb.strip_prefix("is now ") {
        return Some(Event::Renamed { from: name, to });
    }
    let reason = parse_reason(verb)?;
    Some(Event::Left { name, reason })
}

fn parse_forgotten(told: &str) -> Option<&str> {
    told.strip_prefix(FORGOTTEN_BEGIN)?
        .strip_suffix(FORGOTTEN_END)
}

/// A number and a verb. No name is a number, so this is never a person.
fn parse_crowd(told: &str) -> Option<Event<'_>> {
    let (joined, left) = match told.split_once(", ") {
        Some((joined, left)) => (joined, left),
        None if told.ends_with(" joined") => (told, "0 left"),
        None => ("0 joined", told),
    };
    Some(Event::Crowd {
        joined: joined.strip_suffix(" joined")?.parse().ok()?,
        left: left.strip_suffix(" left")?.parse().ok()?,
    })
}

fn parse_reason(text: &str) -> Option<LeaveReason> {
    REASONS_TOLD
        .into_iter()
        .find(|reason| reason.to_string() == text)
}

/// What the server tells one person: `* ` without a time.
fn parse_answer(told: &str) -> Event<'_> {
    parse_here(told)
        .or_else(|| {
            let guest = told.strip_prefix("you are ")?;
            let guest = guest.strip_suffix(YOU_ARE_END)?;
            Some(Event::YouAre { guest })
        })
        .or_else(|| {
            let (verb, why) = told.strip_prefix('/')?.split_once(": ")?;
            (!verb.contains(' ')).then_some(Event::Refused { verb, why })
        })
        .or_else(|| {
            let rate = told.strip_prefix(SLOW_DOWN)?;
            let lines_per_second =
                rate.strip_suffix(SLOW_DOWN_END)?.parse().ok()?;
            Some(Event::SlowDown { lines_per_second })
        })
        .unwrap_or(Event::Notice(told))
}

fn parse_here(told: &str) -> Option<Event<'_>> {
    let (count, names) = told.strip_prefix("here (")?.split_once("): ")?;
    let count = count.parse().ok()?;
    let (names, more) = match names.split_once(" and ") {
        Some((names, more)) => {
            (names, more.strip_suffix(" more")?.parse().ok()?)
        }
        None => (names, 0),
    };
    Some(Event::Here { count, names, more })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: &str = "14:03:07";

    #[test]
    fn lines_read_as_the_protocol_says() {
        for (event, line) in [
            (
                Event::Said {
                    name: "ada",
                    text: "hi: * you",
                },
                "ada: hi: * you",
            ),
            (
                Event::Acted {
                    name: "ada",
                    text: "waves",
                },
                "~ ada waves",
            ),
            (
                Event::Private {
                    name: "ada",
                    text: "psst",
                },
                "ada -> you: psst",
            ),
            (Event::Joined { name: "ada" }, "* ada joined"),
            (
                Event::Left {
                    name: "bob",
                    reason: LeaveReason::TooSlow,
                },
                "* bob left (too slow)",
            ),
            (
                Event::Renamed {
                    from: "guest-3",
                    to: "ada",
                },
                "* guest-3 is now ada",
            ),
            (
                Event::Crowd {
                    joined: 37,
                    left: 0,
                },
                "* 37 joined",
            ),
            (Event::Closing, "* the server is closing"),
        ] {
            let heard = ServerLine::now(AT, event);
            let line = format!("[{AT}] {line}");
            assert_eq!(heard.to_string(), line);
            assert_eq!(ServerLine::parse(&line), Some(heard));
        }
    }

    #[test]
    fn a_line_of_another_day_carries_its_date() {
        let line = "[2026-11-23 14:03:07] (earlier) ada: hi";
        let heard = ServerLine::parse(line).expect("a line");
        assert_eq!(heard.at, Some("2026-11-23 14:03:07"));
        assert!(heard.earlier);
        assert_eq!(heard.to_string(), line);
    }

    #[test]
    fn lines_of_no_server_are_not_understood() {
        for line in [
            "",
            "hello",
            "[14:03] ada: x",
            "[14:03:07]",
            "[日本語] x",
            "[2026-11-23] ada: x",
            "[2026-11-23 14:03] ada: x",
            "[2026/11/23 14:03:07] ada: x",
        ] {
            assert_eq!(ServerLine::parse(line), None, "{line:?}");
        }
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[a-z][a-z0-9._-]{0,15}",
            1 => "guest-[0-9]{1,4}",
            1 => Just("日本".to_owned()),
        ]
    }

    /// Every event that carries a time, from two names, a text, two numbers.
    fn timed<'a>(
        name: &'a str,
        other: &'a str,
        text: &'a str,
        (joined, left): (usize, usize),
    ) -> Vec<Event<'a>> {
        let reason = REASONS_TOLD[joined % 5];
        vec![
            Event::Said { name, text },
            Event::Acted { name, text },
            Event::Private { name, text },
            Event::Joined { name },
            Event::Left { name, reason },
            Event::Renamed {
                from: name,
                to: other,
            },
            Event::Forgotten { name },
            Event::Crowd {
                joined: joined + 1,
                left,
            },
            Event::Crowd { joined: 0, left },
            Event::Closing,
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            name in name(),
            other in name(),
            text in "[^\\p{Cc}]{1,40}",
            numbers in (0_usize..500, 1_usize..500),
            earlier: bool,
        ) {
            for event in timed(&name, &other, &text, numbers) {
                let heard = ServerLine { at: Some(AT), earlier, event };
                let line = heard.to_string();
                prop_assert_eq!(ServerLine::parse(&line), Some(heard), "{}", line);
            }
        }

        #[test]
        fn answers_are_read_back(
            name in name(),
            why in "[a-z/\" ]{1,40}",
            count in 1_usize..500,
            more in 0_usize..500,
        ) {
            let names = format!("{name}, bob");
            for event in [
                Event::Welcome,
                Event::Here { count, names: &names, more },
                Event::YouAre { guest: &name },
                Event::Refused { verb: &name, why: &why },
                Event::SlowDown { lines_per_second: 20 },
                Event::Notice("nobody wrote to you yet"),
            ] {
                let heard = ServerLine::answer(event);
                let line = heard.to_string();
                prop_assert_eq!(ServerLine::parse(&line), Some(heard), "{}", line);
            }
        }

        #[test]
        fn no_text_is_taken_for_anything_but_what_its_author_said(
            author in name(),
            text in "(\\[14:03:07\\] |\\* |~ |bob|: | -> you: |-> you: |joined|[a-z ]){0,8}",
        ) {
            let said = ServerLine::now(AT, Event::Said { name: &author, text: &text });
            let line = said.to_string();
            prop_assert_eq!(ServerLine::parse(&line), Some(said));
        }
    }
}
