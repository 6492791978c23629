//! Step 7: a queue for each client, and a thread that writes what is in it.
//!
//! New: a channel and a writer thread per client. No reader holds up a speaker.
//! Still wrong: the queue of a slow reader grows for ever.
//! Run it: `make step N=7`; in other terminals `make freeze`, `make flood`.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long to wait when the system has no descriptor for a new client.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a name may be.
const NAME_BYTES_MAX: usize = 16;
/// What `/help` says.
const HELP: &str = "/users: who is here; /help: this; /quit: leave";

/// The writing end of a client, as others see it.
struct Writer {
    /// Which client. A number is never given twice.
    id: u64,
    /// Who it is; nobody before the name is given.
    name: Option<String>,
    /// What the client has yet to be sent.
    queue: Sender<String>,
    /// Another handle on the client's socket, to close it with.
    stream: TcpStream,
}

impl Writer {
    /// Puts a line into the queue. This never waits.
    fn send(&mut self, text: &str) {
        // A queue without a reader belongs to a client who is leaving.
        let _ = self.queue.send(format!("{text}\n"));
    }
}

/// Writes what comes through the queue, until its other end is dropped.
fn write(queue: Receiver<String>, mut stream: &TcpStream) {
    for line in queue {
        if stream.write_all(line.as_bytes()).is_err() {
            // This wakes the client's own thread, which leaves.
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

/// Everyone who is here.
#[derive(Default)]
struct Room {
    /// Whoever holds this lock may read and change the list, and may put
    /// lines into its queues: so all hear all lines in the same order.
    writers: Mutex<Vec<Writer>>,
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, Vec<Writer>> {
        self.writers.lock().expect("nobody panics inside the room")
    }

    /// Adds a client, and returns the end of its queue to write from.
    fn join(&self, id: u64, stream: TcpStream) -> Receiver<String> {
        let (queue, receiver) = mpsc::channel();
        let name = None;
        self.lock().push(Writer {
            id,
            name,
            queue,
            stream,
        });
        receiver
    }

    /// Gives `name` to a client, if nobody has it. Looking and taking are
    /// one hold of the lock: nobody can come in between.
    fn claim(&self, id: u64, name: &str) -> Result<(), String> {
        check_name(name)?;
        let mut writers = self.lock();
        let taken = names(&writers)
            .any(|other| other.to_lowercase() == name.to_lowercase());
        if taken {
            return Err(format!("{name:?} is taken"));
        }
        tell_others(&mut writers, id, &format!("* {name} joined"));
        if let Some(writer) = find(&mut writers, id) {
            writer.name = Some(name.to_owned());
            writer.send(&format!("* you are {name}; /help lists commands"));
        }
        Ok(())
    }

    /// Says something to everyone else in the name of a client.
    fn say(&self, id: u64, text: &str) {
        let mut writers = self.lock();
        if let Some(name) = find(&mut writers, id).and_then(|w| w.name.clone())
        {
            tell_others(&mut writers, id, &format!("{name}: {text}"));
        }
    }

    /// Says something to one client alone.
    fn answer(&self, id: u64, text: &str) {
        if let Some(writer) = find(&mut self.lock(), id) {
            writer.send(&format!("* {text}"));
        }
    }

    fn users(&self) -> String {
        let writers = self.lock();
        let names: Vec<&str> = names(&writers).collect();
        format!("here ({}): {}", names.len(), names.join(", "))
    }

    fn leave(&self, id: u64) {
        let mut writers = self.lock();
        let Some(at) = writers.iter().position(|writer| writer.id == id) else {
            return;
        };
        if let Some(name) = writers.remove(at).name {
            tell_others(&mut writers, id, &format!("* {name} left"));
        }
    }

    /// Ends every connection, which wakes every thread that reads from one.
    fn close(&self) {
        for writer in self.lock().iter() {
            // A connection that is gone already is as good as closed.
            let _ = writer.stream.shutdown(Shutdown::Both);
        }
    }
}

fn names(writers: &[Writer]) -> impl Iterator<Item = &str> {
    writers.iter().filter_map(|writer| writer.name.as_deref())
}

fn find(writers: &mut [Writer], id: u64) -> Option<&mut Writer> {
    writers.iter_mut().find(|writer| writer.id == id)
}

/// Sends a line with its time to everyone who has a name, but not to `id`.
fn tell_others(writers: &mut [Writer], id: u64, text: &str) {
    let line = format!("[{}] {text}", clock());
    for writer in writers {
        if writer.id != id && writer.name.is_some() {
            writer.send(&line);
        }
    }
}

/// The time of day in UTC: the standard library knows no time zones.
fn clock() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |since| since.as_secs());
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

/// Names are short words: nothing else could be told from the text around.
fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return Err(format!("a name has 1 to {NAME_BYTES_MAX} bytes"));
    }
    if !name.chars().all(char::is_alphanumeric) {
        return Err("a name is made of letters and digits".to_owned());
    }
    Ok(())
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
                let queue = room.join(id, stream.try_clone()?);
                Ok((stream, queue))
            });
            let started = joined.and_then(|(stream, queue)| {
                let room = &room;
                thread::Builder::new()
                    .name(format!("session {id}"))
                    .spawn_scoped(scope, move || {
                        session(room, id, &stream, queue)
                    })
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

/// The life of one client in the room, and its end. Leaving drops the sender,
/// which ends the writer when it has written the rest.
fn session(room: &Room, id: u64, stream: &TcpStream, queue: Receiver<String>) {
    let mut lines = BufReader::new(stream);
    thread::scope(|scope| {
        let ended = thread::Builder::new()
            .name(format!("writer {id}"))
            .spawn_scoped(scope, || write(queue, stream))
            .and_then(|_| enter(room, id, &mut lines))
            .and_then(|()| listen(room, id, &mut lines));
        if let Err(error) = ended {
            eprintln!("client {id} was lost: {error}");
        }
        room.leave(id);
    });
}

/// The next line without its end and without control characters, which
/// would move the cursors of everyone else. `None` is the end.
fn next_line(lines: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if lines.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&line);
    Ok(Some(text.chars().filter(|c| !c.is_control()).collect()))
}

/// Asks for a name until the client has one, or is gone.
fn enter(room: &Room, id: u64, lines: &mut impl BufRead) -> io::Result<()> {
    room.answer(id, "welcome; what is your name?");
    while let Some(name) = next_line(lines)? {
        match room.claim(id, name.trim()) {
            Ok(()) => break,
            Err(why) => room.answer(id, &format!("{why}; another name?")),
        }
    }
    Ok(())
}

/// Does what each line asks for, until the client leaves.
fn listen(room: &Room, id: u64, lines: &mut impl BufRead) -> io::Result<()> {
    while let Some(line) = next_line(lines)? {
        match line.trim_end() {
            "" => {}
            "/users" => room.answer(id, &room.users()),
            "/help" => room.answer(id, HELP),
            "/quit" => break,
            other if other.starts_with('/') => {
                room.answer(id, &format!("no command {other:?}; see /help"));
            }
            text => room.say(id, text),
        }
    }
    Ok(())
}
