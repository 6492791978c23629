//! Step 11: the room of step 10, under thousands of orders of its threads.
//!
//! New: a scheduler that tries orders in place of the system's, an oracle.
//! Still wrong: what the scenario never does is not proved.
//! Run it: `make step N=11`, or `SEED=1 make step N=11` to repeat a run.

use std::collections::VecDeque;
use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};

use shuttle::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use shuttle::sync::{Arc, Mutex, MutexGuard};
use shuttle::thread;

/// How many orders are tried at random.
const SCHEDULES: usize = 2000;
/// How many lines may wait for one client.
const QUEUE_LINES_MAX: usize = 1024;
/// How many of the last lines a newcomer hears: far fewer than its queue
/// holds, or every newcomer would be too slow.
const HISTORY_LINES_MAX: usize = 20;
/// How long a name may be.
const NAME_BYTES_MAX: usize = 16;

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
}

impl Writer {
    /// Puts a line into the queue. Who has a full one is shown out.
    fn send(&mut self, text: &str) {
        let sent = self.queue.try_send(text.to_owned());
        // A queue without a reader belongs to a client who is leaving.
        if let Err(TrySendError::Full(_)) = sent {
            self.fault = Some("too slow");
        }
    }
}

/// What happened, as the room itself saw it.
struct Told {
    author: u64,
    text: String,
}

/// Everyone who is here, and what they said last. Its methods are called
/// with the lock held, since nobody can reach the room's without it.
#[derive(Default)]
struct Crowd {
    writers: Vec<Writer>,
    /// The last lines, oldest first, as they are told to a newcomer.
    said: VecDeque<String>,
    /// Everything that was told, in order: what the oracle goes by.
    book: Vec<Told>,
}

impl Crowd {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.writers.iter().filter_map(|w| w.name.as_deref())
    }

    fn find(&mut self, id: u64) -> Option<&mut Writer> {
        self.writers.iter_mut().find(|writer| writer.id == id)
    }

    /// Sends a line to everyone who has a name, but not to `id`.
    fn tell_others(&mut self, id: u64, text: &str) {
        self.book.push(Told {
            author: id,
            text: text.to_owned(),
        });
        for writer in &mut self.writers {
            if writer.id != id && writer.name.is_some() {
                writer.send(text);
            }
        }
    }

    /// Keeps a line for those who come later, and forgets the oldest.
    fn remember(&mut self, text: &str) {
        if self.said.len() == HISTORY_LINES_MAX {
            self.said.pop_front();
        }
        self.said.push_back(format!("(earlier) {text}"));
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
    fn join(&self, id: u64) -> Receiver<String> {
        let (queue, receiver) = mpsc::sync_channel(QUEUE_LINES_MAX);
        self.lock().writers.push(Writer {
            id,
            name: None,
            queue,
            fault: None,
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

/// Comes, asks for a name until it is free, says two things, leaves, and
/// returns everything that was heard.
fn stay(room: &Room, id: u64, name: &str) -> Vec<String> {
    let queue = room.join(id);
    while room.claim(id, name).is_err() {
        thread::yield_now();
    }
    room.say(id, "hello");
    room.users();
    room.say(id, "bye");
    room.leave(id);
    queue.iter().collect()
}

/// Three people, two of whom want one name.
fn three_stay() {
    let room = Arc::new(Room::default());
    let threads: Vec<_> = [(1, "ada"), (2, "Ada"), (3, "bob")]
        .into_iter()
        .map(|(id, name)| {
            let room = Arc::clone(&room);
            thread::spawn(move || (id, stay(&room, id, name)))
        })
        .collect();
    for thread in threads {
        let (id, heard) = thread.join().expect("a stay comes to its end");
        assert_eq!(heard, expected(&room.lock().book, id), "client {id}");
    }
    one_at_a_time(&room.lock().book);
}

/// The oracle: what a client hears is what was told from its coming to its
/// leaving, without its own words, behind what was said before it came.
fn expected(book: &[Told], id: u64) -> Vec<String> {
    let when = |end: &str| {
        let own = |told: &Told| told.author == id && told.text.ends_with(end);
        book.iter()
            .position(own)
            .expect("who stays comes and leaves")
    };
    let (came, left) = (when(" joined"), when(" left"));
    let name = book[came].text.replace("* ", "").replace(" joined", "");
    let words = |told: &&Told| !told.text.starts_with("* ");
    let said: Vec<&Told> = book[..came].iter().filter(words).collect();
    let earlier = said.len().saturating_sub(HISTORY_LINES_MAX);
    let mut heard = vec![format!("* you are {name}; /help lists commands")];
    for told in &said[earlier..] {
        heard.push(format!("(earlier) {}", told.text));
    }
    for told in &book[came..left] {
        if told.author != id {
            heard.push(told.text.clone());
        }
    }
    heard
}

/// Nobody has the name `ada` before the last one has left it.
fn one_at_a_time(book: &[Told]) {
    let mut here = 0;
    for told in book {
        match told.text.to_lowercase().as_str() {
            "* ada joined" => here += 1,
            "* ada left" => here -= 1,
            _ => {}
        }
        assert!(here <= 1, "two people are called ada");
    }
}

/// Two ask for one name, once.
fn two_ask() {
    let room = Arc::new(Room::default());
    let threads: Vec<_> = [1, 2]
        .into_iter()
        .map(|id| {
            let room = Arc::clone(&room);
            thread::spawn(move || {
                let _queue = room.join(id);
                usize::from(room.claim(id, "ada").is_ok())
            })
        })
        .collect();
    let winners: usize = threads
        .into_iter()
        .map(|thread| thread.join().expect("an answer comes"))
        .sum();
    assert_eq!(winners, 1, "so many are called ada");
}

/// How many orders of two people there are. It outlives each of them, so
/// it is an atomic of the standard library and not of the scheduler.
static ORDERS: AtomicUsize = AtomicUsize::new(0);

fn main() {
    match env::var("SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => {
            shuttle::check_random_with_seed(three_stay, seed, SCHEDULES);
        }
        None => shuttle::check_random(three_stay, SCHEDULES),
    }
    println!("three people: {SCHEDULES} orders at random, all right");

    shuttle::check_dfs(
        || {
            ORDERS.fetch_add(1, Ordering::Relaxed);
            two_ask();
        },
        None,
    );
    let orders = ORDERS.load(Ordering::Relaxed);
    println!("two ask for one name: all {orders} orders, all right");
}
