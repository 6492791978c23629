//! What the person sees and types: a [`Ui`] is all that the main loop knows
//! of it. Must not know where the lines come from, and must not talk to the
//! room.
//!
//! Read this file, then `plain_ui`: lines one below the other, for pipes, logs
//! and screen readers. `terminal_ui` is a line that stays while others come in
//! above it; it stands on `editor` (the line that is being typed) and
//! `terminal` (rows and keys). `bell` and `audience` are small.

pub mod audience;
pub mod bell;
pub mod editor;
pub mod plain_ui;
pub mod terminal;
pub mod terminal_ui;

use std::time::Instant;

use chat_common::lines::Line;

use crate::typed::Typed;
use crate::ui::audience::Audience;
use crate::ui::terminal::decoder::TerminalInput;
use crate::visit::action::Prompt;
use crate::visit::room_line::RoomLine;

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
/// next [`Ui::settle`], so that a burst is drawn once.
pub trait Ui {
    /// Shows a line of the room to the person called `me`.
    fn show(&mut self, line: &RoomLine<'_>, me: &str);
    /// Shows what this program has to say.
    fn tell(&mut self, text: &str);
    /// Shows a line of the person's own among what was said; the time is the
    /// room's, if it said one.
    fn own(&mut self, line: &Line, at: Option<&str>, me: &str);
    /// Asks for a name.
    fn ask(&mut self);
    /// The person pressed Enter: whatever was asked is answered.
    fn answered(&mut self);
    /// Takes in a key or a paste, and when it was read.
    fn press(&mut self, input: TerminalInput, at: Instant) -> Vec<Wish>;
    /// Hands the terminal to the shell for a while.
    fn suspend(&mut self) {}
    /// The program had been stopped; others may have used the terminal.
    fn resume(&mut self) {}
    /// The terminal may have another size.
    fn measure(&mut self) {}
    /// Everything handed over so far becomes visible. These lines of the
    /// person's are on their way, and the room has not confirmed them.
    fn settle(&mut self, prompt: &Prompt, waiting: &[&Line]) -> Audience;
    /// The visit is over: the last thing that is called.
    fn finish(&mut self);
}
