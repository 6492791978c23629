//! The life of one client: join, listen, leave. Runs in the client's own
//! thread. May not touch another client, except through the room.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, BufRead as _, BufReader, ErrorKind};
use std::ops::ControlFlow;
use std::time::Duration;

use chat_common::events::Reason;
use chat_common::lines::{Incoming, LineReader};
use chat_common::protocols::{Opening, Protocol};

use crate::config::Config;
use crate::end::End;
use crate::errand::ClientId;
use crate::log::Log;
use crate::newcomers::Admission;
use crate::outbox::Outbox;
use crate::pace::{Cost, Pace, Turn};
use crate::parting;
use crate::record::Record;
use crate::room::{Flow, Room};
use crate::silence::Silence;
use crate::speaker::Speaker;
use crate::sync::{Arc, Instant, sleep};
use crate::wire::{Sending, Wire};

/// What one read may bring. Large, because a flood costs a fraction when its
/// lines are said together; never zeroed, so an idle client costs one page.
pub const READ_BYTES: usize = 64 * 1024;

/// For how long a newcomer may keep their name to themselves before they are
/// announced as a guest: under a second, and time enough for a `/name` that
/// a program sends at once over a slow network.
pub const ARRIVAL_MAX: Duration = Duration::from_millis(800);

/// For how long a client may be held back without being told. Whoever comes
/// when others from the same address have just said a lot is held back for a
/// moment, and need not know.
const UNTOLD_MAX: Duration = Duration::from_millis(250);

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
    admission: Admission,
    room: &Room<W>,
    config: &Config,
    log: &Log,
) {
    if room.join(id, admission.arrival, &outbox) == Flow::Leave {
        parting::say_why(outbox.wire(), "the server is closing");
        return;
    }
    let stay = Stay { room, id, outbox };
    let record = Record::new(id, from, log);
    let mut session = Session {
        config,
        wire: stay.outbox.wire(),
        outbox: &stay.outbox,
        speaker: Speaker::new(id, room, config.line_bytes_max, record),
        opening: Opening::default(),
        silence: Silence::new(config.idle, Instant::now()),
        pace: admission.pace,
        held_back: Duration::ZERO,
        slowed: false,
        announce_at: Some(Instant::now() + ARRIVAL_MAX),
    };
    session.converse();
}

/// What the thread of one client knows.
struct Session<'a, W> {
    config: &'a Config,
    wire: &'a W,
    outbox: &'a Outbox<W>,
    /// Does in the room what the client's lines say.
    speaker: Speaker<'a, W>,
    /// Whether this is a person, or a program with the wrong port.
    opening: Opening,
    silence: Silence,
    /// `None` when clients are not paced.
    pace: Option<Pace>,
    /// For how long it has been held back since it last was not.
    held_back: Duration,
    /// Whether the client has been told that it is slowed down.
    slowed: bool,
    /// When to announce the client as a guest; `None` once it is announced.
    announce_at: Option<Instant>,
}

impl<W: Wire> Session<'_, W> {
    /// Everything between join and the closed connection.
    fn converse(&mut self) {
        let mut input =
            BufReader::with_capacity(READ_BYTES, self.wire.reader());
        let ControlFlow::Break(end) = self.listen(&mut input);
        self.speaker.leave(&end);
        self.linger(&end, &mut input);
    }

    /// Reads and obeys until the client or the room has had enough.
    fn listen(
        &mut self,
        input: &mut BufReader<W::Reader<'_>>,
    ) -> ControlFlow<End, Infallible> {
        let mut lines = LineReader::new(self.config.line_bytes_max);
        self.be_patient()?;
        loop {
            match input.fill_buf() {
                Ok([]) => {
                    let end = self.end_of_input();
                    // A last line without a line break is one only if the
                    // client ended it, not if the connection broke.
                    if matches!(end, End::InputOver) {
                        show_out(self.opening.finish())?;
                        self.obey_last(lines.finish())?;
                    }
                    return ControlFlow::Break(end);
                }
                // What was on its way when the room ended the stay.
                Ok(_) if self.outbox.is_over() => {
                    return ControlFlow::Break(self.end_of_input());
                }
                Ok(bytes) => {
                    show_out(self.opening.look(bytes))?;
                    self.obey_all(&mut lines, bytes)?;
                    let taken = bytes.len();
                    input.consume(taken);
                }
                Err(error) => self.bear(error)?,
            }
            self.announce_if_due()?;
            self.mind_the_silence()?;
        }
    }

    /// What it means that nothing more comes in: most often that the client
    /// is done, but sending may have met an error that reading did not, or
    /// the room has ended the stay and the client has closed its end.
    fn end_of_input(&self) -> End {
        match self.outbox.take_error() {
            Some(error) => End::Broken(error),
            None if self.outbox.is_over() => End::ShownOut,
            None => match self.wire.wait_for_end(Duration::ZERO) {
                Sending::Broken(error) => End::Broken(error),
                Sending::Open | Sending::Ended => End::InputOver,
            },
        }
    }

    /// Sets for how long the next read may wait.
    fn be_patient(&self) -> ControlFlow<End> {
        let patience = match self.announce_at {
            Some(at) => Some(at.saturating_duration_since(Instant::now())),
            None => self.silence.left(Instant::now()),
        };
        // Zero would mean for ever.
        let patience = patience.map(|p| p.max(Duration::from_millis(1)));
        match self.wire.set_patience(patience) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(End::Broken(error)),
        }
    }

    /// A read that brought nothing: out of patience, for which something may
    /// be due, or out of order.
    fn bear(&self, error: io::Error) -> ControlFlow<End> {
        match error.kind() {
            ErrorKind::Interrupted | ErrorKind::WouldBlock => {
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Break(End::Broken(error)),
        }
    }

    /// Announces a newcomer who has kept silent long enough. Once the room
    /// knows the client, only idleness counts.
    fn announce_if_due(&mut self) -> ControlFlow<End> {
        let Some(at) = self.announce_at else {
            return ControlFlow::Continue(());
        };
        if Instant::now() >= at {
            self.speaker.announce()?;
        }
        if self.speaker.is_announced() {
            self.announce_at = None;
        }
        self.be_patient()
    }

    /// Ends the stay of who has said nothing for too long, whatever they have
    /// sent meanwhile.
    fn mind_the_silence(&self) -> ControlFlow<End> {
        if self.config.idle.is_none() {
            return ControlFlow::Continue(());
        }
        match self.silence.left(Instant::now()) {
            Some(Duration::ZERO) => ControlFlow::Break(End::Idle),
            _ => self.be_patient(),
        }
    }

    /// Obeys what one read brought, at the client's pace. Words that follow
    /// each other are said together.
    ///
    /// Every byte is paid for, also those of no line yet: nothing more is read
    /// before.
    fn obey_all(
        &mut self,
        lines: &mut LineReader,
        bytes: &[u8],
    ) -> ControlFlow<End> {
        let mut rest = bytes;
        loop {
            let before = rest.len();
            let found = lines.take(&mut rest);
            let cost = self.cost(found.as_ref(), before - rest.len());
            self.await_turn(cost)?;
            let Some(incoming) = found else {
                return self.speaker.flush();
            };
            if self.config.idle.is_some() {
                // To look at a clock costs as much as to say a short line.
                self.silence.hear(&incoming, Instant::now());
            }
            self.speaker.obey(incoming)?;
        }
    }

    /// Obeys the line that the end of the input ends. Its bytes are paid for.
    fn obey_last(&mut self, last: Option<Incoming>) -> ControlFlow<End> {
        if let Some(incoming) = last {
            self.await_turn(self.cost(Some(&incoming), 0))?;
            self.speaker.obey(incoming)?;
        }
        self.speaker.flush()
    }

    /// What it costs to obey this and to have read so many bytes.
    fn cost(&self, found: Option<&Incoming>, bytes: usize) -> Cost {
        Cost {
            lines: found.map_or(0, |incoming| self.speaker.price(incoming)),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        }
    }

    /// Waits until the client may go on, and has paid for this.
    fn await_turn(&mut self, cost: Cost) -> ControlFlow<End> {
        let mut turn = self.turn(cost);
        if turn == Turn::Now && cost.lines > 0 {
            self.held_back = Duration::ZERO;
        }
        while let Turn::In(patience) = turn {
            self.speaker.flush()?;
            self.hold_back(patience)?;
            self.announce_if_due()?;
            turn = self.turn(cost);
        }
        ControlFlow::Continue(())
    }

    fn turn(&mut self, cost: Cost) -> Turn {
        match &mut self.pace {
            None => Turn::Now,
            Some(pace) => pace.turn(cost, Instant::now()),
        }
    }

    /// Lets some of the time pass until the client's turn. Meanwhile nothing
    /// is read, so TCP holds back the client, and nobody else.
    ///
    /// Whoever ends the connection meanwhile has said all they will be heard
    /// saying: nobody talks on for an hour after leaving. A moment is granted.
    fn hold_back(&mut self, patience: Duration) -> ControlFlow<End> {
        self.held_back += patience;
        if self.held_back <= UNTOLD_MAX {
            sleep(patience);
            return ControlFlow::Continue(());
        }
        if !std::mem::replace(&mut self.slowed, true) {
            self.speaker.slow_down(
                self.config.rate.map_or(0, |rate| rate.lines_per_second),
            )?;
        }
        // A newcomer is announced in time.
        let patience = match self.announce_at {
            Some(at) => at
                .saturating_duration_since(Instant::now())
                .max(Duration::from_millis(1))
                .min(patience),
            None => patience,
        };
        match self.wire.wait_for_end(patience) {
            Sending::Open => return ControlFlow::Continue(()),
            Sending::Broken(error) => {
                return ControlFlow::Break(End::Broken(error));
            }
            Sending::Ended => (),
        }
        if let end @ (End::Broken(_) | End::ShownOut) = self.end_of_input() {
            return ControlFlow::Break(end);
        }
        ControlFlow::Break(End::Unsaid)
    }

    /// Lets the last words arrive: waits until they are sent, and then until
    /// the other end has closed too, each for no longer than its limit.
    fn linger(&self, end: &End, input: &mut BufReader<W::Reader<'_>>) {
        if matches!(end, End::Broken(_)) {
            return;
        }
        self.outbox
            .wait_until_drained(Instant::now() + parting::FAREWELL_MAX);
        parting::pass_over(self.wire, input.get_mut());
    }
}

/// Ends the stay of a program that takes this for another server, before
/// anything it has sent is obeyed.
fn show_out(found: Option<Protocol>) -> ControlFlow<End> {
    match found {
        Some(protocol) => ControlFlow::Break(End::Foreign(protocol)),
        None => ControlFlow::Continue(()),
    }
}
