//! Whoever has said something and says more has the first kept, whoever of
//! several applies it, and nobody waits once the room is closed.

use chat_common::lines::Line;
use chat_server::config::Config;

use crate::circumstances::{CALM, explore};
use crate::logging::background_writer::background_writer;
use crate::logging::log::{Level, Log};
use crate::net::connection::{Holds, connection};
use crate::platform::clock::Clock;
use crate::platform::progress::Progress;
use crate::platform::sync::{Arc, Mutex, Receiver, scope, unbounded};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::entry::Entry;
use crate::room::record::{Journal, Record};
use crate::room::request::Request;
use crate::scenario::{newcomer, small_room};

const SCHEDULES: usize = 2000;

/// A room that two people are in, and what is to be kept of it.
fn room(config: &Config) -> (Room, Receiver<Entry>, Arc<Progress>) {
    let (jobs, _to_do) = unbounded();
    let (writer, _thread) = background_writer(64);
    let log = Log::new(Level::Trouble, Clock, writer);
    let (entries, to_keep) = unbounded();
    let progress = Arc::new(Progress::default());
    let journal = Journal {
        entries,
        progress: Arc::clone(&progress),
    };
    let record = Record {
        journal: Some(journal),
        last_number: 7,
        ..Record::default()
    };
    let room = Room::new(config, log, jobs, record);
    for id in [1, 2] {
        let (_, connection) = connection(Holds::Everything);
        let newcomer = newcomer(id, connection, config);
        assert_eq!(room.join(&newcomer), Ok(()));
    }
    (room, to_keep, progress)
}

fn say(text: &str) -> Vec<Request> {
    vec![Request::Say(Line::new(text))]
}

#[test]
fn who_has_said_something_returns_when_it_is_kept() {
    explore(CALM, SCHEDULES, || {
        let config = small_room();
        let (room, to_keep, progress) = room(&config);
        let kept = Mutex::new(Vec::new());
        scope(|scope| {
            let speakers = [1, 2].map(|id| {
                let (room, kept) = (&room, &kept);
                scope.spawn(move || {
                    for nth in 0..2 {
                        let text = format!("{id}.{nth}");
                        room.propose(ClientId(id), say(&text));
                        let kept = kept.lock();
                        assert!(kept.contains(&text), "{text} is not kept");
                    }
                })
            });
            for number in 8..12 {
                let entry = to_keep.recv().expect("four are said");
                assert_eq!(entry.number, number, "dense, from the last on");
                let text = entry.event().to_string();
                let (_, text) = text.split_once(": ").expect("said");
                kept.lock().push(text.to_owned());
                progress.advance(number, None);
            }
            for speaker in speakers {
                speaker.join().expect("no panic");
            }
        });
    });
}

#[test]
fn nobody_waits_for_a_disk_once_the_room_is_closed() {
    explore(CALM, SCHEDULES, || {
        let config = small_room();
        let (room, _never_kept, _progress) = room(&config);
        scope(|scope| {
            scope.spawn(|| room.propose(ClientId(1), say("hello")));
            room.close();
        });
    });
}
