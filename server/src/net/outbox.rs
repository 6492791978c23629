//! What one client has yet to be sent. Never blocks whoever puts something
//! in, never reorders, never grows past its limit. Must not know what a room
//! is.
//!
//! The textbook gives every client a queue and a writer thread that is woken
//! for every line. Measured, that costs seven times what the sending does:
//! 13.8 against 2.0 microseconds a line with 1,000 clients. So whoever puts a
//! line tries the socket first, without waiting, and only what the kernel
//! does not take is kept. Only while something is kept does the client have
//! a catch-up thread.
//!
//! At any time exactly one thread may write to the socket; `Owner` says which,
//! and changes only under the outbox's own lock. That lock is held for a copy
//! or for a send that does not wait, never for anything that waits.

use std::io;

use crate::net::connection::{Connection, Half};
use crate::platform::pieces::{Piece, Pieces};
use crate::platform::sync::{Condvar, Instant, Mutex};

/// In how many pieces what may be kept is kept: few, because the system allows
/// a process 65,530 mappings, and a thread needs four of them; and not one,
/// because a piece that is on its way is counted, and costs, until all of it
/// is sent.
const PIECES: usize = 8;

/// What is left to do after a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Put {
    /// Nothing.
    Done,
    /// Start a thread that calls [`Outbox::drain`]: the client fell behind.
    NeedsCatchUp,
    /// Show the client out: it is more than the limit behind. What was put
    /// is not kept, and from now on only the last words are.
    TooSlow,
}

/// Who may write to the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// Whoever puts something: nothing is kept.
    Putter,
    /// The thread in [`Outbox::drain`]: everything put is kept for it.
    CatchUp,
    /// Nobody any more.
    Nobody,
}

/// What one client has yet to be sent.
///
/// Whoever says something touches every outbox. So they are made by the one
/// thread that accepts, which has them lie side by side in memory; each made
/// by the thread of its client, they lay 64 KiB apart. With 1,000 clients and
/// 20 lines a second, waiting for that memory was 18 % of the work of a line,
/// and is 5 %: 4.5 microseconds of CPU per line and client, now 3.7.
pub struct Outbox {
    /// In here and not behind a pointer, which would be one more wait.
    connection: Connection,
    kept_bytes_max: usize,
    /// Lock order: the room's lock may be held when this one is taken, never
    /// the other way round.
    kept: Mutex<Kept>,
    /// Signaled when the catch-up thread has let go of the socket.
    drained: Condvar,
}

/// Guarded by [`Outbox::kept`].
struct Kept {
    owner: Owner,
    /// What the catch-up thread has not taken yet, in the order it was put.
    pieces: Pieces,
    /// How many bytes it has taken and is sending.
    in_flight: usize,
    /// Whether the last word has been put.
    last_word: bool,
    /// Whether something was not kept. After that only the last word is:
    /// what the client hears has no gap before it.
    too_slow: bool,
    /// Why sending failed, if it did. A socket tells its error once, to
    /// whoever calls first; the session must hear of it too.
    error: Option<io::Error>,
}

impl Outbox {
    /// An empty outbox for this client, which may be so many bytes behind.
    pub fn new(connection: Connection, kept_bytes_max: usize) -> Self {
        Self {
            connection,
            kept_bytes_max,
            kept: Mutex::new(Kept {
                owner: Owner::Putter,
                pieces: Pieces::new((kept_bytes_max / PIECES).max(1)),
                in_flight: 0,
                last_word: false,
                too_slow: false,
                error: None,
            }),
            drained: Condvar::new(),
        }
    }

    /// The connection, for whoever reads from it.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Sends the bytes, or keeps what does not go at once. Never waits.
    ///
    /// Calls must not overlap, or clients would disagree about the order:
    /// the room calls it under its lock.
    pub fn put(&self, bytes: &[u8]) -> Put {
        let mut kept = self.kept.lock();
        match kept.owner {
            Owner::Nobody => Put::Done,
            _ if kept.last_word || kept.too_slow => Put::Done,
            Owner::Putter => self.send(&mut kept, bytes),
            Owner::CatchUp => kept.keep(bytes, self.kept_bytes_max),
        }
    }

    /// Sends or keeps the last words, which may be none; after them the
    /// client is told that nothing more will come. Whatever is put later is
    /// passed over. Never [`Put::TooSlow`].
    pub fn put_last(&self, words: &[u8]) -> Put {
        let mut kept = self.kept.lock();
        if kept.last_word {
            return Put::Done;
        }
        kept.last_word = true;
        match kept.owner {
            Owner::Nobody => Put::Done,
            Owner::CatchUp => {
                // Without memory they are not kept, and that is the end too.
                let _ = kept.pieces.push(words);
                Put::Done
            }
            Owner::Putter => {
                let put = self.send(&mut kept, words);
                if kept.owner == Owner::Putter {
                    self.give_back(&mut kept);
                }
                put
            }
        }
    }

    /// Why sending failed, if it did and nobody has asked yet.
    pub fn take_error(&self) -> Option<io::Error> {
        self.kept.lock().error.take()
    }

    /// Whether the last words have been put.
    pub fn is_over(&self) -> bool {
        self.kept.lock().last_word
    }

    /// The catch-up thread's work: sends what is kept until nothing is, then
    /// gives the socket back and returns.
    ///
    /// Call it once for each [`Put::NeedsCatchUp`].
    pub fn drain(&self) {
        let mut sent = None;
        while let Some(piece) = self.take(sent) {
            if let Err(error) = self.connection.send_all(piece.bytes()) {
                self.give_up(Some(error));
            }
            sent = Some(piece);
        }
    }

    /// Waits until no catch-up thread has anything left to send, or until the
    /// deadline; says whether that is so.
    pub fn wait_until_drained(&self, deadline: Instant) -> bool {
        let mut kept = self.kept.lock();
        while kept.owner == Owner::CatchUp {
            if self.drained.wait_until(&mut kept, deadline).timed_out() {
                return false;
            }
        }
        true
    }

    /// Drops what is kept and ends the connection, both ways, now.
    pub fn abandon(&self) {
        self.give_up(None);
        self.connection.close(Half::Both);
    }

    fn send(&self, kept: &mut Kept, bytes: &[u8]) -> Put {
        let kept_rest = match self.connection.try_send(bytes) {
            Ok(sent) if sent == bytes.len() => return Put::Done,
            Ok(sent) => kept.pieces.push(&bytes[sent..]),
            Err(error) => Err(error),
        };
        match kept_rest {
            Ok(()) => {
                kept.owner = Owner::CatchUp;
                Put::NeedsCatchUp
            }
            // Whatever it was, the client has missed something: the thread
            // that reads from it wakes up and ends the stay.
            Err(error) => {
                kept.owner = Owner::Nobody;
                kept.error = Some(error);
                self.connection.close(Half::Both);
                Put::Done
            }
        }
    }

    /// Takes back the piece that the catch-up thread has sent, and gives it the
    /// next; `None` once it has given the socket back.
    fn take(&self, sent: Option<Piece>) -> Option<Piece> {
        let mut kept = self.kept.lock();
        let next = match kept.owner {
            Owner::CatchUp => kept.pieces.pop(),
            Owner::Putter | Owner::Nobody => None,
        };
        kept.in_flight = next.as_ref().map_or(0, |next| next.bytes().len());
        match next {
            Some(_) => sent.into_iter().for_each(|p| kept.pieces.reuse(p)),
            None if kept.owner == Owner::CatchUp => self.give_back(&mut kept),
            None => (),
        }
        next
    }

    /// Everything has been sent: to the putters, or, after the last word, to
    /// nobody.
    fn give_back(&self, kept: &mut Kept) {
        kept.pieces.clear();
        kept.owner = Owner::Putter;
        if kept.last_word {
            kept.owner = Owner::Nobody;
            self.connection.close(Half::Outgoing);
        }
        self.drained.notify_all();
    }

    fn give_up(&self, error: Option<io::Error>) {
        let mut kept = self.kept.lock();
        kept.owner = Owner::Nobody;
        kept.pieces.clear();
        kept.error = error;
        self.drained.notify_all();
    }
}

impl Kept {
    fn keep(&mut self, bytes: &[u8], bytes_max: usize) -> Put {
        let behind = self.in_flight + self.pieces.len() + bytes.len();
        // A system without memory for what is kept makes everyone who needs
        // it too slow, and nobody else.
        if behind > bytes_max || self.pieces.push(bytes).is_err() {
            self.too_slow = true;
            return Put::TooSlow;
        }
        Put::Done
    }
}
