//! Step 10: a room that remembers, and still has one lock.
//!
//! New: newcomers hear the last lines; one lock guards list and history.
//! Still wrong: nobody has proved that it cannot stand still.
//! Run it: `make step N=10`, and `nc localhost 7007` after some talk.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError::Timeout;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long to wait when the system has no descriptor for a new client.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How many lines may wait for one client.
const QUEUE_LINES_MAX: usize = 1024;
/// How long a line may be; a longer one comes in pieces of this length. With
/// the limit above it bounds what waits for one client: a few megabytes.
const LINE_BYTES_MAX: u64 = 1000;
/// How many of the last lines a newcomer hears: far fewer than its queue
/// holds, or every newcomer would be too slow.
const HISTORY_LINES_MAX: usize = 20;
/// How long a name may be.
const NAME_BYTES_MAX: usize = 16;
/// How long one write may take; then the client is given up. Nothing else
/// ends the writer of a client who has left and reads no more.
const WRITE_MAX: Duration = Duration::from_secs(2);
/// How long clients may take to hear what is left for them and to close.
const GOODBYE_MAX: Duration = Duration::from_secs(1);
/// The exit code of a program that was interrupted, by custom.
const EXIT_INTERRUPTED: i32 = 130;
/// The last line of all.
const GOODBYE: &str = "* the server is closing";
/// What `/help` says.
const HELP: &str = "/users: who is here; /help: this; /quit: leave";

/// The writing end of a client, as others see it.
struct Writer {
    /// Which client. A number is never given twice.
    id: u64,
    /// Who it is; nobody before the name is given.
    name: Option<String>,
    /// What the client has yet to be sent.
    queue: SyncSender<String>,
    /// Why the client is being shown out, if it is.
    fault: Option<&'static str>,
    /// Another handle on the client's socket, to close it with.
    stream: TcpStream,
}

impl Writer {
    /// Puts a line into the queue. Who has a full one is shown out.
    fn send(&mut self, text: &str) {
        let sent = self.queue.try_send(format!("{text}\n"));
        // A queue without a reader belongs to a client who is leaving.
        if let Err(TrySendError::Full(_)) = sent {
            self.fault = Some("too slow");
            // This wakes the client's own thread, which leaves.
            let _ = self.stream.shutdown(Shutdown::Both);
        }
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
    // Only this direction: the client may still be talking. A socket that is
    // closed with something unread resets the connection, and what we have
    // just written could be lost.
    let _ = stream.shutdown(Shutdown::Write);
}

/// Everyone who is here, and what they said last. Its methods are called
/// with the lock held, since nobody can reach the room's without it.
#[derive(Default)]
struct Crowd {
    writers: Vec<Writer>,
    /// The last lines, oldest first, as they are told to a newcomer.
    said: VecDeque<String>,
}

impl Crowd {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.writers.iter().filter_map(|w| w.name.as_deref())
    }

    fn find(&mut self, id: u64) -> Option<&mut Writer> {
        self.writers.iter_mut().find(|writer| writer.id == id)
    }

    /// Sends a line with its time to everyone who has a name, but not to
    /// `id`.
    fn tell_others(&mut self, id: u64, text: &str) {
        let line = format!("[{}] {text}", clock());
        for writer in &mut self.writers {
            if writer.id != id && writer.name.is_some() {
                writer.send(&line);
            }
        }
    }

    /// Keeps a line for those who come later, and forgets the oldest.
    fn remember(&mut self, text: &str) {
        if self.said.len() == HISTORY_LINES_MAX {
            self.said.pop_front();
        }
        let line = format!("[{}] (earlier) {text}", clock());
        self.said.push_back(line);
    }
}

/// The room: a crowd behind a lock.
#[derive(Default)]
struct Room {
    /// One lock for the list and for the history. Whoever holds it may
    /// change both and put lines into queues, and may wait for nothing: not
    /// for a socket, not for a full queue, not for another lock.
    crowd: Mutex<Crowd>,
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, Crowd> {
        self.crowd.lock().expect("nobody panics inside the room")
    }

    /// Adds a client, and returns the end of its queue to write from.
    fn join(&self, id: u64, stream: TcpStream) -> Receiver<String> {
        let (queue, receiver) = mpsc::sync_channel(QUEUE_LINES_MAX);
        self.lock().writers.push(Writer {
            id,
            name: None,
            queue,
            fault: None,
            stream,
        });
        receiver
    }

    /// Gives `name` to a client, if nobody has it. Looking, taking and
    /// hearing what was said before are one hold of the lock: nobody can
    /// come in between, and no line is missed or heard twice.
    fn claim(&self, id: u64, name: &str) -> Result<(), String> {
        check_name(name)?;
        let mut crowd = self.lock();
        let taken = crowd
            .names()
            .any(|other| other.to_lowercase() == name.to_lowercase());
        if taken {
            return Err(format!("{name:?} is taken"));
        }
        crowd.tell_others(id, &format!("* {name} joined"));
        let said: Vec<String> = crowd.said.iter().cloned().collect();
        if let Some(writer) = crowd.find(id) {
            writer.name = Some(name.to_owned());
            let text = format!("* you are {name}; /help lists commands");
            writer.send(&text);
            for line in said {
                writer.send(&line);
            }
        }
        Ok(())
    }

    /// Says something to everyone else in the name of a client.
    fn say(&self, id: u64, text: &str) {
        let mut crowd = self.lock();
        if let Some(name) = crowd.find(id).and_then(|w| w.name.clone()) {
            let text = format!("{name}: {text}");
            crowd.tell_others(id, &text);
            crowd.remember(&text);
        }
    }

    /// Says something to one client alone.
    fn answer(&self, id: u64, text: &str) {
        if let Some(writer) = self.lock().find(id) {
            writer.send(&format!("* {text}"));
        }
    }

    fn users(&self) -> String {
        let crowd = self.lock();
        let names: Vec<&str> = crowd.names().collect();
        format!("here ({}): {}", names.len(), names.join(", "))
    }

    fn leave(&self, id: u64) {
        let mut crowd = self.lock();
        let place = crowd.writers.iter().position(|writer| writer.id == id);
        let Some(at) = place else {
            return;
        };
        let writer = crowd.writers.remove(at);
        if let Some(name) = writer.name {
            let why = writer.fault.map(|fault| format!(" ({fault})"));
            let text = format!("* {name} left{}", why.unwrap_or_default());
            crowd.tell_others(id, &text);
        }
    }

    /// Says goodbye and empties the list: whoever leaves after this is not
    /// announced. Without their list entries the queues end, and so do the
    /// writers when they have written the rest. Returns all sockets.
    fn close(&self) -> Vec<TcpStream> {
        let mut crowd = self.lock();
        crowd
            .writers
            .drain(..)
            .map(|mut writer| {
                writer.send(&format!("[{}] {GOODBYE}", clock()));
                writer.stream
            })
            .collect()
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
    println!("listening on {address}; Ctrl-C ends");

    let room = Room::default();
    let stopping = Arc::new(AtomicBool::new(false));
    stop_on_ctrl_c(Arc::clone(&stopping), address)?;
    let (alive, sessions) = mpsc::channel::<Infallible>();
    thread::scope(|scope| {
        for (id, stream) in (1..).zip(listener.incoming()) {
            if stopping.load(Ordering::SeqCst) {
                break;
            }
            let joined = stream.and_then(|stream| {
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(WRITE_MAX))?;
                let queue = room.join(id, stream.try_clone()?);
                Ok((stream, queue))
            });
            let started = joined.and_then(|(stream, queue)| {
                let (room, alive) = (&room, alive.clone());
                thread::Builder::new()
                    .name(format!("session {id}"))
                    .spawn_scoped(scope, move || {
                        session(room, id, &stream, queue);
                        drop(alive);
                    })
            });
            if let Err(error) = started {
                eprintln!("client {id} did not get in: {error}");
                room.leave(id);
                thread::sleep(ACCEPT_PAUSE);
            }
        }
        let streams = room.close();
        drop(alive);
        // Nobody ever sends: this waits until the last session has dropped
        // its sender, or for the deadline.
        if sessions.recv_timeout(GOODBYE_MAX) == Err(Timeout) {
            for stream in streams {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    });
    println!("stopped");
    Ok(())
}

/// Makes Ctrl-C end the listener. What wakes a thread in accept on every
/// system is a connection, so this makes one. A second Ctrl-C means now.
fn stop_on_ctrl_c(
    stopping: Arc<AtomicBool>,
    address: SocketAddr,
) -> io::Result<()> {
    ctrlc::set_handler(move || {
        if stopping.swap(true, Ordering::SeqCst) {
            process::exit(EXIT_INTERRUPTED);
        }
        if let Err(error) = TcpStream::connect(address) {
            eprintln!("nothing wakes the listener: {error}");
        }
    })
    .map_err(io::Error::other)
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
    let mut piece = lines.take(LINE_BYTES_MAX);
    if piece.read_until(b'\n', &mut line)? == 0 {
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
