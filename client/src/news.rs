//! Everything that can happen to the main thread, and the inbox it comes
//! through. May not know what is done about it.
//!
//! Each kind of source has a channel of its own, and the inbox takes from
//! them in turn: whoever has a lot to say keeps nobody else waiting. What
//! one source tells comes in its order.

use std::io;
use std::time::Instant;

use chat_common::lines::Incoming;
use crossbeam_channel::{Receiver, Select, Sender, bounded};

use crate::connection::ConnectError;
use crate::decoder::Event;
use crate::sender::Connection;
use crate::typed::Typed;

/// How many pieces of news of one kind may wait. When the terminal does not
/// keep up, the reader waits too, and TCP tells the server.
const NEWS_MAX: usize = 8;

/// One thing that happened.
#[derive(Debug)]
pub enum News {
    /// The person finished a line.
    Typed(Typed),
    /// The person's line was longer than the keyboard takes.
    TypedTooLong,
    /// Keys were pressed, or text was pasted; together, because they came
    /// together; and when that was.
    Pressed(Vec<Event>, Instant),
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

/// How a connection ended.
#[derive(Debug)]
pub enum Gone {
    /// The server closed it.
    Closed,
    /// It broke.
    Lost(io::Error),
}

/// What the threads send their news into.
#[derive(Clone, Debug)]
pub struct Senders {
    /// [`News::Interrupted`] and [`News::Suspended`]: it holds none, so a
    /// send that succeeds has been noticed.
    pub alarms: Sender<News>,
    /// [`News::Continued`]: it holds one, which stands for all.
    pub continued: Sender<News>,
    /// [`News::Resized`]: the same.
    pub resized: Sender<News>,
    /// What the person does.
    pub person: Sender<News>,
    /// What the server does.
    pub room: Sender<News>,
}

/// Where the main thread takes its news from.
#[derive(Debug)]
pub struct Inbox {
    sources: [Receiver<News>; 5],
    /// Which source is looked at first: the one behind the last.
    turn: usize,
}

/// The channels all news go through.
pub fn channels() -> (Senders, Inbox) {
    let (alarms, alarm) = bounded(0);
    let (continued, continues) = bounded(1);
    let (resized, resizes) = bounded(1);
    let (person, persons) = bounded(NEWS_MAX);
    let (room, rooms) = bounded(NEWS_MAX);
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
    pub fn take(&mut self) -> Option<News> {
        let count = self.sources.len();
        for nth in self.turn..self.turn + count {
            if let Ok(news) = self.sources[nth % count].try_recv() {
                self.turn = (nth + 1) % count;
                return Some(news);
            }
        }
        None
    }

    /// What comes next. `None`: it is that late, whatever else there is.
    pub fn wait(&mut self, deadline: Option<Instant>) -> Option<News> {
        loop {
            if deadline.is_some_and(|it| it <= Instant::now()) {
                return None;
            }
            if let Some(news) = self.take() {
                return Some(news);
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
                while room.send(News::Heard(Vec::new())).is_ok() {}
            },
        );
        let alarms = senders.alarms.clone();
        thread::spawn(move || alarms.send(News::Interrupted));
        senders.person.send(News::TypedTooLong).expect("an inbox");
        senders.resized.send(News::Resized).expect("an inbox");
        let end = Instant::now() + Duration::from_secs(5);
        let mut missing = 3;
        while missing > 0 {
            let news = inbox.wait(Some(end)).expect("all in time");
            missing -= usize::from(!matches!(news, News::Heard(_)));
        }
    }

    #[test]
    fn a_flood_hides_no_deadline() {
        let (senders, mut inbox) = channels();
        senders.room.send(News::TypedTooLong).expect("an inbox");
        assert!(inbox.wait(Some(Instant::now())).is_none());
        assert!(inbox.wait(None).is_some());
        let soon = Instant::now() + Duration::from_millis(1);
        assert!(inbox.wait(Some(soon)).is_none());
    }
}
