//! Who is in the room, as far as its lines tell, and who wrote to the person
//! alone: for completing a name and for answering. Must not be relied on for
//! anything else.
//!
//! A server may send any number of names of any length: what is remembered
//! of them is bounded.

use chat_common::events::{Event, ServerLine};
use chat_common::names;

/// How many names are remembered: a crowd is never listed in full.
const PEOPLE_MAX: usize = 1000;

/// The longest name that is remembered: sixteen characters of at most four
/// bytes, which is also more than any guest's.
const NAME_BYTES_MAX: usize = 64;

/// Names of those present, whoever spoke last first.
#[derive(Debug, Default)]
pub struct People {
    names: Vec<String>,
    /// Who wrote to the person alone last, and has not left since.
    writer: Option<String>,
}

impl People {
    /// Takes in a line of the room.
    pub fn hear(&mut self, heard: &ServerLine<'_>) {
        match heard.event {
            // Whoever spoke earlier may have left since.
            _ if heard.earlier => (),
            Event::Welcome => *self = Self::default(),
            Event::Here { names, .. } => {
                names.split(", ").for_each(|name| self.add(name));
            }
            Event::Joined { name } => self.add(name),
            Event::Left { name, .. } => self.remove(name),
            Event::Renamed { from, to } => self.rename(from, to),
            Event::Said { name, .. } | Event::Acted { name, .. } => {
                self.speaks(name);
            }
            Event::Private { name, .. } => {
                self.speaks(name);
                self.writer = is_known_size(name).then(|| name.to_owned());
            }
            _ => (),
        }
    }

    /// Who wrote to the person alone last, if they are still here.
    pub fn last_writer(&self) -> Option<&str> {
        self.writer.as_deref()
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
        let is_new =
            |names: &[String]| !names.iter().any(|known| known == name);
        if self.names.len() < PEOPLE_MAX
            && is_known_size(name)
            && is_new(&self.names)
        {
            self.names.push(name.to_owned());
        }
    }

    fn remove(&mut self, name: &str) {
        self.names.retain(|known| known != name);
        self.writer.take_if(|writer| writer == name);
    }

    fn speaks(&mut self, name: &str) {
        if !is_known_size(name) {
            return;
        }
        if self.names.first().is_none_or(|first| first != name) {
            self.names.retain(|known| known != name);
            self.names.insert(0, name.to_owned());
            self.names.truncate(PEOPLE_MAX);
        }
    }

    fn rename(&mut self, from: &str, to: &str) {
        if !is_known_size(to) {
            return self.remove(from);
        }
        if let Some(writer) = self.writer.as_mut().filter(|it| *it == from) {
            to.clone_into(writer);
        }
        match self.names.iter_mut().find(|known| *known == from) {
            Some(known) => to.clone_into(known),
            None => self.add(to),
        }
    }
}

/// Whether this may be a name of a room like ours.
fn is_known_size(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
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
            people.hear(&ServerLine::parse(line).expect(line));
        }
        let found = people.beginning_with("Al", "alme");
        assert_eq!(found, ["alice", "albert", "aldous", "ALBA"]);
        let welcome = ServerLine::parse("Welcome to the chatroom!");
        people.hear(&welcome.expect("a welcome"));
        assert!(people.beginning_with("", "").is_empty());
    }

    #[test]
    fn an_answer_goes_to_who_wrote_last_and_is_still_here() {
        let mut people = People::default();
        let mut hear = |line: &str| {
            people.hear(&ServerLine::parse(line).expect(line));
            people.last_writer().map(str::to_owned)
        };
        assert_eq!(hear("[14:03:07] (earlier) eve -> you: old"), None);
        let ada = Some("ada".to_owned());
        assert_eq!(hear("[14:03:07] ada -> you: psst"), ada);
        assert_eq!(hear("[14:03:08] eve: to all"), ada);
        let lovelace = Some("lovelace".to_owned());
        assert_eq!(hear("[14:03:09] * ada is now lovelace"), lovelace);
        assert_eq!(hear("[14:03:09] * eve left"), lovelace);
        assert_eq!(hear("[14:03:10] * lovelace left"), None);
    }

    #[test]
    fn names_without_end_cost_a_bounded_amount() {
        let mut people = People::default();
        let long = "x".repeat(NAME_BYTES_MAX + 1);
        let many: Vec<_> =
            (0..PEOPLE_MAX * 3).map(|n| format!("p{n}")).collect();
        for line in [
            format!("* here (2): {long}, ok"),
            format!("[14:03:07] * {long} joined"),
            format!("[14:03:07] {long}: hi"),
            format!("[14:03:07] {long} -> you: hi"),
            format!("[14:03:07] * ok is now {long}"),
            format!("* here (3000): {}", many.join(", ")),
        ] {
            people.hear(&ServerLine::parse(&line).expect("a line"));
        }
        assert_eq!(people.names.len(), PEOPLE_MAX);
        assert_eq!(people.names[0], "p0");
        assert_eq!(people.last_writer(), None);
    }
}
