//! `/msg` and `/reply`: something is said to one person alone. Must not let
//! anybody else see it: not the history, the log or the transcript.

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::names;

use crate::people::refusal::Refusal;
use crate::platform::sync::Arc;
use crate::room::request::Action;
use crate::room::state::RoomState;

/// Something said to one person alone.
#[derive(Debug)]
pub struct Whisper {
    /// To whom.
    pub to: Recipient,
    /// What.
    pub text: Line,
}

/// Who is to hear a whisper.
#[derive(Debug)]
pub enum Recipient {
    /// Whoever is called so.
    Named {
        /// The name as it was typed.
        typed: String,
        /// What names are compared by.
        key: String,
    },
    /// Whoever whispered to the author last.
    LastWhisperer,
}

impl Recipient {
    /// Whoever is called so. What names are compared by is found out here, and
    /// not under the room's lock: it takes as long as the text is.
    pub fn named(typed: String) -> Self {
        let key = names::key(&typed);
        Self::Named { typed, key }
    }
}

impl Action for Whisper {
    fn verb(&self) -> &'static str {
        match self.to {
            Recipient::Named { .. } => "msg",
            Recipient::LastWhisperer => "reply",
        }
    }

    fn bytes_max(&self) -> usize {
        self.text.as_str().len()
    }

    fn run(
        self: Box<Self>,
        room: &mut RoomState,
        nth: usize,
    ) -> Result<(), Refusal> {
        let reader = find(room, nth, self.to)?;
        if reader == nth {
            let own = (*room.writers[nth].name).clone();
            return Err(Refusal::Oneself(own));
        }
        // Or the line would begin with a name that nobody has heard.
        room.introduce_if_expected(nth);
        tell_alone(room, nth, reader, &self.text);
        Ok(())
    }
}

fn find(room: &RoomState, nth: usize, to: Recipient) -> Result<usize, Refusal> {
    let (reader, name) = match to {
        Recipient::Named { typed, key } => {
            let mut names = room.writers.iter().map(|it| &it.name);
            (names.position(|name| name.has_key(&key)), typed)
        }
        Recipient::LastWhisperer => {
            let last = room.writers[nth].last_whisperer.clone();
            let (id, name) = last.ok_or(Refusal::NothingToAnswer)?;
            (room.position(id), name.to_string())
        }
    };
    reader.ok_or(Refusal::Nobody(name))
}

fn tell_alone(room: &mut RoomState, nth: usize, reader: usize, text: &Line) {
    let author = &room.writers[nth];
    let (id, name) = (author.id, Arc::clone(&author.name));
    let private = Event::Private {
        name: name.as_str(),
        text: text.as_str(),
    };
    let line = room.broadcast.line(private);
    room.put_to(reader, line.as_bytes());
    let said = format!("said to {} alone", room.writers[reader].name);
    room.answer(nth, Event::Notice(&said));
    room.writers[reader].last_whisperer = Some((id, name));
}
