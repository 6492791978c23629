//! A panic ends things, it never hangs them: here the thread at the door has
//! one, while somebody is in the room.

use std::cell::Cell;
use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chat_server::clock::Clock;
use chat_server::config::Config;
use chat_server::listener;
use chat_server::log::{Level, Log};
use chat_server::scribe::scribe;
use chat_server::shutdown::Shutdown;
use chat_server::wire::{self, Buffers, Door, Entrance};

const DEADLINE: Duration = Duration::from_secs(15);

/// Lets in one client and panics at the second.
struct BrokenDoor {
    door: Entrance,
    is_used: Cell<bool>,
}

impl Door for BrokenDoor {
    type Wire = TcpStream;

    fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let arrival = self.door.accept();
        assert!(!self.is_used.replace(true), "the door is broken");
        arrival
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let client = TcpStream::connect(address).expect("a connection");
    client.set_read_timeout(Some(DEADLINE)).expect("an option");
    client
}

#[test]
fn a_panic_at_the_door_ends_the_room_and_everyone_hears_the_goodbye() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let (door, _) =
            wire::entrance(listener, Buffers::Small).expect("a door");
        let door = BrokenDoor {
            door,
            is_used: Cell::new(false),
        };
        let (scribe, _desk) = scribe(1);
        let log = Log::new(Level::Trouble, Clock::local(), scribe);
        let shutdown = Shutdown::new(|| ());
        let ran = thread::spawn(move || {
            listener::run(
                door,
                &Config::default(),
                &shutdown,
                &log,
                Clock::local(),
                None,
            )
        });
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
