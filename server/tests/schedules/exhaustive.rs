//! Small scenes, under every schedule there is.
//!
//! The owner of each scope does nothing but start threads, so the checker's
//! own scope will do: one thread fewer, and far fewer schedules.

use chat_common::lines::Line;
use chat_common::names::Name;
use shuttle::thread::scope;

use crate::clock::Clock;
use crate::errand::{ClientId, Errand};
use crate::evening::small_room;
use crate::memory::{Holds, MemoryWire, Terminal, connection};
use crate::outbox::Outbox;
use crate::refusal::Refusal;
use crate::room::{Flow, Room};
use crate::sync::{Arc, Mutex, Receiver, unbounded};
use crate::wording::Manner;
use crate::world::exhaust;

/// A room, and what it leaves to be done.
fn room() -> (Room<MemoryWire>, Receiver<Errand<MemoryWire>>) {
    let (errands, to_do) = unbounded();
    (Room::new(&small_room(), Clock, errands, None), to_do)
}

/// Somebody comes who is never behind.
fn join(room: &Room<MemoryWire>, id: u64) -> (Terminal, Flow) {
    let (terminal, wire) = connection(Holds::Everything);
    let outbox = Outbox::new(wire, small_room().backlog_bytes_max);
    let flow = room.join(ClientId(id), &Arc::new(outbox));
    (terminal, flow)
}

/// Somebody is here already, and everybody knows.
fn member(room: &Room<MemoryWire>, id: u64) -> Terminal {
    let (terminal, flow) = join(room, id);
    assert_eq!(flow, Flow::Stay);
    assert_eq!(room.announce(ClientId(id)), Flow::Stay);
    terminal
}

fn say(room: &Room<MemoryWire>, id: u64, text: &str) -> Flow {
    room.say(ClientId(id), Manner::Saying, &[Line::new(text)])
}

/// How often somebody heard this.
fn times(terminal: &mut Terminal, text: &str) -> usize {
    terminal.glance();
    terminal.heard().matches(text).count()
}

#[test]
fn of_two_who_claim_a_name_one_has_it() {
    let schedules = exhaust(|| {
        let (room, _to_do) = room();
        let mut terminals = [member(&room, 1), member(&room, 2)];
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
        for terminal in &mut terminals {
            assert_eq!(times(terminal, " is now "), 1, "everyone hears of one");
        }
    });
    println!("{schedules} schedules");
}

#[test]
fn a_newcomer_hears_a_line_once_now_or_as_the_past() {
    let schedules = exhaust(|| {
        let (room, _to_do) = room();
        let _ada = member(&room, 1);
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| assert_eq!(say(&room, 1, "hello"), Flow::Stay));
            scope.spawn(|| *newcomer.lock() = Some(join(&room, 2)));
        });
        let (mut terminal, _) = newcomer.lock().take().expect("a newcomer");
        assert_eq!(times(&mut terminal, "guest-1: hello\n"), 1);
    });
    println!("{schedules} schedules");
}

#[test]
fn who_is_shown_out_says_nothing_more() {
    let schedules = exhaust(|| {
        let (room, _to_do) = room();
        let _ada = member(&room, 1);
        let mut other = member(&room, 2);
        scope(|scope| {
            scope.spawn(|| room.show_out(ClientId(1)));
            scope.spawn(|| {
                let _ = say(&room, 1, "hello");
            });
        });
        other.glance();
        let heard = other.heard();
        let left = heard.find("guest-1 left").expect("they left");
        assert!(
            heard.find("hello").is_none_or(|said| said < left),
            "{heard}"
        );
    });
    println!("{schedules} schedules");
}

#[test]
fn whoever_is_let_in_hears_that_the_room_closes() {
    let schedules = exhaust(|| {
        let (room, _to_do) = room();
        let newcomer = Mutex::new(None);
        scope(|scope| {
            scope.spawn(|| room.close());
            scope.spawn(|| *newcomer.lock() = Some(join(&room, 1)));
        });
        let (mut terminal, flow) = newcomer.lock().take().expect("a newcomer");
        let goodbyes = times(&mut terminal, "* the server is closing\n");
        assert_eq!(goodbyes, usize::from(flow == Flow::Stay));
    });
    println!("{schedules} schedules");
}
