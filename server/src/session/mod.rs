//! The life of one client: join, listen, leave. Runs in the client's own
//! thread. Must not touch another client, except through the room.
//!
//! Read `input` (bytes become lines), then this file.

pub mod input;

use std::io::{self, ErrorKind};
use std::time::Duration;

use chat_common::events::{Event, LeaveReason};
use chat_common::lines::Incoming;
use chat_common::protocols::{Opening, Protocol};

use crate::commands::{self, Past};
use crate::config::{Config, RENAME_LINES};
use crate::limits::pace::{Cost, Pace, Turn};
use crate::limits::silence::Silence;
use crate::logging::log::Log;
use crate::net::connection::{Connection, Sending};
use crate::net::linger;
use crate::net::outbox::Outbox;
use crate::platform::sync::{Instant, sleep};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::request::{Action, Request};
use crate::room::writer::Newcomer;
use crate::session::input::Input;

/// For how long a newcomer may keep their name to themselves before they are
/// announced as a guest: under a second, and time enough for a `/name` that
/// a program sends at once over a slow network.
pub const ARRIVAL_MAX: Duration = Duration::from_millis(800);

/// For how long a client may be held back without being told. Whoever comes
/// when others from the same address have just said a lot is held back for a
/// moment, and need not know.
const UNTOLD_MAX: Duration = Duration::from_millis(250);

/// The shortest time a read or a wait may take: zero would mean for ever.
const WAIT_LEAST: Duration = Duration::from_millis(1);

/// What a session needs of the server.
#[derive(Clone, Copy)]
pub struct Server<'a> {
    /// Where everything happens.
    pub room: &'a Room,
    /// What was decided at the start.
    pub config: &'a Config,
    /// What the operator reads.
    pub log: &'a Log,
    /// Where what is kept can be read.
    pub past: Past<'a>,
}

/// Leaves the room when it is dropped, so that not even a panic leaves
/// somebody in the room whom nobody listens to.
struct LeaveOnDrop<'a> {
    room: &'a Room,
    id: ClientId,
    outbox: &'a Outbox,
}

impl Drop for LeaveOnDrop<'_> {
    fn drop(&mut self) {
        // Who has left before leaves no second time.
        self.room.leave(self.id, LeaveReason::ConnectionLost);
        self.outbox.abandon();
        self.room.forget(self.id);
    }
}

/// One client, from arrival to departure, at this pace if it is paced. Returns
/// when the connection is closed.
pub fn run(newcomer: &Newcomer, pace: Option<Box<Pace>>, server: Server<'_>) {
    let outbox = &*newcomer.outbox;
    if server.room.join(newcomer).is_err() {
        linger::say_why(outbox.connection(), "the server is closing");
        return;
    }
    let id = newcomer.id;
    let _leave_on_drop = LeaveOnDrop {
        room: server.room,
        id,
        outbox,
    };
    let mut session = Session::begin(newcomer, pace, server);
    let reason = session.converse();
    session.end(reason);
}

/// What the thread of one client knows.
struct Session<'a> {
    id: ClientId,
    server: Server<'a>,
    outbox: &'a Outbox,
    input: Input,
    /// Whether this is a person, or a program with the wrong port.
    opening: Opening,
    silence: Silence,
    /// What the lines read so far ask for, and the room has not been asked
    /// yet. What one read brought is asked for together: one hold of the
    /// lock, one send to each client.
    requests: Vec<Request>,
    /// Whether the client has asked for a name: another one costs more.
    has_name: bool,
    /// `None` when clients are not paced.
    pace: Option<Box<Pace>>,
    /// For how long it has been held back since it last was not.
    held_back: Duration,
    /// Whether the client has been told that it is slowed down.
    slowed: bool,
    /// When to announce the client as a guest; `None` afterwards.
    announce_at: Option<Instant>,
    /// Whether reads time out: setting it is a call of the system.
    has_read_timeout: bool,
}

/// `Err` is no mistake: it ends the stay, for this reason, and `?` means
/// "leave, if this says so". Where the room has ended the stay itself, this
/// reason is passed over.
type StillHere = Result<(), LeaveReason>;

impl<'a> Session<'a> {
    /// On the heap, and made in a frame of its own: on the thread's stack it
    /// would touch a third page, 4 KiB more for each idle client (16.4 instead
    /// of 12.7).
    #[inline(never)]
    fn begin(
        newcomer: &'a Newcomer,
        pace: Option<Box<Pace>>,
        server: Server<'a>,
    ) -> Box<Self> {
        let now = Instant::now();
        Box::new(Self {
            id: newcomer.id,
            server,
            outbox: &newcomer.outbox,
            input: Input::new(server.config.line_bytes_max),
            opening: Opening::default(),
            silence: Silence::new(server.config.idle, now),
            requests: Vec::new(),
            has_name: false,
            pace,
            held_back: Duration::ZERO,
            slowed: false,
            announce_at: Some(now + ARRIVAL_MAX),
            has_read_timeout: false,
        })
    }

    /// Listens until the client or the room has had enough.
    fn converse(&mut self) -> LeaveReason {
        loop {
            if let Err(reason) = self.listen_once() {
                return reason;
            }
        }
    }

    fn connection(&self) -> &Connection {
        self.outbox.connection()
    }

    /// Reads once, and has done what that asks for.
    fn listen_once(&mut self) -> StillHere {
        self.set_read_timeout()?;
        match self.input.read(self.outbox.connection()) {
            Ok(0) => return self.end_input(),
            Ok(_) => {
                // What was on its way when the room ended the stay.
                self.check_stay()?;
                refuse(self.opening.look(self.input.uncut()))?;
                self.take_lines()?;
            }
            // The time of the read is over, for which something may be due.
            Err(error) if is_no_fault(error.kind()) => (),
            Err(error) => return Err(broken(&error)),
        }
        self.announce_if_due()?;
        match self.silence_left() {
            Some(Duration::ZERO) => Err(LeaveReason::Idle),
            _ => Ok(()),
        }
    }

    /// How much longer the client may say nothing; `None` is for ever, and
    /// then the clock is not looked at.
    fn silence_left(&self) -> Option<Duration> {
        let limit = self.server.config.idle;
        limit.and_then(|_| self.silence.left(Instant::now()))
    }

    /// How long it is until a newcomer is announced.
    fn until_announced(&self) -> Option<Duration> {
        self.announce_at
            .map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// For how long the next read may wait: until the newcomer is announced,
    /// or until the silence has lasted too long.
    fn set_read_timeout(&mut self) -> StillHere {
        let silence = self.silence_left();
        // The earlier of the two, if there is any.
        let timeout = self.until_announced().into_iter().chain(silence).min();
        if timeout.is_none() && !self.has_read_timeout {
            return Ok(());
        }
        self.has_read_timeout = timeout.is_some();
        self.connection()
            .set_read_timeout(timeout.map(|timeout| timeout.max(WAIT_LEAST)))
            .map_err(|error| broken(&error))
    }

    /// Collects what the lines ask for that one read brought, at the client's
    /// pace. Every byte is paid for, also those of no line yet: nothing more
    /// is read before.
    fn take_lines(&mut self) -> StillHere {
        loop {
            match self.input.next_line() {
                (Some(line), bytes) => self.take_line(line, bytes)?,
                (None, bytes) => {
                    self.await_turn(Cost::new(0, bytes))?;
                    return self.propose();
                }
            }
        }
    }

    /// Collects what one line asks for, when it is the client's turn.
    fn take_line(&mut self, line: Incoming, bytes: usize) -> StillHere {
        if self.server.config.idle.is_some() {
            // To look at a clock costs as much as to say a short line.
            self.silence.hear(&line, Instant::now());
        }
        let Server { config, past, .. } = self.server;
        let mut request = commands::request(line, config, past);
        let lines = match &request {
            Some(Request::Rename(Ok(_))) if self.has_name => RENAME_LINES,
            Some(Request::Do(action)) => action.lines(),
            _ => 1,
        };
        self.has_name |= matches!(request, Some(Request::Rename(Ok(_))));
        self.await_turn(Cost::new(lines, bytes))?;
        if let Some(Request::Do(action)) = &mut request {
            self.prepare(action)?;
        }
        self.requests.extend(request);
        match self.requests.last() {
            Some(Request::Leave(_)) => self.propose(),
            _ => Ok(()),
        }
    }

    /// Has an action find out what takes long, as far as the client has taken
    /// in what it was told before.
    fn prepare(&mut self, action: &mut Box<dyn Action>) -> StillHere {
        while !action.prepare(self.outbox) {
            self.propose()?;
            self.announce_if_due()?;
        }
        Ok(())
    }

    /// Has done what has been collected. Nothing is collected while the
    /// session waits for anything.
    fn propose(&mut self) -> StillHere {
        if !self.requests.is_empty() {
            let requests = std::mem::take(&mut self.requests);
            self.server.room.propose(self.id, requests);
        }
        self.check_stay()
    }

    /// Whether the client is still in the room.
    fn check_stay(&self) -> StillHere {
        match self.outbox.is_over() {
            true => Err(LeaveReason::Quit),
            false => Ok(()),
        }
    }

    /// The client sends nothing more: does what its last line asks for, and
    /// leaves. A last line without a line break is one only if the client ended
    /// it, not if the connection broke.
    fn end_input(&mut self) -> StillHere {
        let reason = self.why_input_ended();
        if reason == LeaveReason::InputEnded {
            refuse(self.opening.finish())?;
            if let Some(last) = self.input.finish() {
                self.take_line(last, 0)?;
                self.propose()?;
            }
        }
        Err(reason)
    }

    /// What it means that nothing more comes in: most often that the client
    /// is done, but sending may have met an error that reading did not.
    fn why_input_ended(&self) -> LeaveReason {
        match self.outbox.take_error() {
            Some(error) => broken(&error),
            None => match self.connection().wait_for_end(Duration::ZERO) {
                Sending::Broken(error) => broken(&error),
                Sending::Open | Sending::Ended => LeaveReason::InputEnded,
            },
        }
    }

    /// Announces a newcomer whose time to say a name is over; the room knows
    /// whether it has heard of them before.
    fn announce_if_due(&mut self) -> StillHere {
        if self.announce_at.is_none_or(|at| Instant::now() < at) {
            return Ok(());
        }
        self.announce_at = None;
        self.requests.push(Request::Announce);
        self.propose()
    }

    /// Waits until the client may go on, and has paid for this.
    fn await_turn(&mut self, cost: Cost) -> StillHere {
        let mut turn = self.turn(cost);
        if turn == Turn::Now && cost.lines > 0 {
            self.held_back = Duration::ZERO;
        }
        while let Turn::In(time) = turn {
            self.propose()?;
            self.hold_back(time)?;
            self.announce_if_due()?;
            turn = self.turn(cost);
        }
        Ok(())
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
    /// Whoever ends the connection meanwhile is heard no further: at their
    /// pace, what they have sent could go on for an hour after they left. Only
    /// [`UNTOLD_MAX`] is granted.
    fn hold_back(&mut self, time: Duration) -> StillHere {
        self.held_back += time;
        if self.held_back <= UNTOLD_MAX {
            sleep(time);
            return Ok(());
        }
        if !std::mem::replace(&mut self.slowed, true) {
            self.tell_slowed()?;
        }
        // A newcomer is announced in time.
        let arrival = self.until_announced();
        let time = arrival.map_or(time, |it| it.max(WAIT_LEAST).min(time));
        match self.connection().wait_for_end(time) {
            Sending::Open => return Ok(()),
            Sending::Broken(error) => return Err(broken(&error)),
            Sending::Ended => (),
        }
        self.check_stay()?;
        match self.why_input_ended() {
            LeaveReason::InputEnded => Err(LeaveReason::Unsaid),
            broken => Err(broken),
        }
    }

    fn tell_slowed(&mut self) -> StillHere {
        let id = self.id.0;
        self.server
            .log
            .detail(format_args!("client {id} is slowed"));
        let rate = self.server.config.rate;
        self.requests.push(commands::answer(Event::SlowDown {
            lines_per_second: rate.map_or(0, |rate| rate.lines_per_second),
        }));
        self.propose()
    }

    /// Leaves, and lets the last words arrive: waits until they are sent, and
    /// then until the other end has closed too, each for no longer than its
    /// limit.
    fn end(&self, reason: LeaveReason) {
        self.server.room.leave(self.id, reason);
        let broken = [LeaveReason::TimedOut, LeaveReason::ConnectionLost];
        if !broken.contains(&reason) {
            let deadline = Instant::now() + linger::LAST_WORDS_MAX;
            self.outbox.wait_until_drained(deadline);
            linger::linger(self.connection());
        }
    }
}

/// Ends the stay of a program that takes this for another server, before
/// anything it has sent is done.
fn refuse(found: Option<Protocol>) -> StillHere {
    match found {
        Some(protocol) => Err(LeaveReason::OtherProtocol(protocol)),
        None => Ok(()),
    }
}

/// Whether a read has failed for no fault of the connection.
fn is_no_fault(error: ErrorKind) -> bool {
    [ErrorKind::Interrupted, ErrorKind::WouldBlock].contains(&error)
}

fn broken(error: &io::Error) -> LeaveReason {
    match error.kind() {
        ErrorKind::TimedOut => LeaveReason::TimedOut,
        _ => LeaveReason::ConnectionLost,
    }
}
