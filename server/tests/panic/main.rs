//! A panic ends things, it never hangs them: here the thread that accepts has
//! one, while somebody is in the room.
//!
//! The files of the server are compiled once more, with a listener that is
//! broken in the place of theirs.

// Most of the server is not used here.
#![allow(dead_code)]

mod net;

use chat_server::{config, platform};

#[path = "../../src/accept/mod.rs"]
mod accept;
#[path = "../../src/commands/mod.rs"]
mod commands;
#[path = "../../src/limits/mod.rs"]
mod limits;
#[path = "../../src/logging/mod.rs"]
mod logging;
#[path = "../../src/past/mod.rs"]
mod past;
#[path = "../../src/people/mod.rs"]
mod people;
#[path = "../../src/room/mod.rs"]
mod room;
#[path = "../../src/session/mod.rs"]
mod session;

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::config::Config;
use crate::logging::background_writer::background_writer;
use crate::logging::log::{Level, Log};
use crate::net::listener::Listener;
use crate::platform::clock::Clock;
use crate::platform::shutdown::Shutdown;
use crate::room::Room;
use crate::room::record::Record;

const DEADLINE: Duration = Duration::from_secs(15);

fn connect(address: SocketAddr) -> TcpStream {
    let client = TcpStream::connect(address).expect("a connection");
    client.set_read_timeout(Some(DEADLINE)).expect("an option");
    client
}

fn serve(listener: Listener) {
    let (writer, _thread) = background_writer(1);
    let log = Log::new(Level::Trouble, Clock::local(), writer);
    let shutdown = Shutdown::new(|| ());
    let config = Config::default();
    let (room, to_do) = Room::new(&config, log.clone(), Record::default());
    accept::run(listener, &config, &shutdown, &log, (&room, to_do))
        .expect("a thread");
}

#[test]
fn a_panic_while_accepting_ends_the_room_and_everyone_hears_the_goodbye() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let ran = thread::spawn(move || serve(Listener::breaks(listener)));
        ended.send(ran.join().is_err())
    });
    let mut ada = connect(address);
    let mut welcome = [0; 7];
    ada.read_exact(&mut welcome).expect("the welcome");
    let _second = connect(address);

    let mut heard = String::new();
    ada.read_to_string(&mut heard).expect("an end");
    assert!(heard.ends_with("* the server is closing\n"), "{heard}");
    drop(ada);
    assert_eq!(end.recv_timeout(DEADLINE), Ok(true), "it ends in a panic");
}
