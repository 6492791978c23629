//! One session alone, under thousands of schedules.

use std::time::Duration;

use chat_common::past::Question;
use chat_server::config::Config;

use crate::circumstances::{HASTY, explore};
use crate::limits::pace::{Buckets, Pace};
use crate::logging::background_writer::background_writer;
use crate::logging::log::{Level, Log};
use crate::net::connection::{Holds, Over, Terminal, connection};
use crate::past::{Archive, Asker};
use crate::platform::clock::Clock;
use crate::platform::sync::{
    Arc, AtomicUsize, Instant, Mutex, Ordering, scope,
};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::record::Record;
use crate::scenario::{newcomer, small_room};
use crate::session::{self, Server};

const SCHEDULES: usize = 500;

/// In the place of what is kept: counts how often it is asked.
#[derive(Debug, Default)]
struct Echo(AtomicUsize);

impl Archive for Echo {
    fn answer(
        &self,
        question: &Question,
        asker: Asker<'_>,
    ) -> Result<String, String> {
        assert!(!(asker.is_gone)(), "nobody has left");
        assert!(asker.bytes_max <= Config::default().backlog_bytes_max / 4);
        let nth = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        match question {
            Question::Last { .. } => Ok(format!("* answer {nth}\n")),
            _ => Err(format!("refusal {nth}")),
        }
    }
}

/// Lets somebody in and goes along with their visit; returns when the session
/// is over.
fn attend(config: &Config, visit: impl FnOnce(&Room, &mut Terminal)) {
    let (writer, _thread) = background_writer(64);
    let log = &Log::new(Level::Details, Clock, writer);
    let (room, _to_do) = &Room::new(config, log.clone(), Record::default());
    let (mut terminal, connection) = connection(Holds::Everything);
    let archive: Arc<dyn Archive> = Arc::new(Echo::default());
    scope(|scope| {
        scope.spawn(|| {
            let newcomer = newcomer(1, connection, config);
            let now = Instant::now();
            let pace = config.rate.map(|rate| {
                let loans = Arc::new(Mutex::new(Buckets::full(rate, now)));
                Box::new(Pace::new(rate, loans, now))
            });
            let server = Server {
                room,
                config,
                log,
                past: Some(&archive),
            };
            session::run(&newcomer, pace, server);
        });
        visit(room, &mut terminal);
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
fn what_was_said_before_is_shown_in_its_turn() {
    explore(HASTY, SCHEDULES, || {
        let lines = ["/a", "/last", "/b", "/since 14:03", "/last 7", "/c"];
        let heard = heard(&small_room(), &[&lines[..], &["/quit"]].concat());
        let answers = [
            "\n* /a: ",
            "\n* answer 1\n",
            "\n* /b: ",
            "\n* /since: refusal 2\n",
            "\n* answer 3\n",
            "\n* /c: ",
            "\n* goodbye\n",
        ];
        let places: Vec<_> = answers.map(|answer| heard.find(answer)).into();
        assert!(places.is_sorted() && places[0].is_some(), "{heard}");
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
