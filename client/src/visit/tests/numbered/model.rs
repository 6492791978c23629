//! A room that keeps to the protocol, connections that break anywhere, and a
//! client that ends and comes back: nobody misses a line, hears one twice or
//! says one twice.

use std::collections::VecDeque;

use chat_common::numbered::{ClientLine, Hello};
use proptest::prelude::*;

use super::*;

/// What a room does with the author's own lines among what they missed: the
/// protocol leaves it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    LeftOut,
    Shown,
    Confirmed,
}

/// An entry of the book: who said it, and what.
#[derive(Clone, Debug)]
struct Entry {
    author: &'static str,
    text: String,
}

/// The room, ada's connection to it, and what is on its way.
struct Room {
    own: Own,
    gives_name_back: bool,
    book: Vec<Entry>,
    /// The entry that each line of the token's became; the token outlives
    /// connections and the room's process.
    taken: Vec<Option<u64>>,
    has_token: bool,
    session: Session,
    up: VecDeque<String>,
    down: VecDeque<String>,
}

/// What the room knows of the connection.
#[derive(Default)]
struct Session {
    is_numbered: bool,
    name: String,
}

impl Room {
    fn new(own: Own, gives_name_back: bool) -> Self {
        Self {
            own,
            gives_name_back,
            book: Vec::new(),
            taken: Vec::new(),
            has_token: false,
            session: Session::default(),
            up: VecDeque::new(),
            down: VecDeque::new(),
        }
    }

    fn line(entry: &Entry) -> String {
        format!("[14:03:07] {}: {}", entry.author, entry.text)
    }

    fn last(&self) -> u64 {
        self.book.len() as u64
    }

    fn greets(&mut self) {
        self.up.clear();
        self.down.clear();
        self.session = Session {
            is_numbered: false,
            name: "guest-3".to_owned(),
        };
        let past = self.book.iter().rev().take(5).rev();
        let past: Vec<_> = past
            .map(|it| {
                format!("[14:03:07] (earlier) {}: {}", it.author, it.text)
            })
            .collect();
        self.down.push_back("Welcome to the chatroom!".to_owned());
        self.down.push_back(YOU_ARE.to_owned());
        self.down.extend(past);
    }

    fn tells(&mut self, number: u64) {
        let line = Self::line(&self.book[number as usize - 1]);
        self.down.push_back(match self.session.is_numbered {
            true => format!("# {number} {line}"),
            false => line,
        });
    }

    fn bob_says(&mut self, text: String) {
        let author = "bob";
        self.book.push(Entry { author, text });
        self.tells(self.last());
    }

    fn takes(&mut self, line: &str) {
        if let Some(hello) = Hello::parse(line) {
            return self.answers(hello.resume.map(|it| it.last));
        }
        let sent = ClientLine::parse(line).expect("a numbered line");
        let (k, text) = match sent {
            ClientLine::Ping(number) => {
                return self.down.push_back(format!("= pong {number}"));
            }
            ClientLine::Sent { k, text } => (k as usize, text.to_owned()),
        };
        if k <= self.taken.len() {
            return self.confirms(k);
        }
        assert_eq!(k, self.taken.len() + 1, "a number was left out: {line}");
        let became = match text.strip_prefix("/name ") {
            Some(name) => {
                let old =
                    std::mem::replace(&mut self.session.name, name.into());
                let told = format!("- [14:03:07] * {old} is now {name}");
                self.down.push_back(told);
                None
            }
            None => {
                assert_eq!(self.session.name, "ada", "said as a guest: {line}");
                let author = "ada";
                self.book.push(Entry { author, text });
                Some(self.last())
            }
        };
        self.taken.push(became);
        self.confirms(k);
    }

    fn confirms(&mut self, k: usize) {
        self.down.push_back(match self.taken[k - 1] {
            Some(number) => format!("= taken {k} {number} [14:03:07]"),
            None => format!("= taken {k} -"),
        });
    }

    fn answers(&mut self, last: Option<u64>) {
        self.session.is_numbered = true;
        self.down.push_back(format!("= epoch e1 {}", self.last()));
        let Some(last) = last else {
            self.taken.clear();
            self.has_token = true;
            return self.down.push_back("= token t1".to_owned());
        };
        assert!(self.has_token);
        if self.gives_name_back {
            self.session.name = "ada".to_owned();
            let given = YOU_ARE.replace("guest-3", "ada");
            self.down.push_back(format!("- {given}"));
        }
        self.down
            .push_back(format!("= taken-to {}", self.taken.len()));
        self.down.push_back("= missed 0".to_owned());
        for number in last + 1..=self.last() {
            let is_own = self.book[number as usize - 1].author == "ada";
            match self.own {
                Own::LeftOut if is_own => (),
                Own::Confirmed if is_own => {
                    let k =
                        self.taken.iter().position(|it| *it == Some(number));
                    self.confirms(k.expect("taken") + 1);
                }
                _ => self.tells(number),
            }
        }
        self.down.push_back("= end".to_owned());
    }
}

/// ada, the room, and what she has seen.
struct World {
    ada: Ada,
    room: Room,
    is_connected: bool,
    /// What must be said, once.
    typed: Vec<String>,
    /// How many lines were typed.
    count: usize,
    /// What stands on her screen, over all her clients.
    seen: Vec<String>,
}

#[derive(Clone, Debug)]
enum Step {
    AdaTypes,
    BobSays,
    Up(usize),
    Down(usize),
    Breaks,
    AdaRestarts,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::AdaTypes),
        4 => Just(Step::BobSays),
        8 => (1..4usize).prop_map(Step::Up),
        8 => (1..9usize).prop_map(Step::Down),
        2 => Just(Step::Breaks),
        1 => Just(Step::AdaRestarts),
    ]
}

impl World {
    fn new(own: Own, gives_name_back: bool) -> Self {
        let mut world = Self {
            ada: Ada::new(None),
            room: Room::new(own, gives_name_back),
            is_connected: false,
            typed: Vec::new(),
            count: 0,
            seen: Vec::new(),
        };
        world.connects();
        // She has been here before: from now on she must miss nothing.
        world.settles();
        world.seen.clear();
        world
    }

    fn note(&mut self, done: Vec<String>) {
        for what in done {
            match what.strip_prefix("> ") {
                Some(line) => self.room.up.push_back(line.to_owned()),
                None => self.seen.push(what),
            }
        }
    }

    fn connects(&mut self) {
        self.room.greets();
        self.is_connected = true;
        let done = self.ada.connects();
        self.note(done);
    }

    fn breaks(&mut self) {
        if std::mem::replace(&mut self.is_connected, false) {
            let done = self.ada.loses();
            self.note(done);
        }
    }

    fn does(&mut self, step: &Step) {
        match step {
            Step::AdaTypes => {
                let text = format!("own-{}", self.count);
                self.count += 1;
                let done = self.ada.types(&text);
                self.typed.push(text);
                self.note(done);
            }
            Step::BobSays => {
                let text = format!("line-{}", self.room.book.len());
                self.room.bob_says(text);
            }
            Step::Up(count) => self.moves_up(*count),
            Step::Down(count) => self.moves_down(*count),
            Step::Breaks => self.breaks_and_comes_back(),
            Step::AdaRestarts => self.restarts(),
        }
    }

    fn moves_up(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(line) = self.room.up.pop_front() {
                self.room.takes(&line);
            }
        }
    }

    fn moves_down(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(line) = self.room.down.pop_front() {
                let done = self.ada.hears(&[&line]);
                self.note(done);
            }
        }
    }

    fn breaks_and_comes_back(&mut self) {
        let is_inside = self.ada.visit.survives();
        self.breaks();
        if !is_inside {
            // Who was not in the room yet does not wait for it.
            return self.restarts();
        }
        while !self.is_connected {
            let done = self.ada.waits();
            if done.contains(&"call".to_owned()) {
                self.connects();
            }
        }
    }

    /// ada's client ends and is started again, as somebody else's process.
    fn restarts(&mut self) {
        self.breaks();
        let ended = self.ada.ends();
        // Who leaves is told; what happens with those lines is then open.
        let lost: Vec<String> = ended
            .iter()
            .filter_map(|it| it.strip_prefix("-- not confirmed: "))
            .map(str::to_owned)
            .collect();
        self.note(ended);
        let held: Vec<String> = self
            .ada
            .visit
            .give_up_held()
            .iter()
            .map(words)
            .filter_map(|it| Some(it.strip_prefix("-- not sent: ")?.to_owned()))
            .collect();
        self.typed
            .retain(|it| !lost.contains(it) && !held.contains(it));
        let place = self.ada.visit.numbers.place();
        self.ada = Ada::new(
            place.as_ref().map(|it| (&*it.epoch, it.last, &*it.token)),
        );
        self.connects();
    }

    /// Everything on its way arrives.
    fn settles(&mut self) {
        while !self.room.up.is_empty() || !self.room.down.is_empty() {
            self.moves_up(1);
            self.moves_down(1);
        }
    }

    /// The texts on the screen that begin like this.
    fn seen(&self, start: &str) -> Vec<&str> {
        let texts = self.seen.iter().filter(|it| !it.starts_with("--"));
        let texts = texts.filter_map(|it| Some(&it[it.find(start)?..]));
        texts.collect()
    }
}

proptest! {
    #[test]
    fn each_line_is_heard_once_and_said_once(
        own in prop::sample::select(vec![
            Own::LeftOut, Own::Shown, Own::Confirmed,
        ]),
        gives_name_back: bool,
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut world = World::new(own, gives_name_back);
        for step in &steps {
            world.does(step);
        }
        world.settles();
        let book = |author| {
            let own = world.room.book.iter().filter(move |it| it.author == author);
            own.map(|it| it.text.as_str()).collect::<Vec<_>>()
        };
        prop_assert_eq!(world.seen("line-"), book("bob"));
        let said = book("ada");
        for text in &world.typed {
            let times = said.iter().filter(|it| *it == text).count();
            prop_assert_eq!(times, 1, "{} in {:?}", text, &said);
        }
        let mut once = said.clone();
        once.dedup();
        prop_assert_eq!(&once, &said);
        prop_assert!(said.is_sorted_by_key(|it| it[4..].parse::<usize>().ok()));
        let is_restarted =
            steps.iter().any(|it| matches!(it, Step::AdaRestarts));
        if !is_restarted {
            prop_assert_eq!(world.seen("own-"), said);
            prop_assert_eq!(world.ada.waiting().len(), 0);
        }
        if !is_restarted && own != Own::LeftOut {
            let whole: Vec<_> =
                world.room.book.iter().map(|it| it.text.as_str()).collect();
            let seen = world.seen.iter().filter(|it| !it.starts_with("--"));
            let seen: Vec<_> = seen
                .filter_map(|it| {
                    let start = it.find("own-").or_else(|| it.find("line-"))?;
                    Some(&it[start..])
                })
                .collect();
            prop_assert_eq!(seen, whole);
        }
    }
}
