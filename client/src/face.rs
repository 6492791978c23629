//! What the main loop needs of whatever the person looks at: paper, or a
//! screen. May not know where the lines come from.

use std::time::Instant;

use chat_common::lines::Line;

use crate::decoder::Event;
use crate::typed::Typed;

/// Whether anybody can still read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// As far as one can know.
    There,
    /// Nobody: the other end of the pipe is closed.
    Gone,
}

/// What the person's next line will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// The answer to the question for a name.
    Name,
    /// Something to say under this name.
    Talk(String),
    /// The same, but there is no server just now.
    Away(String),
}

/// What the person wants who has pressed a key.
#[derive(Debug)]
pub enum Wish {
    /// To say this line, or to answer with it.
    Say(Typed),
    /// To leave, once everything is said.
    Leave,
    /// To leave at once.
    Interrupt,
}

/// Where a visit is seen. Whatever is handed over becomes visible with the
/// next [`Face::settle`], so that a burst is drawn once.
pub trait Face {
    /// Shows a line of the room to the person called `me`.
    fn show(&mut self, line: &Line, me: &str);
    /// Shows what this program has to say.
    fn tell(&mut self, text: &str);
    /// Shows a line of the person's own that is on its way to the room.
    fn own(&mut self, line: &Line, me: &str);
    /// Asks for a name.
    fn ask(&mut self);
    /// The person pressed Enter: whatever was asked is answered.
    fn answered(&mut self);
    /// Takes in a key or a paste, and when it was read.
    fn press(&mut self, event: Event, at: Instant) -> Vec<Wish>;
    /// Hands the terminal to the shell for a while.
    fn suspend(&mut self) {}
    /// The program had been stopped; others may have used the terminal.
    fn resume(&mut self) {}
    /// The terminal may have another size.
    fn measure(&mut self) {}
    /// Everything handed over so far becomes visible.
    fn settle(&mut self, prompt: &Prompt) -> Audience;
    /// The visit is over: the last thing that is called.
    fn finish(&mut self);
}
