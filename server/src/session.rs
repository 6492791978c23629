//! The life of one client: join, listen, leave. Runs in the client's own
//! thread. May not touch another client, except through the room.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use chat_common::commands::{COMMANDS, Command};
use chat_common::events::{Event, Reason};
use chat_common::lines::{Incoming, Line, LineReader};
use chat_common::names::Name;

use crate::config::Config;
use crate::errand::ClientId;
use crate::inside::{Departure, Manner};
use crate::log::Log;
use crate::outbox::Outbox;
use crate::pace::{Pace, Turn};
use crate::refusal::Refusal;
use crate::room::{Flow, Room};
use crate::sync::Arc;
use crate::wire::{Half, Sending, Wire};

/// What one read may bring. Large, because a flood costs a fraction when its
/// lines are said together; never zeroed, so an idle client costs one page.
pub const READ_BYTES: usize = 64 * 1024;

/// For how long a newcomer may keep their name to themselves before they are
/// announced as a guest: under a second, and time enough for a `/name` that
/// a program sends at once over a slow network.
pub const ARRIVAL_MAX: Duration = Duration::from_millis(800);

/// For how long the last words to somebody who has left may take who is
/// behind with reading.
pub const FAREWELL_MAX: Duration = Duration::from_secs(5);

/// For how long the other end is then given to close the connection. Closing
/// first, with something of theirs unread, would destroy what is on its way.
pub const LINGER_MAX: Duration = Duration::from_millis(500);

/// Why a session stops listening.
enum End {
    /// The client said `/quit`.
    Quit,
    /// The client closed its sending direction.
    InputOver,
    /// The room ended the stay.
    ShownOut,
    /// The client was silent for longer than allowed.
    Idle,
    /// The connection broke.
    Broken(io::Error),
}

impl End {
    fn departure(&self) -> Departure {
        match self {
            Self::Quit | Self::InputOver | Self::ShownOut => None,
            Self::Idle => Some(Reason::Idle),
            Self::Broken(error) if error.kind() == ErrorKind::TimedOut => {
                Some(Reason::TimedOut)
            }
            Self::Broken(_) => Some(Reason::ConnectionLost),
        }
    }

    fn last_words(&self) -> Option<&'static str> {
        match self {
            Self::Quit => Some("goodbye"),
            Self::Idle => Some("you are shown out: you were silent too long"),
            Self::InputOver | Self::ShownOut | Self::Broken(_) => None,
        }
    }
}

/// Leaves the room when it is dropped, so that not even a panic leaves
/// somebody in the room whom nobody listens to.
struct Stay<'a, W: Wire> {
    room: &'a Room<W>,
    id: ClientId,
    outbox: Arc<Outbox<W>>,
}

impl<W: Wire> Drop for Stay<'_, W> {
    fn drop(&mut self) {
        self.room.leave(self.id, Some(Reason::ConnectionLost), None);
        self.outbox.abandon();
        self.room.forget(self.id);
    }
}

/// One client, from arrival to departure. Returns when the connection is
/// closed.
pub fn run<W: Wire>(
    id: ClientId,
    outbox: Arc<Outbox<W>>,
    from: impl fmt::Display,
    room: &Room<W>,
    config: &Config,
    log: &Log,
) {
    log.event(format_args!("client {} came from {from}", id.0));
    if room.join(id, &outbox) == Flow::Leave {
        return;
    }
    let stay = Stay { room, id, outbox };
    let mut session = Session {
        id,
        room,
        config,
        log,
        wire: stay.outbox.wire(),
        outbox: &stay.outbox,
        pace: config.rate.map(|rate| Pace::new(rate, Instant::now())),
        slowed: false,
        announce_at: Some(Instant::now() + ARRIVAL_MAX),
    };
    let name = session.listen_and_leave();
    log.event(format_args!("client {} {name}", id.0));
}

/// What the thread of one client knows.
struct Session<'a, W> {
    id: ClientId,
    room: &'a Room<W>,
    config: &'a Config,
    log: &'a Log,
    wire: &'a W,
    outbox: &'a Outbox<W>,
    /// `None` when clients are not paced.
    pace: Option<Pace>,
    /// Whether the client has been told that it is slowed down.
    slowed: bool,
    /// When to announce the client as a guest; `None` once it is announced.
    announce_at: Option<Instant>,
}

impl<W: Wire> Session<'_, W> {
    /// Everything between join and the closed connection. Says how it ended,
    /// for the log.
    fn listen_and_leave(&mut self) -> String {
        let mut input =
            BufReader::with_capacity(READ_BYTES, self.wire.reader());
        let end = match self.listen(&mut input) {
            ControlFlow::Break(end) => end,
            ControlFlow::Continue(()) => End::InputOver,
        };
        let name = self.room.name(self.id);
        let reason =
            self.room.leave(self.id, end.departure(), end.last_words());
        self.linger(&end, &mut input);
        describe(name.as_ref(), reason, &end)
    }

    /// Reads and obeys until the client or the room has had enough.
    fn listen(
        &mut self,
        input: &mut BufReader<W::Reader<'_>>,
    ) -> ControlFlow<End> {
        let mut lines = LineReader::new(self.config.line_bytes_max);
        self.be_patient()?;
        loop {
            let mut found = Vec::new();
            match input.fill_buf() {
                Ok([]) => {
                    self.obey_all(lines.finish().into_iter())?;
                    return ControlFlow::Break(End::InputOver);
                }
                Ok(bytes) => {
                    lines.push(bytes, |incoming| found.push(incoming));
                    let taken = bytes.len();
                    input.consume(taken);
                }
                Err(error) => self.bear(error)?,
            }
            // What was on its way when the room ended the stay still arrives.
            if self.outbox.is_over() {
                return ControlFlow::Break(End::ShownOut);
            }
            self.obey_all(found.into_iter())?;
            self.announce_if_due()?;
        }
    }

    /// Sets for how long the next read may wait.
    fn be_patient(&self) -> ControlFlow<End> {
        let patience = match self.announce_at {
            // Zero would mean for ever.
            Some(at) => Some(
                at.saturating_duration_since(Instant::now())
                    .max(Duration::from_millis(1)),
            ),
            None => self.config.idle,
        };
        match self.wire.set_patience(patience) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(End::Broken(error)),
        }
    }

    /// A read that brought nothing: out of patience, or out of order.
    fn bear(&self, error: io::Error) -> ControlFlow<End> {
        match error.kind() {
            ErrorKind::Interrupted => ControlFlow::Continue(()),
            ErrorKind::WouldBlock if self.announce_at.is_some() => {
                ControlFlow::Continue(())
            }
            ErrorKind::WouldBlock => ControlFlow::Break(End::Idle),
            _ => ControlFlow::Break(End::Broken(error)),
        }
    }

    /// Announces a newcomer who has kept silent long enough.
    fn announce_if_due(&mut self) -> ControlFlow<End> {
        let Some(at) = self.announce_at else {
            return ControlFlow::Continue(());
        };
        if Instant::now() >= at {
            go_on(self.room.announce(self.id))?;
            return self.is_announced();
        }
        self.be_patient()
    }

    /// The room knows this client now: from here on only idleness counts.
    fn is_announced(&mut self) -> ControlFlow<End> {
        if self.announce_at.take().is_some() {
            return self.be_patient();
        }
        ControlFlow::Continue(())
    }

    /// Obeys what one read brought, at the client's pace. Words that follow
    /// each other are said together.
    fn obey_all(
        &mut self,
        mut found: impl ExactSizeIterator<Item = Incoming>,
    ) -> ControlFlow<End> {
        let mut words = Vec::new();
        while let Some(incoming) = found.next() {
            while let Turn::In(patience) = self.turn() {
                self.say(&mut words)?;
                self.wait(patience, 1 + found.len())?;
            }
            self.obey(incoming, &mut words)?;
        }
        self.say(&mut words)
    }

    fn turn(&mut self) -> Turn {
        match &mut self.pace {
            None => Turn::Now,
            Some(pace) => {
                let turn = pace.take(Instant::now());
                self.slowed &= !pace.is_rested();
                turn
            }
        }
    }

    /// Waits for the client's turn. While it waits it does not read, so TCP
    /// holds back the client, and nobody else.
    ///
    /// Whoever ends the connection meanwhile has said all they will be heard
    /// saying: nobody talks on for an hour after leaving.
    fn wait(&mut self, patience: Duration, unsaid: usize) -> ControlFlow<End> {
        if !std::mem::replace(&mut self.slowed, true) {
            self.log
                .detail(format_args!("client {} is slowed", self.id.0));
            let rate = self.config.rate.map_or(0, |rate| rate.lines_per_second);
            self.answer(&format!(
                "slow down: from here on {rate} of your lines a second are said"
            ))?;
        }
        if self.wire.wait_for_end(patience) == Sending::Open {
            return ControlFlow::Continue(());
        }
        self.log.event(format_args!(
            "client {} ended its connection with {unsaid} lines or more unsaid",
            self.id.0
        ));
        ControlFlow::Break(End::InputOver)
    }

    fn obey(
        &mut self,
        incoming: Incoming,
        words: &mut Vec<Line>,
    ) -> ControlFlow<End> {
        let command = match incoming {
            Incoming::Line(line) => Command::parse(line),
            Incoming::TooLong => {
                self.say(words)?;
                let line_bytes_max = self.config.line_bytes_max;
                return self.answer(&format!(
                    "your line was not said: it is longer than \
                     {line_bytes_max} bytes"
                ));
            }
        };
        match command {
            Ok(Command::Say(line)) => {
                words.push(line);
                return ControlFlow::Continue(());
            }
            Ok(Command::Nothing) => return ControlFlow::Continue(()),
            _ => self.say(words)?,
        }
        match command {
            Ok(command) => self.obey_command(command),
            Err(error) => self.answer(&error.to_string()),
        }
    }

    fn obey_command(&mut self, command: Command) -> ControlFlow<End> {
        match command {
            Command::Nothing => ControlFlow::Continue(()),
            Command::Say(line) => self.say(&mut vec![line]),
            Command::Act(text) => {
                go_on(self.room.say(self.id, Manner::Doing, &[text]))?;
                self.is_announced()
            }
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

    /// Says what has been collected.
    fn say(&mut self, words: &mut Vec<Line>) -> ControlFlow<End> {
        if words.is_empty() {
            return ControlFlow::Continue(());
        }
        go_on(self.room.say(self.id, Manner::Saying, words))?;
        words.clear();
        self.is_announced()
    }

    fn rename(&mut self, text: &str) -> ControlFlow<End> {
        let name = match Name::parse(text) {
            Ok(name) => name,
            Err(error) => return self.refuse("name", &error.to_string()),
        };
        match self.room.rename(self.id, name.clone()) {
            Ok(()) => {
                self.log
                    .event(format_args!("client {} is {name}", self.id.0));
                self.is_announced()
            }
            Err(refusal) => self.refuse("name", &refusal.to_string()),
        }
    }

    fn report(
        &self,
        verb: &str,
        result: Result<(), Refusal>,
    ) -> ControlFlow<End> {
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(refusal) => self.refuse(verb, &refusal.to_string()),
        }
    }

    fn refuse(&self, verb: &str, why: &str) -> ControlFlow<End> {
        self.log.detail(format_args!(
            "client {} was refused /{verb}: {why}",
            self.id.0
        ));
        go_on(self.room.answer(self.id, &[Event::Refused { verb, why }]))
    }

    fn answer(&self, text: &str) -> ControlFlow<End> {
        go_on(self.room.answer(self.id, &[Event::Notice(text)]))
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

    /// Lets the last words arrive: waits until they are sent, and then until
    /// the other end has closed too, each for no longer than its limit.
    fn linger(&self, end: &End, input: &mut BufReader<W::Reader<'_>>) {
        if matches!(end, End::Broken(_)) {
            return;
        }
        self.outbox
            .wait_until_drained(Instant::now() + FAREWELL_MAX);
        pass_over(self.wire, input.get_mut(), LINGER_MAX);
    }
}

/// Reads what still comes and forgets it, until the other end has closed or
/// the time is over; then closes.
pub fn pass_over<W: Wire>(
    wire: &W,
    reader: &mut W::Reader<'_>,
    patience: Duration,
) {
    let deadline = Instant::now() + patience;
    let mut unread = [0; 4096];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || wire.set_patience(Some(left)).is_err() {
            break;
        }
        match reader.read(&mut unread) {
            Ok(0) | Err(_) => break,
            Ok(_) => (),
        }
    }
    wire.close(Half::Both);
}

fn go_on(flow: Flow) -> ControlFlow<End> {
    match flow {
        Flow::Stay => ControlFlow::Continue(()),
        Flow::Leave => ControlFlow::Break(End::ShownOut),
    }
}

/// How a stay ended, for the log.
fn describe(name: Option<&Name>, reason: Departure, end: &End) -> String {
    let mut text = match name {
        Some(name) => format!("({name}) left"),
        None => "left".to_owned(),
    };
    if let Some(reason) = reason {
        text.push_str(&format!(": {reason}"));
    }
    if let End::Broken(error) = end {
        text.push_str(&format!(" ({error})"));
    }
    text
}
