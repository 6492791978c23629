//! Everything that can happen to the main thread, and the inbox it comes
//! through. Must not know what is done about it.
//!
//! Each kind of source has a channel of its own, and the inbox takes from
//! them in turn: whoever has a lot to say keeps nobody else waiting. What
//! one source tells comes in its order.

use std::time::Instant;

use chat_common::lines::Incoming;
use crossbeam_channel::{Receiver, Select, Sender, bounded};

use crate::threads::call::ConnectError;
use crate::threads::sender::Connection;
use crate::typed::Typed;
use crate::ui::terminal::decoder::TerminalInput;
use crate::visit::Gone;

/// How many events of one source may wait. When the terminal does not keep
/// up, the reader waits too, and TCP tells the server.
const EVENTS_MAX: usize = 8;

/// One thing that happened.
#[derive(Debug)]
pub enum Event {
    /// The person finished a line.
    Typed(Typed),
    /// The person's line was longer than the keyboard takes.
    TypedTooLong,
    /// Keys were pressed, or text was pasted; together, because they came
    /// together; and when that was.
    Pressed(Vec<TerminalInput>, Instant),
    /// No more lines will be typed.
    KeyboardEnded,
    /// The server answered the call.
    Connected(Connection),
    /// It did not, and this reader has ended.
    Unreachable(ConnectError),
    /// The room sent lines; together, because they came together.
    Heard(Vec<Incoming>),
    /// The server is gone, and this reader has ended: always its last word.
    Gone(Gone),
    /// Ctrl-C, SIGTERM, SIGHUP or the like.
    Interrupted,
    /// The shell wants its terminal for a while.
    Suspended,
    /// The program was stopped, and goes on.
    Continued,
    /// The terminal may have another size.
    Resized,
}

/// What the threads send their events into.
#[derive(Clone, Debug)]
pub struct Senders {
    /// [`Event::Interrupted`] and [`Event::Suspended`]: it holds none, so a
    /// send that succeeds has been noticed.
    pub alarms: Sender<Event>,
    /// [`Event::Continued`]: it holds one, which stands for all.
    pub continued: Sender<Event>,
    /// [`Event::Resized`]: the same.
    pub resized: Sender<Event>,
    /// What the person does.
    pub person: Sender<Event>,
    /// What the server does.
    pub room: Sender<Event>,
}

/// Where the main thread takes its events from.
#[derive(Debug)]
pub struct Inbox {
    sources: [Receiver<Event>; 5],
    /// Which source is looked at first: the one behind the last.
    turn: usize,
}

/// The channels all events go through.
pub fn channels() -> (Senders, Inbox) {
    let (alarms, alarm) = bounded(0);
    let (continued, continues) = bounded(1);
    let (resized, resizes) = bounded(1);
    let (person, persons) = bounded(EVENTS_MAX);
    let (room, rooms) = bounded(EVENTS_MAX);
    let senders = Senders {
        alarms,
        continued,
        resized,
        person,
        room,
    };
    let inbox = Inbox {
        sources: [alarm, continues, resizes, persons, rooms],
        turn: 0,
    };
    (senders, inbox)
}

impl Inbox {
    /// What has come, without waiting.
    pub fn take(&mut self) -> Option<Event> {
        let count = self.sources.len();
        for nth in self.turn..self.turn + count {
            if let Ok(event) = self.sources[nth % count].try_recv() {
                self.turn = (nth + 1) % count;
                return Some(event);
            }
        }
        None
    }

    /// What comes next. `None`: it is that late, whatever else there is.
    pub fn wait(&mut self, deadline: Option<Instant>) -> Option<Event> {
        loop {
            if deadline.is_some_and(|it| it <= Instant::now()) {
                return None;
            }
            if let Some(event) = self.take() {
                return Some(event);
            }
            let mut select = Select::new();
            for source in &self.sources {
                select.recv(source);
            }
            match deadline {
                Some(deadline) => {
                    // If it is late, the loop finds out.
                    let _ = select.ready_deadline(deadline);
                }
                None => {
                    select.ready();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn a_flood_keeps_nobody_else_waiting() {
        let (senders, mut inbox) = channels();
        let room = senders.room.clone();
        thread::spawn(
            move || {
                while room.send(Event::Heard(Vec::new())).is_ok() {}
            },
        );
        let alarms = senders.alarms.clone();
        thread::spawn(move || alarms.send(Event::Interrupted));
        senders.person.send(Event::TypedTooLong).expect("an inbox");
        senders.resized.send(Event::Resized).expect("an inbox");
        let end = Instant::now() + Duration::from_secs(5);
        let mut missing = 3;
        while missing > 0 {
            let event = inbox.wait(Some(end)).expect("all in time");
            missing -= usize::from(!matches!(event, Event::Heard(_)));
        }
    }

    #[test]
    fn a_flood_hides_no_deadline() {
        let (senders, mut inbox) = channels();
        senders.room.send(Event::TypedTooLong).expect("an inbox");
        assert!(inbox.wait(Some(Instant::now())).is_none());
        assert!(inbox.wait(None).is_some());
        let soon = Instant::now() + Duration::from_millis(1);
        assert!(inbox.wait(Some(soon)).is_none());
    }
}
