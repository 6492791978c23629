//! Somebody who says nothing, hears everything, and checks it: names belong
//! to one person at a time, who comes leaves before coming again, nothing is
//! said by who is not there, every line is whole, once and in order, and all
//! witnesses hear the same.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::ledger::{self, Ledger, Manners};
use chat_kit::text::{cut_time, has_odd_time};

/// How often a witness who hears nothing looks at the clock.
const READ_MAX: Duration = Duration::from_millis(200);

/// How the herald opens and closes the hearing. Nobody else says this.
pub const HEARING_OPENS: &str = "the hearing is open";
/// See [`HEARING_OPENS`].
pub const HEARING_CLOSES: &str = "the hearing is closed";

/// What a witness heard in all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Testimony {
    /// Lines that people said.
    pub said: u64,
    /// People who came.
    pub joined: u64,
    /// People who left.
    pub left: u64,
    /// People who changed their names.
    pub renamed: u64,
    /// Of those who left, the ones who were too slow.
    pub too_slow: u64,
    /// Of those who left, the ones whose connection broke.
    pub lost: u64,
}

/// Somebody in the room.
#[derive(Clone, Copy, Debug, Default)]
struct Person {
    /// Which stay it is, as its lines say.
    stay: Option<u64>,
}

/// A witness.
pub struct Witness<'a> {
    nth: usize,
    input: BufReader<TcpStream>,
    ledger: &'a Ledger,
    is_open: bool,
    /// Everyone here, by name in lower case.
    people: HashMap<String, Person>,
    /// For each stay the number of its next line.
    next: HashMap<u64, u64>,
    testimony: Testimony,
}

impl<'a> Witness<'a> {
    /// Comes in.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn new(
        nth: usize,
        server: SocketAddr,
        ledger: &'a Ledger,
    ) -> io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(READ_MAX))?;
        Ok(Self {
            nth,
            input: BufReader::new(stream),
            ledger,
            is_open: false,
            people: HashMap::new(),
            next: HashMap::new(),
            testimony: Testimony::default(),
        })
    }

    /// Hears everything until the hearing is closed.
    ///
    /// # Errors
    /// When the connection ends before.
    pub fn hear(mut self) -> io::Result<Testimony> {
        let mut line = Vec::new();
        loop {
            match self.input.read_until(b'\n', &mut line) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => (),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    continue;
                }
                Err(error) => return Err(error),
            }
            let text = String::from_utf8_lossy(&line).into_owned();
            line.clear();
            if self.hear_line(text.trim_end_matches('\n')) == Hearing::Closed {
                self.settle_accounts();
                return Ok(self.testimony);
            }
        }
    }

    fn hear_line(&mut self, line: &str) -> Hearing {
        if line.chars().any(char::is_control) {
            self.fault(line, "a control character");
        }
        if has_odd_time(line) {
            self.fault(line, "a time in another form");
        }
        let Some(heard) = cut_time(line) else {
            return Hearing::Open;
        };
        if heard.ends_with(HEARING_CLOSES) {
            return Hearing::Closed;
        }
        if self.is_open {
            self.ledger.compare(self.nth, line);
        }
        match heard.strip_prefix("* ") {
            _ if heard.starts_with("(earlier) ") => (),
            Some(event) => self.hear_event(line, event),
            None => self.hear_words(line, heard),
        }
        Hearing::Open
    }

    fn hear_event(&mut self, line: &str, event: &str) {
        let words: Vec<&str> = event.split(' ').collect();
        match words[..] {
            [name, "joined"] => self.hear_join(line, name),
            [name, "left", ..] => self.hear_leave(line, name, &words[2..]),
            [from, "is", "now", to] => self.hear_rename(line, from, to),
            _ => self.fault(line, "not expected here"),
        }
    }

    fn hear_join(&mut self, line: &str, name: &str) {
        self.testimony.joined += 1;
        let before = self.people.insert(key(name), Person::default());
        if before.is_some() && self.is_open {
            self.fault(line, "was here already");
        }
    }

    fn hear_leave(&mut self, line: &str, name: &str, reason: &[&str]) {
        self.testimony.left += 1;
        let person = self.people.remove(&key(name));
        if person.is_none() && self.is_open {
            self.fault(line, "was not here");
        }
        match reason {
            [] => (),
            ["(connection", "lost)"] => self.testimony.lost += 1,
            ["(too", "slow)"] => {
                self.testimony.too_slow += 1;
                let stay = person.and_then(|person| person.stay);
                let manners = stay.map(|stay| self.ledger.manners(stay));
                if manners.is_some_and(|m| m != Some(Manners::Frozen)) {
                    self.fault(line, "was reading");
                }
            }
            _ => self.fault(line, "no reason for leaving"),
        }
    }

    fn hear_rename(&mut self, line: &str, from: &str, to: &str) {
        self.testimony.renamed += 1;
        let person = self.people.remove(&key(from));
        if person.is_none() && self.is_open {
            self.fault(line, "was not here");
        }
        let person = person.unwrap_or_default();
        if self.people.insert(key(to), person).is_some() {
            self.fault(line, "the name was taken");
        }
    }

    fn hear_words(&mut self, line: &str, heard: &str) {
        if heard.starts_with("~ ") {
            return;
        }
        let Some((name, text)) = heard.split_once(": ") else {
            self.fault(line, "damaged");
            return;
        };
        if text == HEARING_OPENS {
            self.is_open = true;
            return;
        }
        self.testimony.said += 1;
        let Some((stay, nth)) = ledger::read_line(text) else {
            self.fault(line, "damaged");
            return;
        };
        self.hear_speaker(line, name, stay);
        let next = self.next.entry(stay).or_insert(0);
        let expected = std::mem::replace(next, nth + 1);
        if nth != expected {
            self.fault(line, &format!("line {expected} was expected"));
        }
    }

    fn hear_speaker(&mut self, line: &str, name: &str, stay: u64) {
        let Some(person) = self.people.get_mut(&key(name)) else {
            self.fault(line, "was not here");
            return;
        };
        let before = person.stay.replace(stay);
        if before.is_some_and(|before| before != stay) {
            self.fault(line, "somebody else has this name");
        }
    }

    /// Who left in an orderly way was heard to the last line.
    fn settle_accounts(&self) {
        for (stay, next) in &self.next {
            if let Some(Manners::Orderly(said)) = self.ledger.manners(*stay)
                && said != *next
            {
                self.ledger.fault(format!(
                    "stay {stay} said {said} lines, and {next} were heard"
                ));
            }
        }
    }

    fn fault(&self, line: &str, what: &str) {
        self.ledger
            .fault(format!("witness {}: {line:?}: {what}", self.nth));
    }
}

/// Whether there is more to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hearing {
    Open,
    Closed,
}

/// Names are compared ignoring case.
fn key(name: &str) -> String {
    name.to_lowercase()
}
