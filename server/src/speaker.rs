//! Does in the room what the lines of one client say. May not read, wait, or
//! know how the lines arrived.

use std::ops::ControlFlow;

use chat_common::commands::{COMMANDS, Command};
use chat_common::events::Event;
use chat_common::lines::{Incoming, Line};
use chat_common::names::Name;
use chat_common::telnet::TIMING_MARK_ANSWER;

use crate::end::End;
use crate::errand::ClientId;
use crate::record::Record;
use crate::refusal::Refusal;
use crate::room::{Flow, Room};
use crate::wire::Wire;
use crate::wording::Manner;

/// One client, as it acts in the room.
pub struct Speaker<'a, W> {
    id: ClientId,
    room: &'a Room<W>,
    line_bytes_max: usize,
    record: Record<'a>,
    /// What is to be said next. Words that follow each other are said
    /// together: one hold of the lock, one send to each client.
    words: Vec<Line>,
    /// Whether the room has been told that this client joined.
    announced: bool,
}

impl<'a, W: Wire> Speaker<'a, W> {
    /// For this client, who has just joined. `line_bytes_max` is the limit
    /// that the reader of its lines keeps.
    pub fn new(
        id: ClientId,
        room: &'a Room<W>,
        line_bytes_max: usize,
        record: Record<'a>,
    ) -> Self {
        Self {
            id,
            room,
            line_bytes_max,
            record,
            words: Vec::new(),
            announced: false,
        }
    }

    /// Whether the room has been told that this client joined.
    pub fn is_announced(&self) -> bool {
        self.announced
    }

    /// Tells the room that this client joined.
    pub fn announce(&mut self) -> ControlFlow<End> {
        self.announced = true;
        self.record.begin();
        go_on(self.room.announce(self.id))
    }

    /// Tells this client that it talks faster than it may.
    pub fn slow_down(&self, lines_per_second: u32) -> ControlFlow<End> {
        self.record.slow_down();
        self.answer(Event::SlowDown { lines_per_second })
    }

    /// Ends the stay.
    pub fn leave(&self, end: &End) {
        let last_words = end.last_words();
        let left =
            self.room
                .leave(self.id, end.departure(), last_words.as_deref());
        self.record.end(end, left);
    }

    /// Does what a line says. Words to everyone are only collected: call
    /// [`Speaker::flush`] before waiting for anything.
    pub fn obey(&mut self, incoming: Incoming) -> ControlFlow<End> {
        let command = match incoming {
            Incoming::Line(line) => Command::parse(line),
            Incoming::TooLong => return self.refuse_long_line(),
            Incoming::TimingMark => {
                return go_on(self.room.signal(self.id, &TIMING_MARK_ANSWER));
            }
        };
        // Words are only collected; everything else comes after them.
        if !matches!(command, Ok(Command::Say(_) | Command::Nothing)) {
            self.flush()?;
        }
        if !matches!(command, Ok(Command::Nothing)) {
            self.record.begin();
        }
        match command {
            Ok(command) => self.obey_command(command),
            Err(error) => self.answer(Event::Notice(&error.to_string())),
        }
    }

    /// Says what has been collected.
    pub fn flush(&mut self) -> ControlFlow<End> {
        if self.words.is_empty() {
            return ControlFlow::Continue(());
        }
        let words = std::mem::take(&mut self.words);
        self.say(Manner::Saying, &words)
    }

    fn obey_command(&mut self, command: Command) -> ControlFlow<End> {
        match command {
            Command::Nothing => ControlFlow::Continue(()),
            Command::Say(line) => {
                self.words.push(line);
                ControlFlow::Continue(())
            }
            Command::Act(text) => self.say(Manner::Doing, &[text]),
            Command::Name(text) => self.rename(&text),
            Command::Users => go_on(self.room.list(self.id)),
            Command::Msg { to, text } => {
                self.report("msg", self.room.tell(self.id, &to, &text))
            }
            Command::Reply(text) => {
                self.report("reply", self.room.reply(self.id, &text))
            }
            Command::Help => self.help(),
            Command::Quit => ControlFlow::Break(End::Quit),
        }
    }

    fn say(&mut self, manner: Manner, lines: &[Line]) -> ControlFlow<End> {
        self.announced = true;
        go_on(self.room.say(self.id, manner, lines))
    }

    fn rename(&mut self, text: &str) -> ControlFlow<End> {
        let name = match Name::parse(text) {
            Ok(name) => name,
            Err(error) => {
                self.record.refuse("name", "it is no name");
                return self.refuse("name", &error.to_string());
            }
        };
        let renamed = self.room.rename(self.id, name.clone());
        if renamed.is_ok() {
            self.announced = true;
            self.record.name(&name);
        }
        self.report("name", renamed)
    }

    fn report(
        &self,
        verb: &'static str,
        result: Result<(), Refusal>,
    ) -> ControlFlow<End> {
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(refusal) => {
                self.record.refuse(verb, refusal.in_short());
                self.refuse(verb, &refusal.to_string())
            }
        }
    }

    fn refuse(&self, verb: &str, why: &str) -> ControlFlow<End> {
        self.answer(Event::Refused { verb, why })
    }

    fn refuse_long_line(&mut self) -> ControlFlow<End> {
        self.flush()?;
        self.record.begin();
        let limit = self.line_bytes_max;
        let why =
            format!("your line was not said: it is longer than {limit} bytes");
        self.answer(Event::Notice(&why))
    }

    fn answer(&self, event: Event<'_>) -> ControlFlow<End> {
        go_on(self.room.answer(self.id, &[event]))
    }

    fn help(&self) -> ControlFlow<End> {
        let commands: Vec<String> =
            COMMANDS.iter().map(ToString::to_string).collect();
        let lines: Vec<Event<'_>> = commands
            .iter()
            .map(|line| Event::Notice(line))
            .chain([Event::Notice(
                "anything else is said to everyone; //x says /x",
            )])
            .collect();
        go_on(self.room.answer(self.id, &lines))
    }
}

fn go_on(flow: Flow) -> ControlFlow<End> {
    match flow {
        Flow::Stay => ControlFlow::Continue(()),
        Flow::Leave => ControlFlow::Break(End::ShownOut),
    }
}
