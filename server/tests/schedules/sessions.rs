//! One session alone, under thousands of schedules.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use chat_server::config::Config;

use crate::clock::Clock;
use crate::errand::ClientId;
use crate::evening::small_room;
use crate::log::{Level, Log};
use crate::memory::{Holds, MemoryWire, Over, Terminal, connection};
use crate::newcomers::Newcomers;
use crate::outbox::Outbox;
use crate::room::Room;
use crate::scribe::scribe;
use crate::session;
use crate::sync::{Arc, Instant, scope, unbounded};
use crate::world::{HASTY, explore};

const SCHEDULES: usize = 500;

/// Lets somebody in and goes along with their visit; returns when the session
/// is over.
fn attend(
    config: &Config,
    visit: impl FnOnce(&Room<MemoryWire>, &mut Terminal),
) {
    let (errands, _to_do) = unbounded();
    let room = Room::new(config, Clock, errands, None);
    let (mut terminal, wire) = connection(Holds::Everything);
    let (log, _desk) = scribe(64);
    let log = Log::new(Level::Details, Clock, log);
    scope(|scope| {
        scope.spawn(|| {
            let outbox = Arc::new(Outbox::new(wire, config.backlog_bytes_max));
            let from = IpAddr::V4(Ipv4Addr::LOCALHOST).into();
            let now = Instant::now();
            let admission = Newcomers::new(config).admit(from, now);
            let id = ClientId(1);
            session::run(id, outbox, "here", admission, &room, config, &log);
        });
        visit(&room, &mut terminal);
    });
}

/// What somebody hears who types these lines and then waits for the end.
fn heard(config: &Config, lines: &[&str]) -> String {
    let mut heard = String::new();
    attend(config, |_, terminal| {
        for line in lines {
            terminal.type_text(&format!("{line}\n"));
        }
        assert_eq!(terminal.read_to_end(), Over::Closed);
        terminal.end_typing();
        heard = terminal.heard();
    });
    heard
}

#[test]
fn who_is_silent_too_long_is_announced_and_shown_out() {
    explore(HASTY, SCHEDULES, || {
        let config = Config {
            idle: Some(Duration::from_secs(60)),
            ..small_room()
        };
        let heard = heard(&config, &[]);
        let joined = heard.find(" * guest-1 joined\n");
        let shown_out = heard.find("\n* you are shown out: you were silent");
        assert!(joined.is_some() && joined < shown_out, "{heard}");
    });
}

#[test]
fn each_line_is_obeyed_in_its_turn() {
    explore(HASTY, SCHEDULES, || {
        let lines = ["/name ada", "/msg ada x", "/nonsense", "/me waves"];
        let heard = heard(&small_room(), &[&lines[..], &["/quit"]].concat());
        let answers = [
            " * guest-1 is now ada\n",
            "\n* /msg: ",
            "\n* /nonsense: ",
            "\n* goodbye\n",
        ];
        let places: Vec<_> = answers.map(|answer| heard.find(answer)).into();
        assert!(places.is_sorted() && places[0].is_some(), "{heard}");
        // As a guest, if time passes before the name is read; else as ada.
        assert_eq!(heard.matches(" joined\n").count(), 1, "{heard}");
    });
}

#[test]
fn who_was_shown_out_and_types_on_is_let_go_whatever_they_type() {
    explore(HASTY, SCHEDULES, || {
        attend(&small_room(), |room, terminal| {
            terminal.type_text("hello\n");
            let is_known = |heard: &str| heard.contains(" joined\n");
            terminal.read_until(is_known).expect("they are let in");
            room.show_out(ClientId(1));
            // Nothing that the room could refuse, and the terminal stays.
            terminal.type_text("\n");
            terminal.wait_until_dropped();
        });
    });
}
