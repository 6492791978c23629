//! What the room's lock guards, and what is done while it is held. May not
//! take the lock, and may not wait for anything.
//!
//! A function that needs the lock is a method of [`Inside`], and nobody has
//! an `Inside` who does not hold the lock: the type says it.

use chat_common::events::{Event, Heard, Reason};
use chat_common::lines::Line;
use chat_common::names::Name;

use crate::clock::{Clock, Moment};
use crate::crowd::{
    Arrival, Crowd, NAMED_AT_ONCE_MAX, NAMED_PEOPLE_MAX, Telling,
};
use crate::errand::{ClientId, Errand, Errands};
use crate::former::FormerNames;
use crate::history::History;
use crate::outbox::Outbox;
use crate::refusal::Refusal;
use crate::scribe::Scribe;
use crate::sync::Arc;
use crate::wire::Wire;
use crate::wording::{self, Manner, happening};

/// How many names a newcomer is shown.
pub const NAMES_GREETED_MAX: usize = 20;
/// How many names `/users` shows: some five screens.
pub const NAMES_LISTED_MAX: usize = 200;

/// Why a stay ended; `None` is a plain goodbye.
pub type Departure = Option<Reason>;

/// Everything the one lock guards. A function that needs the lock takes
/// `&mut Inside`, or is a method of it.
pub struct Inside<W> {
    /// Everyone who is here, in the order they came.
    pub writers: Vec<Writer<W>>,
    /// Those who have left and are still being sent their last words.
    pub departing: Vec<Departing<W>>,
    /// What time it is: looked at under the lock, so that times go forward
    /// in the order of what is said.
    pub clock: Clock,
    /// What was said last.
    pub history: History,
    /// Arrivals and departures not told of yet.
    pub crowd: Crowd,
    /// Names that somebody had.
    pub former: FormerNames,
    /// What this hold leaves to be done. Closed when the room is.
    pub errands: Errands<W>,
    /// Where what is said is written down, if it is. `None` once the room is
    /// closed, so that the thread that writes can end.
    pub transcript: Option<Scribe>,
}

/// Somebody who is here: the writing end, as others see it.
pub struct Writer<W> {
    /// Which stay this is.
    pub id: ClientId,
    /// What they are called now. A guest name until they take another.
    pub name: Name,
    /// How the room is told that they come and go.
    pub arrival: Arrival,
    /// What the room has been told so far.
    pub standing: Standing,
    /// Who wrote to them alone last, for `/reply`.
    pub wrote_last: Option<(ClientId, Name)>,
    /// What they have yet to be sent.
    pub outbox: Arc<Outbox<W>>,
}

/// What the room has been told of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing yet.
    Unknown,
    /// Nothing yet; but they have a name that somebody else had, so that they
    /// are told of by name before they are heard, or at the next telling.
    Expected,
    /// Their name.
    Named,
    /// That there is one more.
    Counted,
}

/// Somebody who has left.
pub struct Departing<W> {
    /// Which stay it was.
    pub id: ClientId,
    /// What they were called; others may be called so now.
    pub name: Name,
    /// Why it ended.
    pub departure: Departure,
    /// Where their last words are, so that it can be cut short.
    pub outbox: Arc<Outbox<W>>,
}

impl<W: Wire> Inside<W> {
    /// Nobody is here, nothing was said.
    pub fn new(
        clock: Clock,
        history_lines: usize,
        errands: Errands<W>,
        transcript: Option<Scribe>,
    ) -> Self {
        Self {
            writers: Vec::new(),
            departing: Vec::new(),
            clock,
            history: History::new(history_lines),
            crowd: Crowd::default(),
            former: FormerNames::default(),
            errands,
            transcript,
        }
    }

    /// Where in [`Inside::writers`] somebody stands, while they are here.
    pub fn position(&self, id: ClientId) -> Option<usize> {
        self.writers.iter().position(|writer| writer.id == id)
    }

    /// What a newcomer is shown first, in at most so many bytes.
    pub fn greeting(&self, id: ClientId, bytes_max: usize) -> String {
        let guest = Name::guest(id.0);
        let names = self.names(NAMES_GREETED_MAX);
        let mut greeting = wording::answers([
            Event::Welcome,
            self.here(&names, NAMES_GREETED_MAX),
            Event::YouAre {
                guest: guest.as_str(),
            },
        ]);
        let left = bytes_max.saturating_sub(greeting.len());
        greeting.push_str(&self.history.replay(left));
        greeting
    }

    /// The names of those who are here, but at most so many.
    pub fn names(&self, names_max: usize) -> String {
        let names = self.writers.iter().map(|writer| writer.name.as_str());
        wording::list(names, names_max)
    }

    /// Who is here, with these names, which are so many at most.
    pub fn here<'a>(&self, names: &'a str, names_max: usize) -> Event<'a> {
        let count = self.writers.len();
        let more = count.saturating_sub(names_max);
        Event::Here { count, names, more }
    }

    /// Tells the room that somebody has joined, unless it knows.
    ///
    /// That a name is somebody else's now is told by name, also to a crowd:
    /// not at once, or whoever comes and goes in old names would be told of
    /// as often as they like, but before they are heard.
    pub fn announce(&mut self, nth: usize) {
        match self.writers[nth].standing {
            Standing::Named | Standing::Counted => return,
            Standing::Expected => return self.introduce(nth),
            Standing::Unknown if self.is_told_by_name(nth) => {
                return self.introduce(nth);
            }
            Standing::Unknown => (),
        }
        let name = self.writers[nth].name.clone();
        let (standing, telling) = if self.former.contains(&name) {
            (Standing::Expected, self.crowd.await_telling())
        } else {
            (Standing::Counted, self.crowd.count_arrival())
        };
        self.writers[nth].standing = standing;
        self.ask_to_tell(telling);
        // Nobody is counted to themselves.
        let joined = Event::Joined {
            name: name.as_str(),
        };
        self.put_to(nth, happening(&self.clock.now(), joined));
    }

    /// Tells the room the name of somebody who has joined.
    fn introduce(&mut self, nth: usize) {
        self.tell_crowd();
        let writer = &mut self.writers[nth];
        let told = std::mem::replace(&mut writer.standing, Standing::Named);
        // Who was expected knows that they joined.
        let except = (told == Standing::Expected).then_some(nth);
        let name = writer.name.clone();
        let joined = Event::Joined {
            name: name.as_str(),
        };
        self.broadcast(except, &happening(&self.clock.now(), joined));
    }

    /// Tells the names of some who are expected, and has the others told
    /// later.
    pub fn introduce_some(&mut self) {
        let is_expected = |w: &Writer<W>| w.standing == Standing::Expected;
        let expected: Vec<usize> = (0..self.writers.len())
            .filter(|nth| is_expected(&self.writers[*nth]))
            .collect();
        for nth in expected.iter().take(NAMED_AT_ONCE_MAX) {
            self.introduce(*nth);
        }
        if expected.len() > NAMED_AT_ONCE_MAX {
            let telling = self.crowd.await_telling();
            self.ask_to_tell(telling);
        }
    }

    /// Says as many of the lines as fit into so many bytes, but at least one;
    /// returns the others.
    pub fn say<'l>(
        &mut self,
        nth: usize,
        manner: Manner,
        lines: &'l [Line],
        bytes_max: usize,
    ) -> &'l [Line] {
        let name = self.writers[nth].name.clone();
        let now = self.clock.now();
        let event = |line: &'l Line| manner.of(name.as_str(), line.as_str());
        let (text, fitting) =
            wording::compose(&now, lines.iter().map(event), bytes_max);
        let (said, rest) = lines.split_at(fitting);
        self.broadcast(Some(nth), &text);
        self.remember(&now, said.iter().map(event));
        rest
    }

    /// What was said goes into the history and the transcript.
    fn remember<'e>(
        &mut self,
        now: &Moment,
        said: impl ExactSizeIterator<Item = Event<'e>> + Clone,
    ) {
        let older = said.len().saturating_sub(self.history.lines_max());
        for event in said.clone().skip(older) {
            self.history.push(Heard::now(&now.time, event));
        }
        if let Some(transcript) = &self.transcript {
            let Moment { date, time } = now;
            let lines = said.map(|event| format!("{date} {time} {event}\n"));
            transcript.write(lines.collect());
        }
    }

    /// Gives somebody another name, if nobody else has it.
    ///
    /// # Errors
    /// [`Refusal::Taken`], [`Refusal::LooksLike`], [`Refusal::Yours`].
    pub fn rename(&mut self, nth: usize, name: Name) -> Result<(), Refusal> {
        for (other, writer) in self.writers.iter().enumerate() {
            if other == nth {
                continue;
            } else if writer.name.is_same_as(&name) {
                return Err(Refusal::Taken(name));
            } else if writer.name.looks_like(&name) {
                let present = writer.name.clone();
                return Err(Refusal::LooksLike {
                    asked: name,
                    present,
                });
            }
        }
        let writer = &mut self.writers[nth];
        if writer.name == name {
            return Err(Refusal::Yours(name));
        }
        let standing = writer.standing;
        if standing == Standing::Expected {
            // Or they would be told of by a name that nobody has heard.
            self.introduce(nth);
        }
        let writer = &mut self.writers[nth];
        let old = std::mem::replace(&mut writer.name, name.clone());
        let renamed = Event::Renamed {
            from: old.as_str(),
            to: name.as_str(),
        };
        let line = happening(&self.clock.now(), renamed);
        if standing == Standing::Unknown {
            // Only the newcomer has known the guest name: to everyone else
            // the arrival of `name` is one line.
            self.put_to(nth, &line);
            self.announce(nth);
        } else {
            self.let_go(self.writers[nth].id, &old);
            self.broadcast(None, &line);
        }
        Ok(())
    }

    /// Says something to one person alone.
    ///
    /// # Errors
    /// [`Refusal::Oneself`].
    pub fn tell(
        &mut self,
        author: usize,
        reader: usize,
        text: &Line,
    ) -> Result<(), Refusal> {
        if author == reader {
            let name = self.writers[author].name.clone();
            return Err(Refusal::Oneself(name));
        }
        if self.writers[author].standing == Standing::Expected {
            self.introduce(author);
        }
        let (id, name) = {
            let author = &self.writers[author];
            (author.id, author.name.clone())
        };
        let private = Event::Private {
            name: name.as_str(),
            text: text.as_str(),
        };
        self.put_to(reader, happening(&self.clock.now(), private));
        let said = format!("said to {} alone", self.writers[reader].name);
        self.put_to(author, wording::answer(Event::Notice(&said)));
        self.writers[reader].wrote_last = Some((id, name));
        Ok(())
    }

    /// Whether the room is told the name of this newcomer.
    fn is_told_by_name(&self, nth: usize) -> bool {
        !self.is_crowd() && self.writers[nth].arrival == Arrival::Named
    }

    fn is_crowd(&self) -> bool {
        self.writers.len() > NAMED_PEOPLE_MAX
    }

    fn ask_to_tell(&self, telling: Telling) {
        if telling == Telling::ToBeAsked {
            self.errands.send(Errand::TellCrowd);
        }
    }

    /// Tells the count, if there is one: before anybody is told by name, so
    /// that nobody leaves whose arrival comes later.
    pub fn tell_crowd(&mut self) {
        if let Some(event) = self.crowd.take() {
            self.broadcast(None, &happening(&self.clock.now(), event));
        }
    }

    /// Puts a text into every outbox but one.
    fn broadcast(&mut self, except: Option<usize>, text: &str) {
        for (nth, writer) in self.writers.iter().enumerate() {
            if Some(nth) != except {
                let put = writer.outbox.put(text.as_bytes());
                self.errands.follow_up(writer.id, &writer.outbox, put);
            }
        }
    }

    /// Puts something into one outbox.
    pub fn put_to(&mut self, nth: usize, bytes: impl AsRef<[u8]>) {
        let writer = &self.writers[nth];
        let put = writer.outbox.put(bytes.as_ref());
        self.errands.follow_up(writer.id, &writer.outbox, put);
    }

    /// Shows out everyone found too slow. Telling the others may find more.
    pub fn settle(&mut self) {
        while let Some(id) = self.errands.next_too_slow() {
            if let Some(nth) = self.position(id) {
                let why = "you are shown out: you read too slowly";
                self.depart(nth, Some(Reason::TooSlow), Some(why));
                self.errands.send(Errand::CutOff(id));
            }
        }
    }

    /// Takes somebody out of the room, with some last words to them, and
    /// tells the others.
    pub fn depart(
        &mut self,
        nth: usize,
        departure: Departure,
        last_words: Option<&str>,
    ) {
        let writer = self.writers.remove(nth);
        let words =
            last_words.map(|words| wording::answer(Event::Notice(words)));
        let words = words.unwrap_or_default();
        let id = writer.id;
        let (name, standing) = (writer.name.clone(), writer.standing);
        self.say_last(writer, departure, &words);
        match standing {
            // Of whom the room has not heard, it does not hear that they left.
            Standing::Unknown | Standing::Expected => return,
            Standing::Counted if !self.is_crowd() => self.count_departure(),
            Standing::Counted | Standing::Named => {
                self.tell_departure(&name, departure);
            }
        }
        self.let_go(id, &name);
    }

    /// A name is free, and whoever takes it is told of by name. Nobody can
    /// take a guest's.
    fn let_go(&mut self, id: ClientId, name: &Name) {
        if *name != Name::guest(id.0) {
            self.former.remember(name);
        }
    }

    /// Puts the last words into the outbox of somebody who is not among the
    /// writers any more.
    fn say_last(
        &mut self,
        writer: Writer<W>,
        departure: Departure,
        words: &str,
    ) {
        let put = writer.outbox.put_last(words.as_bytes());
        self.errands.follow_up(writer.id, &writer.outbox, put);
        self.departing.push(Departing {
            id: writer.id,
            name: writer.name,
            departure,
            outbox: writer.outbox,
        });
    }

    /// Says goodbye to everyone. Nobody is announced as leaving.
    pub fn close(&mut self) {
        let goodbye = happening(&self.clock.now(), Event::Closing);
        for writer in std::mem::take(&mut self.writers) {
            self.say_last(writer, None, &goodbye);
        }
        self.errands.close();
        self.transcript = None;
    }

    fn tell_departure(&mut self, name: &Name, reason: Departure) {
        if self.is_crowd() {
            self.count_departure();
        } else {
            self.tell_crowd();
            let left = Event::Left {
                name: name.as_str(),
                reason,
            };
            self.broadcast(None, &happening(&self.clock.now(), left));
        }
    }

    fn count_departure(&mut self) {
        let telling = self.crowd.count_departure();
        self.ask_to_tell(telling);
    }
}
