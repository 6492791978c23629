//! Step 4: a room for many. Each line goes to everyone but its author.
//!
//! New: a thread per client, and a list of writers behind one lock.
//! Still wrong: nobody has a name, and one slow reader makes all wait.
//! Run it: `make step N=4`, and `make step N=3` in two other terminals.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// How long to wait when the system has no descriptor for a new client.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The writing end of a client, as others see it.
struct Writer {
    /// Which client. A number is never given twice.
    id: u64,
    stream: TcpStream,
}

/// Everyone who is here.
#[derive(Default)]
struct Room {
    /// Whoever holds this lock may read and change the list, and may write
    /// to the streams in it: so all hear all lines in the same order.
    writers: Mutex<Vec<Writer>>,
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, Vec<Writer>> {
        self.writers.lock().expect("nobody panics inside the room")
    }

    fn join(&self, id: u64, stream: TcpStream) {
        self.lock().push(Writer { id, stream });
    }

    /// Sends `line` to everyone but its author, and forgets the dead.
    fn say(&self, author: u64, line: &[u8]) {
        self.lock().retain_mut(|writer| {
            writer.id == author || writer.stream.write_all(line).is_ok()
        });
    }

    fn leave(&self, id: u64) {
        self.lock().retain(|writer| writer.id != id);
    }

    /// Ends every connection, which wakes every thread that reads from one.
    fn close(&self) {
        for writer in self.lock().iter() {
            // A connection that is gone already is as good as closed.
            let _ = writer.stream.shutdown(Shutdown::Both);
        }
    }
}

fn main() -> io::Result<()> {
    let port = env::var("PORT").unwrap_or_else(|_| "7007".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    let address = listener.local_addr()?;
    println!("listening on {address}; type stop to end");

    let room = Room::default();
    let stopping = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| wait_for_stop(&stopping, address));
        for (id, stream) in (1..).zip(listener.incoming()) {
            if stopping.load(Ordering::SeqCst) {
                break;
            }
            let joined = stream.and_then(|stream| {
                stream.set_nodelay(true)?;
                room.join(id, stream.try_clone()?);
                Ok(stream)
            });
            let started = joined.and_then(|stream| {
                let room = &room;
                thread::Builder::new()
                    .name(format!("session {id}"))
                    .spawn_scoped(scope, move || session(room, id, &stream))
            });
            if let Err(error) = started {
                eprintln!("client {id} did not get in: {error}");
                room.leave(id);
                thread::sleep(ACCEPT_PAUSE);
            }
        }
        room.close();
    });
    println!("stopped");
    Ok(())
}

/// Waits for `stop` on the keyboard. std has nothing to wake a thread that
/// waits in accept, but a connection does, so this makes one.
fn wait_for_stop(stopping: &AtomicBool, address: SocketAddr) {
    let mut lines = io::stdin().lines().map_while(Result::ok);
    if lines.any(|line| line == "stop") {
        stopping.store(true, Ordering::SeqCst);
        if let Err(error) = TcpStream::connect(address) {
            eprintln!("nothing wakes the listener: {error}");
        }
    }
}

/// The life of one client in the room, and its end.
fn session(room: &Room, id: u64, stream: &TcpStream) {
    if let Err(error) = listen(room, id, stream) {
        eprintln!("client {id} was lost: {error}");
    }
    room.leave(id);
}

/// Passes on each line, until the client closes its side.
fn listen(room: &Room, id: u64, stream: &TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        // The last line of a client may come without its end.
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        room.say(id, &line);
    }
}
