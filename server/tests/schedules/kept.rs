//! Where lines are kept, nobody hears what is not: whoever joins, leaves, is
//! shown out or closes the room between the moment at which a line is planned,
//! the one at which it is kept and the one at which it is applied.
//!
//! The journal is the server's own, the file is made of memory. The server may
//! be killed at any moment: whatever somebody has heard until then must have
//! been kept before.

use chat_common::events::LeaveReason;
use chat_common::lines::Line;
use chat_common::names::Name;
use chat_server::config::Config;

use crate::circumstances::{CALM, dawdle, explore};
use crate::logging::background_writer::background_writer;
use crate::logging::log::{Level, Log};
use crate::net::connection::{Holds, Terminal, connection};
use crate::platform::clock::Clock;
use crate::platform::sync::{Arc, Instant, Mutex, Receiver, scope};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::jobs::Job;
use crate::room::record::Record;
use crate::room::request::Request;
use crate::scenario::{newcomer, small_room};
use crate::store;
use crate::store::database::{Disk, Rows};
use crate::store::plan::plan;
use crate::store::rows::Row;

const SCHEDULES: usize = 2000;

/// What was the last number before.
const LAST_NUMBER: u64 = 7;

/// How often in a scene the server might be killed.
const KILLS: usize = 8;

/// A room whose journal keeps in memory.
struct Kept {
    room: Room,
    _to_do: Receiver<Job>,
    config: Config,
    log: Log,
    file: Rows,
    members: Mutex<Vec<Terminal>>,
}

impl Kept {
    /// Two are here.
    fn new() -> Self {
        let config = Config {
            history_lines: 20,
            ..small_room()
        };
        let (writer, _thread) = background_writer(64);
        let log = Log::new(Level::Trouble, Clock, writer);
        let file = Rows::default();
        let record = Record {
            archive: Some(Arc::new(store::Kept(Arc::clone(&file)))),
            last_number: LAST_NUMBER,
            ..Record::default()
        };
        let (room, to_do) = Room::new(&config, log.clone(), record);
        let kept = Self {
            room,
            _to_do: to_do,
            config,
            log,
            file,
            members: Mutex::new(Vec::new()),
        };
        assert!(kept.join(1) && kept.join(2));
        kept
    }

    fn join(&self, id: u64) -> bool {
        let (terminal, connection) = connection(Holds::AtOnce);
        let newcomer = newcomer(id, connection, &self.config);
        let joined = self.room.join(&newcomer).is_ok();
        if joined {
            self.members.lock().push(terminal);
        }
        joined
    }

    fn say(&self, id: u64, texts: &[&str]) {
        let texts = texts.iter().map(|text| Line::new(text));
        let requests = texts.map(Request::Say).collect();
        self.room.propose(ClientId(id), requests);
    }

    fn rename(&self, id: u64, text: &str) {
        let name = Name::parse(text).expect("a name");
        let rename = Request::Rename(Ok(Arc::new(name)));
        self.room.propose(ClientId(id), vec![rename]);
    }

    fn keep_until_closed(&self) {
        store::keep(&self.file, Disk::Works, &self.room, &self.log);
    }

    /// Were the server killed now, would all that anybody has heard be there?
    fn check(&self) {
        let heard: Vec<String> =
            self.members.lock().iter_mut().map(heard).collect();
        let file = self.file.lock().clone();
        for (nth, row) in (LAST_NUMBER + 1..).zip(&file) {
            assert_eq!(row.number, nth, "numbers are dense");
        }
        let kept: Vec<String> = file.iter().map(line).collect();
        for line in heard.iter().flat_map(|it| it.lines()) {
            let line = line.replace("(earlier) ", "");
            assert!(!is_numbered(&line) || kept.contains(&line), "{line}");
        }
    }

    /// What each has heard, and what is kept.
    fn end(&self) -> (Vec<String>, Vec<String>) {
        self.check();
        let heard = self.members.lock().iter_mut().map(heard).collect();
        let kept = self.file.lock().iter().map(line).collect();
        (heard, kept)
    }
}

fn heard(terminal: &mut Terminal) -> String {
    terminal.glance();
    terminal.heard()
}

/// As it is heard, at the time at which it was kept.
fn line(row: &Row) -> String {
    let entry = row.entry(&Clock).expect("an entry");
    format!("[{}] {}", entry.at.time(), entry.event())
}

/// Whether this tells of what has a number.
fn is_numbered(line: &str) -> bool {
    line.contains(": ") && !line.starts_with('*') || line.contains(" is now ")
}

/// Runs this beside the journal, looks now and then at what a kill would
/// leave, and closes the room.
fn beside_the_journal(kept: &Kept, scene: impl FnOnce()) {
    scope(|scope| {
        scope.spawn(|| kept.keep_until_closed());
        scope.spawn(|| {
            for _ in 0..KILLS {
                dawdle(8);
                kept.check();
            }
        });
        scene();
        kept.room.close();
    });
}

#[test]
fn who_has_said_something_returns_when_it_is_kept_and_heard() {
    explore(CALM, SCHEDULES, || {
        let kept = Kept::new();
        beside_the_journal(&kept, || {
            scope(|scope| {
                for (id, texts) in [(1, ["a", "b"]), (2, ["c", "d"])] {
                    let kept = &kept;
                    scope.spawn(move || {
                        for text in texts {
                            kept.say(id, &[text]);
                            let all = kept.end();
                            let said = format!("guest-{id}: {text}");
                            let is_said = |it: &String| it.contains(&said);
                            assert!(all.1.iter().any(is_said), "it is kept");
                            let other = &all.0[2 - id as usize];
                            assert!(is_said(other), "it is heard");
                        }
                    });
                }
            });
        });
        assert_eq!(kept.end().1.len(), 4);
    });
}

#[test]
fn a_newcomer_hears_what_is_being_kept_once() {
    explore(CALM, SCHEDULES, || {
        let kept = Kept::new();
        beside_the_journal(&kept, || {
            scope(|scope| {
                scope.spawn(|| kept.say(1, &["one", "two"]));
                scope.spawn(|| assert!(kept.join(3)));
            });
        });
        let (heard, _) = kept.end();
        let newcomer = heard.last().expect("somebody came");
        for text in ["guest-1: one\n", "guest-1: two\n"] {
            assert_eq!(newcomer.matches(text).count(), 1, "{newcomer}");
        }
        let times = newcomer.lines().filter_map(|it| it.get(1..9));
        let times: Vec<&str> = times.filter(|it| it.contains(':')).collect();
        assert!(times.is_sorted(), "{newcomer}");
    });
}

#[test]
fn who_is_shown_out_while_their_line_is_kept_is_heard_and_then_leaves() {
    explore(CALM, SCHEDULES, || {
        let kept = Kept::new();
        beside_the_journal(&kept, || {
            scope(|scope| {
                scope.spawn(|| kept.say(1, &["one", "two"]));
                scope.spawn(|| kept.room.show_out(ClientId(1)));
            });
        });
        let (heard, file) = kept.end();
        let other = &heard[1];
        for said in &file {
            assert_eq!(other.matches(said).count(), 1, "{other}");
        }
        if let Some(left) = other.find("left (too slow)") {
            assert!(other.rfind(": ").is_none_or(|said| said < left));
        }
    });
}

#[test]
fn who_leaves_behind_their_words_is_heard_before_they_leave() {
    explore(CALM, SCHEDULES, || {
        let kept = Kept::new();
        beside_the_journal(&kept, || {
            let leave = Request::Leave(LeaveReason::Quit);
            let say = Request::Say(Line::new("one"));
            let late = Request::Say(Line::new("late"));
            scope(|scope| {
                let all = vec![say, leave, late];
                scope.spawn(|| kept.room.propose(ClientId(1), all));
                scope.spawn(|| kept.say(2, &["two"]));
            });
        });
        let (heard, file) = kept.end();
        let (said, left) = (heard[1].find(": one"), heard[1].find("1 left"));
        assert!(said.is_some() && said < left, "{}", heard[1]);
        assert!(!file.iter().any(|it| it.contains("late")));
    });
}

#[test]
fn nobody_waits_for_a_disk_once_the_room_is_closed() {
    explore(CALM, SCHEDULES, || {
        let kept = Kept::new();
        scope(|scope| {
            scope.spawn(|| kept.keep_until_closed());
            scope.spawn(|| kept.say(1, &["one"]));
            scope.spawn(|| kept.say(2, &["two"]));
            dawdle(20);
            kept.room.close();
        });
        let (heard, _) = kept.end();
        for heard in heard {
            assert!(heard.ends_with(" * the server is closing\n"), "{heard}");
        }
    });
}

#[test]
fn nobody_waits_for_a_disk_that_never_answers_once_the_room_is_closed() {
    explore(CALM, SCHEDULES, || {
        let kept = Kept::new();
        scope(|scope| {
            scope.spawn(|| kept.say(1, &["one"]));
            scope.spawn(|| {
                let planned = plan(&kept.room, Instant::now());
                // It is never kept and never applied.
                assert!(planned.is_ok_and(|it| it.is_some()));
                kept.room.close();
            });
        });
        let (heard, _) = kept.end();
        let heard = &heard[1];
        assert!(heard.ends_with(" * the server is closing\n"), "{heard}");
        assert!(!heard.contains("one"), "{heard}");
    });
}

#[test]
fn a_name_that_two_want_while_lines_are_kept_belongs_to_one() {
    explore(CALM, SCHEDULES, || {
        let kept = Kept::new();
        beside_the_journal(&kept, || {
            scope(|scope| {
                for (id, name) in [(1, "ada"), (2, "Ada")] {
                    let kept = &kept;
                    scope.spawn(move || {
                        kept.rename(id, name);
                        kept.say(id, &["mine"]);
                    });
                }
            });
        });
        let (heard, file) = kept.end();
        let taken = heard.iter().filter(|it| it.contains("is taken"));
        assert_eq!(taken.count(), 1);
        let named = file.iter().filter(|it| it.contains(" is now "));
        assert_eq!(named.count(), 1, "{file:#?}");
    });
}
