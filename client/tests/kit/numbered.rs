//! A room of a few lines that numbers what it tells: the client's lines have
//! numbers, too, and are confirmed when a test says so.

use crate::kit::server::{GREETING, Peer, Server};

/// Its history.
pub const EPOCH: &str = "e1";

/// What it gives its client.
pub const TOKEN: &str = "t1";

/// The last number before anybody came.
pub const START: u64 = 40;

/// The server's end of one connection.
pub struct Numbered {
    pub peer: Peer,
    /// The last number in the room.
    pub last: u64,
}

impl Numbered {
    /// Waits for somebody of this name who has never been here.
    pub fn lets_in(server: &Server, name: &str) -> Self {
        let mut room = Self {
            peer: server.accepts(),
            last: START,
        };
        room.peer.says(GREETING);
        assert_eq!(room.peer.hears(), "/numbered 1");
        room.peer
            .says(&format!("= epoch {EPOCH} {START}\n= token {TOKEN}\n"));
        room.grants(1, name);
        room
    }

    /// Waits for somebody who has heard everything up to this number.
    pub fn meets_again(server: &Server, heard: u64, last: u64) -> Self {
        let mut peer = server.accepts();
        let hello = format!("/numbered 1 {EPOCH} {heard} {TOKEN}");
        assert_eq!(peer.hears(), hello);
        peer.says(GREETING);
        Self { peer, last }
    }

    /// Answers somebody who comes back: these were missed.
    pub fn resumes(&mut self, taken_to: u64, missed: &[&str]) {
        let count = missed.len() as u64;
        let last = self.last;
        self.peer.says(&format!(
            "= epoch {EPOCH} {last}\n= taken-to {taken_to}\n= missed {count}\n"
        ));
        for (nth, line) in missed.iter().enumerate() {
            let number = last - count + 1 + nth as u64;
            self.peer.says(&format!("# {number} [14:03:08] {line}\n"));
        }
        self.peer.says("= end\n");
    }

    /// Waits for the request of this name under this number, and grants it.
    pub fn grants(&mut self, k: u64, name: &str) {
        assert_eq!(self.peer.hears(), format!("{k} /name {name}"));
        self.peer.says(&format!(
            "- [14:03:07] * guest-3 is now {name}\n= taken {k} -\n\
             - [14:03:07] * {name} joined\n"
        ));
    }

    /// Somebody says this.
    pub fn tells(&mut self, line: &str) {
        self.last += 1;
        let number = self.last;
        self.peer.says(&format!("# {number} [14:03:09] {line}\n"));
    }

    /// Confirms that this line of the client's was said.
    pub fn confirms(&mut self, k: u64) {
        self.last += 1;
        let number = self.last;
        self.peer
            .says(&format!("= taken {k} {number} [14:03:09]\n"));
    }
}
