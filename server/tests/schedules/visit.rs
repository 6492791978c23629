//! Visitors: what they type, how they leave, and what they heard.

use chat_common::events::Event;

use crate::circumstances;
use crate::net::connection::{Holds, Network, Over, Terminal};

/// For how many steps at most nothing happens before a visitor reads on, or
/// resets the connection: long enough for everything that was typed to be
/// read, said and answered.
const STEPS_OF_A_PAUSE: usize = 60;

/// How a visit ends, unless the server ends it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With `/quit`.
    Quit,
    /// The terminal ends its input, the last line without a line break, and
    /// still reads.
    HangUp,
    /// The connection is reset.
    Reset,
    /// They stay until the server closes.
    Stay,
    /// They stay, and read nothing any more.
    Freeze,
}

/// Whether somebody who was turned away comes again, at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insists {
    /// No.
    Never,
    /// Until they have heard this.
    UntilHeard(&'static str),
}

/// Somebody who will come.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// What each of their own words begins with, and nobody else's.
    pub tag: &'static str,
    /// What they type.
    pub lines: Vec<String>,
    /// How much the network takes for them.
    pub holds: Holds,
    pub ending: Ending,
    pub insists: Insists,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Visit {
    pub visitor: Visitor,
    /// Everything they read.
    pub heard: String,
    /// How the connection ended; `None` if there never was one.
    pub over: Option<Over>,
}

/// A visitor who is never behind.
pub fn visitor(tag: &'static str, lines: &[&str], ending: Ending) -> Visitor {
    Visitor {
        tag,
        lines: lines.iter().map(ToString::to_string).collect(),
        holds: Holds::Everything,
        ending,
        insists: Insists::Never,
    }
}

impl Visitor {
    /// The same one, at the end of a network that takes no more than this.
    pub fn behind(self, bytes: usize) -> Self {
        Self {
            holds: Holds::Bytes(bytes),
            ..self
        }
    }

    /// Comes, types, leaves; and if they insist, comes again.
    pub fn visit(self, network: &Network) -> Visit {
        loop {
            let visit = self.clone().visit_once(network);
            match self.insists {
                Insists::UntilHeard(text) if !visit.heard.contains(text) => (),
                _ => return visit,
            }
        }
    }

    fn visit_once(self, network: &Network) -> Visit {
        let Some(mut terminal) = network.connect(self.holds) else {
            return Visit {
                visitor: self,
                heard: String::new(),
                over: None,
            };
        };
        for (nth, line) in self.lines.iter().enumerate() {
            if circumstances::one_in(2) {
                terminal.glance();
            }
            terminal.type_text(line);
            if !(self.ending == Ending::HangUp && nth + 1 == self.lines.len()) {
                terminal.type_text("\n");
            }
        }
        let over = self.ending.come(&mut terminal);
        Visit {
            heard: terminal.heard(),
            visitor: self,
            over: Some(over),
        }
    }
}

impl Ending {
    fn come(self, terminal: &mut Terminal) -> Over {
        match self {
            // What is typed after it is not heard, and destroys nothing.
            Self::Quit => terminal.type_text("/quit\ntoo late\n"),
            Self::HangUp => terminal.end_typing(),
            Self::Stay => (),
            Self::Reset => {
                circumstances::dawdle(STEPS_OF_A_PAUSE);
                terminal.reset();
                return Over::Reset;
            }
            Self::Freeze => return terminal.wait_until_dropped(),
        }
        circumstances::dawdle(STEPS_OF_A_PAUSE);
        let over = terminal.read_to_end();
        // As a program does that sees the end: the server waits for it.
        terminal.end_typing();
        over
    }

    /// Whether the visit ends before the server closes.
    pub fn is_early(self) -> bool {
        !matches!(self, Self::Stay | Self::Freeze)
    }
}

impl Visit {
    /// What this visitor says or does in this event, if they do.
    pub fn own_words<'e>(&self, event: Event<'e>) -> Option<&'e str> {
        match event {
            Event::Said { text, .. } | Event::Acted { text, .. } => {
                text.starts_with(self.visitor.tag).then_some(text)
            }
            _ => None,
        }
    }

    /// What they typed that everybody is to hear.
    pub fn typed_words(&self) -> Vec<&str> {
        let lines = self.visitor.lines.iter();
        let words = lines.map(|line| line.strip_prefix("/me ").unwrap_or(line));
        let is_said = |line: &&str| !line.is_empty() && !line.starts_with('/');
        words.filter(is_said).collect()
    }
}
