//! Small scenes, under every schedule there is.
//!
//! The owner of each scope does nothing but start threads, so the checker's
//! own scope will do: one thread fewer, and far fewer schedules.

use chat_common::events::LeaveReason;
use chat_common::lines::Line;
use chat_common::names::Name;
use chat_server::config::{Config, Rate};
use shuttle::thread::scope;

use crate::circumstances::{exhaust, exhaust_preempted};
use crate::commands::users::ListUsers;
use crate::limits::pace::{Buckets, Cost, Pace, Turn};
use crate::logging::background_writer::background_writer;
use crate::logging::log::{Level, Log};
use crate::net::connection::{Holds, Terminal, connection};
use crate::net::outbox::Outbox;
use crate::platform::clock::Clock;
use crate::platform::sync::{Arc, Instant, Mutex, Receiver};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::jobs::Job;
use crate::room::record::Record;
use crate::room::request::Request;
use crate::scenario::{newcomer, small_room};

/// A greeting and a few lines.
const BACKLOG_BYTES_MAX: usize = 2000;

/// Somebody who is here already, with both ends of their connection.
struct Member {
    terminal: Terminal,
    outbox: Arc<Outbox>,
}

/// A room, and what it leaves to be done.
fn room() -> (Room, Receiver<Job>) {
    room_with(small_room())
}

fn room_with(config: Config) -> (Room, Receiver<Job>) {
    let config = Config {
        backlog_bytes_max: BACKLOG_BYTES_MAX,
        ..config
    };
    let (writer, _thread) = background_writer(1);
    let log = Log::new(Level::Trouble, Clock, writer);
    Room::new(&config, log, Record::default())
}

/// Somebody comes; `None` if they are not let in.
fn join(room: &Room, id: u64, holds: Holds) -> Option<Member> {
    let (terminal, connection) = connection(holds);
    let config = Config {
        backlog_bytes_max: BACKLOG_BYTES_MAX,
        ..small_room()
    };
    let newcomer = newcomer(id, connection, &config);
    let joined = room.join(&newcomer);
    let outbox = newcomer.outbox;
    joined.is_ok().then_some(Member { terminal, outbox })
}

/// Somebody asks for one thing.
fn ask(room: &Room, id: u64, request: Request) {
    room.propose(ClientId(id), vec![request]);
}

/// Somebody is here already, and everybody knows.
fn member(room: &Room, id: u64) -> Member {
    let member = join(room, id, Holds::AtOnce).expect("an open room");
    ask(room, id, Request::Announce);
    member
}

/// A member, and three more people of whom nobody has been told.
fn crowd(room: &Room) -> (Member, [Option<Member>; 3]) {
    let witness = member(room, 1);
    (witness, [2, 3, 4].map(|id| join(room, id, Holds::AtOnce)))
}

fn rename(room: &Room, id: u64, text: &str) {
    let name = Name::parse(text).expect("a name");
    ask(room, id, Request::Rename(Ok(Arc::new(name))));
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

fn say(room: &Room, id: u64, text: &str) {
    ask(room, id, Request::Say(Line::new(text)));
}

#[test]
fn of_two_who_claim_a_name_one_has_it() {
    exhaust_preempted(|| {
        let (room, _to_do) = room();
        let mut members = [member(&room, 1), member(&room, 2)];
        scope(|scope| {
            for (id, text) in [(1, "ada"), (2, "Ada")] {
                let room = &room;
                scope.spawn(move || rename(room, id, text));
            }
        });
        let taken: Vec<_> =
            members.iter_mut().map(|it| it.times("is taken")).collect();
        assert_eq!(taken.iter().sum::<usize>(), 1, "one of two is refused");
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
            scope.spawn(|| say(&room, 1, "hello"));
            scope.spawn(|| {
                let joined = join(&room, 2, Holds::AtOnce);
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
        let long = "x".repeat(BACKLOG_BYTES_MAX / 3);
        for _ in 0..3 {
            say(&room, 1, &long);
        }
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| ask(&room, 1, Request::Do(Box::new(ListUsers))));
            scope.spawn(|| {
                let joined = join(&room, 2, Holds::AtOnce);
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
            scope.spawn(|| say(&room, 1, "hello"));
        });
        assert!(ada.is_over(), "whoever is shown out is done");
        let heard = other.heard();
        let left = heard.find("guest-1 left (too slow)").expect("they left");
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
                let joined = join(&room, 1, Holds::AtOnce);
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
    exhaust_preempted(|| {
        let (room, _to_do) = room();
        let (mut ada, mut bob) = (member(&room, 1), member(&room, 2));
        rename(&room, 1, "ada");
        scope(|scope| {
            scope.spawn(|| say(&room, 1, "hello"));
            scope.spawn(|| {
                rename(&room, 1, "cid");
                rename(&room, 2, "ada");
            });
        });
        assert_eq!(ada.times(": hello\n"), 0, "nobody hears themselves");
        assert_eq!(bob.times(": hello\n"), 1);
    });
}

#[test]
fn everyone_who_is_too_slow_is_shown_out_under_the_same_hold() {
    exhaust_preempted(|| {
        let (room, _to_do) = room();
        let (_ada, mut witness) = (member(&room, 1), member(&room, 2));
        let slow = [3, 4].map(|id| join(&room, id, Holds::Bytes(40)));
        // No catch-up thread is started: nobody catches up.
        let flood = "x".repeat(BACKLOG_BYTES_MAX);
        scope(|scope| {
            scope.spawn(|| say(&room, 1, &flood));
            scope.spawn(|| ask(&room, 2, Request::Do(Box::new(ListUsers))));
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
            scope.spawn(|| room.leave(ClientId(3), LeaveReason::Quit));
        });
        room.cut_off(ClientId(2));
        let is_cut_off = here.map(|member| member.terminal.is_cut_off());
        assert_eq!(is_cut_off, [false, true, false]);
    });
}

#[test]
fn each_arrival_in_a_crowd_is_counted_once() {
    exhaust_preempted(|| {
        let (room, to_do) = room_with(Config {
            named_people_max: 1,
            ..small_room()
        });
        let (mut witness, _here) = crowd(&room);
        scope(|scope| {
            for id in [2, 3] {
                let room = &room;
                scope.spawn(move || ask(room, id, Request::Announce));
            }
        });
        assert!(matches!(to_do.try_recv(), Ok(Job::TellCrowd)));
        assert!(to_do.try_recv().is_err(), "asked for once");
        room.tell_crowd();
        assert!(witness.heard().ends_with(" * 2 joined\n"));
        // Whoever comes next, and alone, is told of too.
        ask(&room, 4, Request::Announce);
        assert!(matches!(to_do.try_recv(), Ok(Job::TellCrowd)));
    });
}

#[test]
fn two_proposals_are_applied_once_each_whoever_gets_the_lock() {
    exhaust_preempted(|| {
        let (room, _to_do) = room();
        let mut members = [member(&room, 1), member(&room, 2)];
        scope(|scope| {
            let room = &room;
            scope.spawn(move || {
                say(room, 1, "one");
                say(room, 1, "two");
            });
            scope.spawn(move || say(room, 2, "three"));
        });
        let [ada, bob] = &mut members;
        assert_eq!((ada.times("three\n"), ada.times(": one\n")), (1, 0));
        assert_eq!((bob.times("three\n"), bob.times(": one\n")), (0, 1));
        let heard = bob.heard();
        assert!(heard.find(": one") < heard.find(": two"), "{heard}");
        assert_eq!(bob.times(": two\n"), 1);
    });
}

#[test]
fn a_room_that_closes_with_proposals_waiting_holds_nobody_up() {
    exhaust(|| {
        let (room, _to_do) = room();
        let mut members = [member(&room, 1), member(&room, 2)];
        scope(|scope| {
            scope.spawn(|| room.close());
            scope.spawn(|| say(&room, 1, "hello"));
        });
        let [ada, bob] = &mut members;
        assert!(ada.is_over() && bob.is_over());
        assert!(bob.times(": hello\n") <= 1);
        assert!(bob.heard().ends_with(" * the server is closing\n"));
    });
}

#[test]
fn what_is_more_than_one_hold_may_add_is_told_in_order_by_several() {
    exhaust_preempted(|| {
        let (room, _to_do) = room();
        let mut members = [member(&room, 1), member(&room, 2)];
        let long = |sign: &str| Line::new(&sign.repeat(BACKLOG_BYTES_MAX / 5));
        scope(|scope| {
            let room = &room;
            scope.spawn(move || {
                let long = ["1", "2"].map(|sign| Request::Say(long(sign)));
                room.propose(ClientId(1), long.into());
            });
            scope.spawn(move || say(room, 2, "short"));
        });
        let [ada, bob] = &mut members;
        assert_eq!(ada.times(": short\n"), 1);
        let heard = bob.heard();
        let (first, second) = (heard.find(": 11"), heard.find(": 22"));
        assert!(first.is_some() && first < second, "{heard}");
    });
}

#[test]
fn a_name_is_told_to_a_crowd_before_its_new_owner_is_heard() {
    exhaust_preempted(|| {
        let (room, to_do) = room_with(Config {
            named_people_max: 1,
            ..small_room()
        });
        let (mut witness, _here) = crowd(&room);
        rename(&room, 2, "ada");
        room.leave(ClientId(2), LeaveReason::Quit);
        room.tell_crowd();
        scope(|scope| {
            scope.spawn(|| room.tell_crowd());
            scope.spawn(|| {
                rename(&room, 3, "ada");
                say(&room, 3, "hello");
            });
        });
        let heard = witness.heard();
        let joined = heard.find(" * ada joined\n").expect("it is told");
        assert!(Some(joined) < heard.find(" ada: hello\n"), "{heard}");
        assert_eq!(witness.times(" * ada joined\n"), 1);
        assert!(matches!(to_do.try_recv(), Ok(Job::TellCrowd)));
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
