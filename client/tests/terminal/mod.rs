//! The screen, as a person at a terminal sees it.

mod aims;
mod burst;
mod drafts;
mod first_column;
mod fuzz;
mod history;
mod hostile;
mod idle;
mod keys;
mod leaving;
mod looks;
mod lost;
mod numbered;
mod pastes;
mod reconnects;
mod reports;
mod shown_out;
mod sizes;
mod tabs;

use crate::kit::pty::{Terminal, client};
use crate::kit::server::{Peer, Server};

/// Somebody called bob in a room, and the room.
pub struct Visit {
    pub terminal: Terminal,
    pub peer: Peer,
    pub server: Server,
}

/// bob has come in and sees it.
pub fn bob() -> Visit {
    bob_with(&[])
}

/// The same with more arguments.
pub fn bob_with(args: &[&str]) -> Visit {
    let server = Server::start();
    let all = [&[&server.address, "--name", "bob"], args].concat();
    enter(client(&all).start(), server)
}

/// Lets a client in that requests the name bob.
pub fn enter(terminal: Terminal, server: Server) -> Visit {
    let peer = server.lets_in("bob");
    terminal.shows_part("* bob joined");
    terminal.edits("bob>", 5);
    Visit {
        terminal,
        peer,
        server,
    }
}
