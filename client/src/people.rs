//! Who is in the room, as far as its lines tell: for completing a name. May
//! not be relied on for anything else.

use chat_common::events::{Event, Heard};
use chat_common::names;

/// How many names are remembered: a crowd is never listed in full.
const PEOPLE_MAX: usize = 1000;

/// Names of those present, whoever spoke last first.
#[derive(Debug, Default)]
pub struct People {
    names: Vec<String>,
}

impl People {
    /// Takes in a line of the room.
    pub fn hear(&mut self, heard: &Heard<'_>) {
        match heard.event {
            // Whoever spoke earlier may have left since.
            _ if heard.earlier => (),
            Event::Welcome => self.names.clear(),
            Event::Here { names, .. } => {
                names.split(", ").for_each(|name| self.add(name));
            }
            Event::Joined { name } => self.add(name),
            Event::Left { name, .. } => self.remove(name),
            Event::Renamed { from, to } => self.rename(from, to),
            Event::Said { name, .. }
            | Event::Acted { name, .. }
            | Event::Private { name, .. } => self.speaks(name),
            _ => (),
        }
    }

    /// The names that begin like this, ignoring case, but for one's own.
    pub fn beginning_with(&self, start: &str, me: &str) -> Vec<&str> {
        let start = names::key(start);
        self.names
            .iter()
            .filter(|name| *name != me && names::key(name).starts_with(&start))
            .map(String::as_str)
            .collect()
    }

    fn add(&mut self, name: &str) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
            self.names.truncate(PEOPLE_MAX);
        }
    }

    fn remove(&mut self, name: &str) {
        self.names.retain(|known| known != name);
    }

    fn speaks(&mut self, name: &str) {
        if self.names.first().is_none_or(|first| first != name) {
            self.remove(name);
            self.names.insert(0, name.to_owned());
            self.names.truncate(PEOPLE_MAX);
        }
    }

    fn rename(&mut self, from: &str, to: &str) {
        match self.names.iter_mut().find(|known| *known == from) {
            Some(known) => to.clone_into(known),
            None => self.add(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_present_are_known_and_the_last_speaker_comes_first() {
        let mut people = People::default();
        for line in [
            "* here (5): al, alice, albert, me, zoe and 1 more",
            "[14:03:07] (earlier) alfred: long gone",
            "[14:03:08] * ALBA joined",
            "[14:03:08] albert: hello",
            "[14:03:08] ~ alice waves",
            "[14:03:09] * al left",
            "[14:03:09] * zoe is now aldous",
            "[14:03:09] * me is now alme",
        ] {
            people.hear(&Heard::parse(line).expect(line));
        }
        let found = people.beginning_with("Al", "alme");
        assert_eq!(found, ["alice", "albert", "aldous", "ALBA"]);
        let welcome = Heard::parse("Welcome to the chatroom!");
        people.hear(&welcome.expect("a welcome"));
        assert!(people.beginning_with("", "").is_empty());
    }
}
