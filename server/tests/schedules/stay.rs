//! What one visitor heard, taken apart: the greeting, the past, the present.

use chat_common::events::{Event, ServerLine};

use crate::visit::Visit;

/// Instead of the time, so that lines can be compared.
const AT: &str = "00:00:00";

/// What one visitor heard.
pub struct Stay {
    /// Who was here when they came, themselves included.
    pub here: Vec<String>,
    /// The name they were given.
    pub guest: String,
    /// What was said before, as they were shown it.
    pub earlier: Vec<String>,
    /// What happened while they were here, private words left out.
    pub live: Vec<String>,
}

/// What the room is told when the disk fails, and when it is back.
const KEEPING: &str = "] * what is said ";

impl Stay {
    /// `None` for somebody who was not let in, or did not hear as much as
    /// their name.
    pub fn of(visit: &Visit) -> Option<Self> {
        let complete = visit.heard.rfind('\n').map_or(0, |end| end + 1);
        let mut lines = visit.heard[..complete].lines();
        let first = lines.next()?;
        if event(first) != Event::Welcome {
            assert!(
                first.contains("has no room")
                    || first.contains("is full")
                    || first.contains("is closing"),
                "neither a welcome nor a refusal: {first:?}"
            );
            return None;
        }
        let Event::Here { names, more: 0, .. } = event(lines.next()?) else {
            panic!("the second line lists who is here: {}", visit.heard);
        };
        let Event::YouAre { guest } = event(lines.next()?) else {
            panic!("the third line names the newcomer: {}", visit.heard);
        };
        let mut stay = Self {
            here: names.split(", ").map(str::to_owned).collect(),
            guest: guest.to_owned(),
            earlier: Vec::new(),
            live: Vec::new(),
        };
        let mut latest = "";
        // Whether lines are kept is no part of what happened.
        for line in lines.filter(|line| !line.contains(KEEPING)) {
            let heard = parse(line);
            // Answers to one person have no time, and no place in the order.
            let Some(at) = heard.at else { continue };
            assert!(latest <= at, "time goes backwards:\n{}", visit.heard);
            latest = at;
            stay.hear(heard);
        }
        Some(stay)
    }

    fn hear(&mut self, heard: ServerLine<'_>) {
        let line = untimed(heard.event);
        if heard.earlier {
            assert!(self.live.is_empty(), "the past comes first: {line}");
            self.earlier.push(line);
        } else if !matches!(heard.event, Event::Private { .. }) {
            self.live.push(line);
        }
    }

    /// What they were called last, as far as they heard.
    pub fn own_name(&self) -> &str {
        let mut name = self.guest.as_str();
        for line in &self.live {
            if let Event::Renamed { from, to } = event(line)
                && from == name
            {
                name = to;
            }
        }
        name
    }

    /// Whether the room knew of them.
    pub fn is_announced(&self) -> bool {
        let guest = self.guest.as_str();
        self.live.iter().any(|line| match event(line) {
            Event::Joined { name } => name == guest,
            Event::Renamed { from, .. } => from == guest,
            _ => false,
        })
    }
}

/// A line to compare with others: the event, at no particular time.
pub fn untimed(event: Event<'_>) -> String {
    ServerLine::now(AT, event).to_string()
}

/// What a line tells.
pub fn event(line: &str) -> Event<'_> {
    parse(line).event
}

fn parse(line: &str) -> ServerLine<'_> {
    match ServerLine::parse(line) {
        Some(heard) => heard,
        None => panic!("no server says {line:?}"),
    }
}
