//! Small scenes, under every schedule there is.
//!
//! The owner of each scope does nothing but start threads, so the checker's
//! own scope will do: one thread fewer, and far fewer schedules.

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::names::Name;
use chat_server::config::{Config, Rate};
use shuttle::thread::scope;

use crate::clock::Clock;
use crate::crowd::{Arrival, NAMED_PEOPLE_MAX};
use crate::errand::{ClientId, Errand};
use crate::evening::small_room;
use crate::memory::{Holds, MemoryWire, Terminal, connection};
use crate::outbox::Outbox;
use crate::pace::{Buckets, Cost, Pace, Turn};
use crate::refusal::Refusal;
use crate::room::{Flow, Room};
use crate::sync::{Arc, Instant, Mutex, Receiver, unbounded};
use crate::wording::Manner;
use crate::world::exhaust;

/// A greeting and a few lines.
const BACKLOG_BYTES_MAX: usize = 500;

/// Somebody who is here already, with both ends of their connection.
struct Member {
    terminal: Terminal,
    outbox: Arc<Outbox<MemoryWire>>,
}

/// A room, and what it leaves to be done.
fn room() -> (Room<MemoryWire>, Receiver<Errand<MemoryWire>>) {
    let (errands, to_do) = unbounded();
    let config = Config {
        backlog_bytes_max: BACKLOG_BYTES_MAX,
        ..small_room()
    };
    (Room::new(&config, Clock, errands, None), to_do)
}

/// Somebody comes; `None` if they are not let in.
fn join(room: &Room<MemoryWire>, id: u64, holds: Holds) -> Option<Member> {
    let (terminal, wire) = connection(holds);
    let outbox = Arc::new(Outbox::new(wire, BACKLOG_BYTES_MAX));
    let flow = room.join(ClientId(id), Arrival::Named, &outbox);
    (flow == Flow::Stay).then_some(Member { terminal, outbox })
}

/// Somebody is here already, and everybody knows.
fn member(room: &Room<MemoryWire>, id: u64) -> Member {
    let member = join(room, id, Holds::Everything).expect("an open room");
    assert_eq!(room.announce(ClientId(id)), Flow::Stay);
    member
}

/// Who the room says has left, and why.
fn who_left(room: &Room<MemoryWire>, id: u64) -> String {
    match room.leave(ClientId(id), None, None) {
        Some((name, reason)) => {
            let name = name.as_str();
            let told = Event::Left { name, reason }.to_string();
            told.trim_start_matches("* ").to_owned()
        }
        None => "nobody".to_owned(),
    }
}

impl Member {
    fn heard(&mut self) -> String {
        self.terminal.glance();
        self.terminal.heard()
    }

    /// How often they heard this.
    fn times(&mut self, text: &str) -> usize {
        self.heard().matches(text).count()
    }

    /// Whether their session finds the stay over when it next looks.
    fn is_over(&self) -> bool {
        self.outbox.is_over()
    }
}

fn say(room: &Room<MemoryWire>, id: u64, text: &str) -> Flow {
    room.say(ClientId(id), Manner::Saying, &[Line::new(text)])
}

#[test]
fn of_two_who_claim_a_name_one_has_it() {
    exhaust(|| {
        let (room, _to_do) = room();
        let mut members = [member(&room, 1), member(&room, 2)];
        let results = Mutex::new(Vec::new());
        scope(|scope| {
            for (id, text) in [(1, "ada"), (2, "Ada")] {
                let (room, results) = (&room, &results);
                scope.spawn(move || {
                    let name = Name::parse(text).expect("a name");
                    let result = room.rename(ClientId(id), name);
                    results.lock().push(result);
                });
            }
        });
        let results = results.lock();
        let is_taken = |r: &_| matches!(r, Err(Refusal::Taken(_)));
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
        assert_eq!(results.iter().filter(|r| is_taken(r)).count(), 1);
        for member in &mut members {
            assert_eq!(member.times(" is now "), 1, "everyone hears of one");
        }
    });
}

#[test]
fn a_newcomer_hears_a_line_once_now_or_as_the_past() {
    exhaust(|| {
        let (room, _to_do) = room();
        let _ada = member(&room, 1);
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| assert_eq!(say(&room, 1, "hello"), Flow::Stay));
            scope.spawn(|| {
                let joined = join(&room, 2, Holds::Everything);
                *newcomer.lock() = joined;
            });
        });
        let mut newcomer = newcomer.lock().take().expect("a newcomer");
        assert_eq!(newcomer.times("guest-1: hello\n"), 1);
    });
}

#[test]
fn a_newcomer_is_shown_as_much_as_fits_into_half_a_backlog() {
    exhaust(|| {
        let (room, _to_do) = room();
        let _ada = member(&room, 1);
        let long = "x".repeat(BACKLOG_BYTES_MAX / 10);
        for _ in 0..3 {
            assert_eq!(say(&room, 1, &long), Flow::Stay);
        }
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| assert_eq!(room.list(ClientId(1)), Flow::Stay));
            scope.spawn(|| {
                let joined = join(&room, 2, Holds::Everything);
                *newcomer.lock() = joined;
            });
        });
        let mut newcomer = newcomer.lock().take().expect("a newcomer");
        assert_eq!(newcomer.times("(earlier)"), 1);
        assert!(newcomer.heard().len() <= BACKLOG_BYTES_MAX / 2);
    });
}

#[test]
fn who_is_shown_out_says_nothing_more() {
    exhaust(|| {
        let (room, _to_do) = room();
        let ada = member(&room, 1);
        let mut other = member(&room, 2);
        scope(|scope| {
            scope.spawn(|| room.show_out(ClientId(1)));
            scope.spawn(|| {
                let _ = say(&room, 1, "hello");
            });
        });
        assert!(ada.is_over(), "whoever is shown out is done");
        assert_eq!(who_left(&room, 1), "guest-1 left (too slow)");
        room.forget(ClientId(1));
        assert_eq!(who_left(&room, 1), "nobody");
        let heard = other.heard();
        let left = heard.find("guest-1 left").expect("they left");
        assert!(
            heard.find("hello").is_none_or(|said| said < left),
            "{heard}"
        );
    });
}

#[test]
fn whoever_is_let_in_hears_that_the_room_closes() {
    exhaust(|| {
        let (room, _to_do) = room();
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| room.close());
            scope.spawn(|| {
                let joined = join(&room, 1, Holds::Everything);
                *newcomer.lock() = joined;
            });
        });
        if let Some(newcomer) = &mut *newcomer.lock() {
            assert_eq!(newcomer.times(" * the server is closing\n"), 1);
            assert!(newcomer.is_over(), "whoever is in is done");
        }
    });
}

#[test]
fn a_line_is_said_by_whoever_said_it_whatever_they_are_called() {
    exhaust(|| {
        let (room, _to_do) = room();
        let (mut ada, mut bob) = (member(&room, 1), member(&room, 2));
        let rename = |id, text| {
            let name = Name::parse(text).expect("a name");
            assert_eq!(room.rename(ClientId(id), name), Ok(()));
        };
        rename(1, "ada");
        scope(|scope| {
            scope.spawn(|| assert_eq!(say(&room, 1, "hello"), Flow::Stay));
            scope.spawn(|| {
                rename(1, "cid");
                rename(2, "ada");
            });
        });
        assert_eq!(ada.times(": hello\n"), 0, "nobody hears themselves");
        assert_eq!(bob.times(": hello\n"), 1);
    });
}

#[test]
fn everyone_who_is_too_slow_is_shown_out_under_the_same_hold() {
    exhaust(|| {
        let (room, _to_do) = room();
        let (_ada, mut witness) = (member(&room, 1), member(&room, 2));
        let slow = [3, 4].map(|id| join(&room, id, Holds::Bytes(40)));
        // No writer is started, so nobody catches up.
        let flood = "x".repeat(BACKLOG_BYTES_MAX);
        scope(|scope| {
            scope.spawn(|| assert_eq!(say(&room, 1, &flood), Flow::Stay));
            scope.spawn(|| assert_eq!(room.list(ClientId(2)), Flow::Stay));
        });
        for slow in slow.iter().flatten() {
            assert!(slow.is_over(), "whoever is too slow is done");
        }
        let seen = witness.times("* here (3)");
        assert_eq!(seen, 0, "one of the two was shown out before the other");
    });
}

#[test]
fn who_left_first_is_not_taken_for_who_left_last() {
    exhaust(|| {
        let (room, _to_do) = room();
        let here = [1, 2, 3].map(|id| member(&room, id));
        room.show_out(ClientId(1));
        scope(|scope| {
            scope.spawn(|| room.show_out(ClientId(2)));
            scope.spawn(|| assert_eq!(who_left(&room, 3), "guest-3 left"));
        });
        assert_eq!(who_left(&room, 2), "guest-2 left (too slow)");
        assert_eq!(who_left(&room, 1), "guest-1 left (too slow)");
        room.cut_off(ClientId(2));
        let is_cut_off = here.map(|member| member.terminal.is_cut_off());
        assert_eq!(is_cut_off, [false, true, false]);
    });
}

#[test]
fn each_arrival_in_a_crowd_is_counted_once() {
    exhaust(|| {
        let (room, to_do) = room();
        let mut witness = member(&room, 1);
        let crowd = 2..=NAMED_PEOPLE_MAX as u64 + 1;
        let _here: Vec<_> =
            crowd.map(|id| join(&room, id, Holds::Everything)).collect();
        scope(|scope| {
            for id in [2, 3] {
                let room = &room;
                scope.spawn(move || {
                    assert_eq!(room.announce(ClientId(id)), Flow::Stay);
                });
            }
        });
        assert!(matches!(to_do.try_recv(), Ok(Errand::TellCrowd)));
        assert!(to_do.try_recv().is_err(), "asked for once");
        room.tell_crowd();
        assert!(witness.heard().ends_with(" * 2 joined\n"));
        // Whoever comes next, and alone, is told of too.
        assert_eq!(room.announce(ClientId(4)), Flow::Stay);
        assert!(matches!(to_do.try_recv(), Ok(Errand::TellCrowd)));
    });
}

#[test]
fn a_name_is_told_to_a_crowd_before_its_new_owner_is_heard() {
    exhaust(|| {
        let (room, to_do) = room();
        let mut witness = member(&room, 1);
        let crowd = 2..=NAMED_PEOPLE_MAX as u64 + 2;
        let _here: Vec<_> =
            crowd.map(|id| join(&room, id, Holds::Everything)).collect();
        let name = || Name::parse("ada").expect("a name");
        assert_eq!(room.rename(ClientId(2), name()), Ok(()));
        who_left(&room, 2);
        room.tell_crowd();
        scope(|scope| {
            scope.spawn(|| room.tell_crowd());
            scope.spawn(|| {
                assert_eq!(room.rename(ClientId(3), name()), Ok(()));
                assert_eq!(say(&room, 3, "hello"), Flow::Stay);
            });
        });
        let heard = witness.heard();
        let joined = heard.find(" * ada joined\n").expect("it is told");
        assert!(Some(joined) < heard.find(" ada: hello\n"), "{heard}");
        assert_eq!(witness.times(" * ada joined\n"), 1);
        assert!(matches!(to_do.try_recv(), Ok(Errand::TellCrowd)));
    });
}

#[test]
fn newcomers_from_one_address_are_lent_one_burst_between_them() {
    exhaust(|| {
        let rate = Rate {
            lines_per_second: 1,
            burst_lines: 3,
        };
        let now = Instant::now();
        let loans = Arc::new(Mutex::new(Buckets::full(rate, now)));
        let said = Mutex::new(0);
        scope(|scope| {
            for _ in 0..2 {
                let mut pace = Pace::new(rate, Arc::clone(&loans), now);
                let said = &said;
                scope.spawn(move || {
                    let line = Cost { lines: 1, bytes: 9 };
                    while pace.turn(line, now) == Turn::Now {
                        *said.lock() += 1;
                    }
                });
            }
        });
        assert_eq!(*said.lock(), 3);
    });
}
