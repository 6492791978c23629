//! A scenario: the whole server runs, from the first `accept` to its last
//! thread, with a witness and some visitors; then everything they heard is
//! checked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use chat_common::names::Name;
use chat_server::config::{Config, Rate};

use crate::accept;
use crate::book::{Book, Extent, check_last_words, check_private};
use crate::circumstances::{self, Circumstances, Threads, Time};
use crate::limits::newcomers::Arrival;
use crate::logging::background_writer::{
    BackgroundWriter, LastLine, background_writer,
};
use crate::logging::log::{Level, Log};
use crate::net::connection::{Connection, Holds, Network, Over};
use crate::net::listener::Listener;
use crate::net::outbox::Outbox;
use crate::platform::clock::Clock;
use crate::platform::shutdown::Shutdown;
use crate::platform::sync::{Arc, Mutex, Receiver, Sender, scope, unbounded};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::record::Record;
use crate::room::writer::Newcomer;
use crate::store;
use crate::store::database::{Disk, Rows};
use crate::visit::{Ending, Visit, Visitor, visitor};

/// For how many steps at most the room is open when it closes at any moment:
/// about as many as the longest scenario takes.
const STEPS_BEFORE_CLOSING: usize = 150;

/// When somebody asks the server to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosingTime {
    /// When everyone has left who leaves.
    AfterTheLastVisit,
    /// At any moment.
    AnyMoment,
}

/// Whether what is said is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    Nothing,
    On(Disk),
}

/// What is to happen.
pub struct Scenario {
    pub config: Config,
    pub visitors: Vec<Visitor>,
    pub closing_time: ClosingTime,
    pub keeping: Keeping,
    /// The circumstances once the witness is in.
    pub circumstances: Circumstances,
}

/// What happened.
pub struct Outcome {
    pub book: Book,
    pub visits: Vec<Visit>,
}

/// Half a dozen people are a crowd.
pub const NAMED_PEOPLE_MAX: usize = 5;

/// A small room: three words of history, no pace.
pub fn small_room() -> Config {
    Config {
        line_bytes_max: 64,
        rate: None,
        history_lines: 3,
        // A schedule with two hundred people would be long, and no different.
        named_people_max: NAMED_PEOPLE_MAX,
        ..Config::default()
    }
}

/// What a paced room takes at once from each.
pub const BURST_LINES: usize = 2;

/// A small room in which a burst must be enough.
pub fn paced_room() -> Config {
    let rate = Rate {
        // So slow that whoever has said a burst must wait.
        lines_per_second: 1,
        burst_lines: BURST_LINES as u32,
    };
    Config {
        rate: Some(rate),
        ..small_room()
    }
}

/// Somebody who is to be let in.
pub fn newcomer(id: u64, connection: Connection, config: &Config) -> Newcomer {
    let outbox = Outbox::new(connection, config.backlog_bytes_max);
    Newcomer {
        id: ClientId(id),
        from: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
        guest: Arc::new(Name::guest(id)),
        arrival: Arrival::Named,
        outbox: Arc::new(outbox),
    }
}

impl Scenario {
    /// Visitors in a small room, until the last visit is over.
    pub fn of(visitors: Vec<Visitor>) -> Self {
        Self {
            config: small_room(),
            visitors,
            closing_time: ClosingTime::AfterTheLastVisit,
            keeping: Keeping::Nothing,
            circumstances: circumstances::now(),
        }
    }

    pub fn in_room(self, config: Config) -> Self {
        Self { config, ..self }
    }

    pub fn closing_at(self, closing_time: ClosingTime) -> Self {
        Self {
            closing_time,
            ..self
        }
    }

    pub fn keeping(self, keeping: Keeping) -> Self {
        Self { keeping, ..self }
    }

    /// Lets it happen, and checks what must be true of every scenario.
    pub fn run(self) -> Outcome {
        let network = Arc::new(Network::default());
        let woken = Arc::clone(&network);
        let shutdown = Shutdown::new(move || woken.wake());
        let (transcript, writer) = background_writer(64);
        let written = Mutex::new(Vec::new());
        let witness = Mutex::new(None);
        let visits = Mutex::new(Vec::new());
        let (witness_in, is_witness_in) = unbounded();
        let (early, left) = unbounded();
        let file = Rows::default();
        circumstances::becomes(Circumstances {
            threads: Threads::AreGiven,
            ..self.circumstances
        });
        scope(|scope| {
            scope.spawn(|| self.serve(&network, &shutdown, transcript, &file));
            scope.spawn(|| {
                writer.work(&mut *written.lock(), LastLine::Whole, |_| ())
            });
            scope.spawn(|| {
                let visit = attend(&network, witness_in);
                *witness.lock() = Some(visit);
            });
            is_witness_in.recv().expect("the witness tells");
            circumstances::becomes(self.circumstances);
            for visitor in self.visitors.clone() {
                let (network, visits) = (&network, &visits);
                let early = early.clone();
                scope.spawn(move || {
                    let ending = visitor.ending;
                    let visit = visitor.visit(network);
                    visits.lock().push(visit);
                    if ending.is_early() {
                        let _ = early.send(());
                    }
                });
            }
            self.wait_for_closing_time(&left);
            shutdown.trigger();
        });
        let witness = witness.lock().take().expect("the witness has told");
        let visits = std::mem::take(&mut *visits.lock());
        let transcript = String::from_utf8_lossy(&written.lock()).into_owned();
        let outcome = self.check(&witness, visits, &transcript);
        if self.keeping == Keeping::On(Disk::Works) {
            outcome.book.check_kept(&file.lock());
        }
        outcome
    }

    fn serve(
        &self,
        network: &Arc<Network>,
        shutdown: &Shutdown,
        to: BackgroundWriter,
        file: &Rows,
    ) {
        // Nobody reads the log: that must stop nobody.
        let (log, _thread) = background_writer(64);
        let log = Log::new(Level::Details, Clock, log);
        let listener = Listener(Arc::clone(network));
        let record = Record {
            transcript: Some(to),
            archive: match self.keeping {
                Keeping::Nothing => None,
                Keeping::On(_) => Some(Arc::new(store::Kept(Arc::clone(file)))),
            },
            ..Record::default()
        };
        let (room, to_do) = Room::new(&self.config, log.clone(), record);
        scope(|scope| {
            if let Keeping::On(disk) = self.keeping {
                let (room, log) = (&room, &log);
                scope.spawn(move || store::keep(file, disk, room, log));
            }
            accept::run(listener, &self.config, shutdown, &log, (&room, to_do))
                .expect("a thread");
        });
    }

    fn wait_for_closing_time(&self, left: &Receiver<()>) {
        if self.closing_time == ClosingTime::AnyMoment {
            circumstances::dawdle(STEPS_BEFORE_CLOSING);
            return;
        }
        for visitor in &self.visitors {
            if visitor.ending.is_early() {
                left.recv().expect("whoever leaves tells");
            }
        }
    }

    fn check(
        &self,
        witness: &Visit,
        visits: Vec<Visit>,
        transcript: &str,
    ) -> Outcome {
        assert_eq!(witness.over, Some(Over::Closed), "the witness is let go");
        let book = Book::of(witness, self.config.history_lines);
        book.check_goodbye();
        book.check_count();
        if !book.is_crowded() {
            book.check_names();
        }
        book.check_transcript(transcript);
        check_private(&visits);
        for visit in &visits {
            let heard = self.heard(&book, visit);
            book.check_heard(visit, heard);
            book.check_said(visit, self.said(heard, visit));
            check_last_words(visit, heard);
        }
        Outcome { book, visits }
    }

    /// How much somebody must have heard: everything, unless a time-out, a
    /// reset, their own slowness or a shortage of threads was in the
    /// way.
    fn heard(&self, book: &Book, visit: &Visit) -> Extent {
        let Circumstances { time, threads, .. } = self.circumstances;
        let is_in =
            visit.heard.starts_with("Welcome") || book.count_words(visit) > 0;
        if time == Time::StandsStill
            && threads == Threads::AreGiven
            && self.config.catch_ups_max > self.visitors.len()
            && is_in
            && visit.visitor.ending != Ending::Reset
            && !book.is_crowded()
            && !book.was_too_slow(visit)
        {
            return Extent::Whole;
        }
        Extent::Beginning
    }

    /// How much of what somebody typed must have been said: everything, if
    /// they heard everything and ended it themselves.
    fn said(&self, heard: Extent, visit: &Visit) -> Extent {
        match self.closing_time {
            ClosingTime::AfterTheLastVisit
                if visit.visitor.ending.is_early()
                    && self.config.rate.is_none() =>
            {
                heard
            }
            _ => Extent::Beginning,
        }
    }
}

/// The witness: comes, says nothing, hears everything, stays to the end.
fn attend(network: &Network, witness_in: Sender<()>) -> Visit {
    let mut terminal = network.connect(Holds::Everything).expect("a listener");
    let is_in = |heard: &str| heard.contains("* you are ");
    terminal.read_until(is_in).expect("the witness is let in");
    witness_in.send(()).expect("somebody waits for the witness");
    let over = terminal.read_to_end();
    terminal.end_typing();
    Visit {
        visitor: visitor("witness", &[], Ending::Stay),
        heard: terminal.heard(),
        over: Some(over),
    }
}
