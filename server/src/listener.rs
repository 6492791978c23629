//! Lets clients in, one thread for each, until somebody asks to stop; then
//! closes the room. Owns every thread that serves clients: [`run`] does not
//! return while one of them is alive.
//!
//! The indentation of `run` is the tree of threads. There is no list of join
//! handles and no detached thread.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::attendant::Attendant;
use crate::clock::Clock;
use crate::config::Config;
use crate::errand::ClientId;
use crate::log::Log;
use crate::newcomers::Newcomers;
use crate::outbox::Outbox;
use crate::parting;
use crate::room::Room;
use crate::scribe::Scribe;
use crate::seats::{Full, Origin, Seats};
use crate::session;
use crate::shutdown::Shutdown;
use crate::sync::{
    Arc, AtomicUsize, Builder, Instant, Receiver, Scope, Sender, scope, sleep,
    unbounded,
};
use crate::wire::{Door, Wire};

/// A session's buffers are on the heap; its calls are shallow.
pub const SESSION_STACK_BYTES: usize = 256 * 1024;

/// After the goodbye, for how long everyone may take to be gone before the
/// connections that are left are cut.
pub const GOODBYE_MAX: Duration = Duration::from_millis(500);

/// How many clients may be refused at once with time to read why; above
/// that, they are refused in haste.
pub const REFUSALS_MAX: usize = 16;

/// Between two attempts to accept while the system refuses: out of
/// descriptors, say. Trying again at once would fail again.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// Who is no longer there.
enum Gone {
    /// Somebody who had a seat.
    Client(Origin),
    /// Somebody who was refused.
    Refused,
}

/// Runs the room until shutdown: lets in whoever comes through the door.
///
/// `transcript` has everything written down that is said in the room.
///
/// # Errors
/// When the system has no thread for the attendant.
pub fn run<D: Door>(
    door: D,
    config: &Config,
    shutdown: &Shutdown,
    log: &Log,
    clock: Clock,
    transcript: Option<Scribe>,
) -> io::Result<()> {
    let (errands, to_do) = unbounded();
    let room = Room::new(config, clock, errands, transcript);
    let (leaving, gone) = unbounded();
    scope(|scope| {
        let _closing = Closing(&room);
        let attendant = Attendant {
            scope,
            room: &room,
            log,
            writers_max: config.writers_max,
            writers: Arc::new(AtomicUsize::new(0)),
        };
        Builder::new().name("attendant".to_owned()).spawn_scoped(
            scope,
            move || {
                // Without it nobody who falls behind is helped.
                let _stopping = Stopping(shutdown);
                attendant.run(&to_do);
            },
        )?;
        let mut reception = Reception {
            scope,
            room: &room,
            config,
            log,
            seats: Seats::new(config.clients_max, config.per_address_max),
            newcomers: Newcomers::new(config),
            refusals: 0,
            clients: 0,
            leaving,
            gone,
        };
        reception.receive(&door, shutdown);
        // The port is free from here on.
        drop(door);
        room.close();
        reception.wait_until_empty(Instant::now() + GOODBYE_MAX);
        Ok(())
    })
}

/// Closes the room and cuts off whoever is left, when it is dropped: after a
/// panic at the door too, or the sessions would hold up the end for ever.
struct Closing<'a, W: Wire>(&'a Room<W>);

impl<W: Wire> Drop for Closing<'_, W> {
    fn drop(&mut self) {
        self.0.close();
        self.0.abandon();
    }
}

/// Asks to stop, when it is dropped: a server without this thread is none.
struct Stopping<'a>(&'a Shutdown);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        self.0.trigger();
    }
}

/// What the thread at the door knows.
struct Reception<'scope, 'env, W> {
    scope: &'scope Scope<'scope, 'env>,
    room: &'scope Room<W>,
    config: &'scope Config,
    log: &'scope Log,
    seats: Seats,
    newcomers: Newcomers,
    /// How many are being refused.
    refusals: usize,
    /// How many have been let in, ever.
    clients: u64,
    /// Handed to every thread that serves a client.
    leaving: Sender<Gone>,
    /// From every such thread, at its end.
    gone: Receiver<Gone>,
}

impl<'scope, W: Wire + 'scope> Reception<'scope, '_, W> {
    fn receive<D: Door<Wire = W>>(&mut self, door: &D, shutdown: &Shutdown) {
        let mut refused_by_system = false;
        loop {
            let arrival = door.accept();
            if shutdown.is_triggered() {
                return;
            }
            self.notice_gone();
            match arrival {
                Ok((wire, from)) => {
                    refused_by_system = false;
                    self.let_in(wire, from);
                }
                Err(error) => {
                    if !std::mem::replace(&mut refused_by_system, true) {
                        self.log.trouble(format_args!(
                            "nobody can be let in at the moment: {error}"
                        ));
                    }
                    sleep(ACCEPT_RETRY);
                }
            }
        }
    }

    fn let_in(&mut self, wire: W, mut from: SocketAddr) {
        // An IPv4 client of an IPv6 socket, as people write its address.
        from.set_ip(from.ip().to_canonical());
        let origin = Origin::from(from.ip());
        match self.seats.take(origin) {
            Ok(()) => self.start_session(wire, from, origin),
            Err(full) => self.refuse(wire, from, full),
        }
    }

    fn start_session(&mut self, wire: W, from: SocketAddr, origin: Origin) {
        self.clients += 1;
        let id = ClientId(self.clients);
        let (room, config, log) = (self.room, self.config, self.log);
        let farewell = Farewell {
            leaving: self.leaving.clone(),
            gone: Some(Gone::Client(origin)),
        };
        let admission = self.newcomers.admit(origin, Instant::now());
        // Made here and not by the thread of the client: see Outbox.
        let outbox = Arc::new(Outbox::new(wire, config.backlog_bytes_max));
        let theirs = Arc::clone(&outbox);
        let started = Builder::new()
            .name(format!("session {}", id.0))
            .stack_size(SESSION_STACK_BYTES)
            .spawn_scoped(self.scope, move || {
                session::run(id, theirs, from, admission, room, config, log);
                drop(farewell);
            });
        if let Err(error) = started {
            log.trouble(format_args!(
                "client {} from {from} got no thread: {error}",
                id.0
            ));
            parting::say_why(
                outbox.wire(),
                "the server has no room for anybody right now",
            );
        }
    }

    /// Refuses somebody in words, in a thread of its own that gives them the
    /// time to read: closing a connection with something unread destroys
    /// what is on its way.
    fn refuse(&mut self, wire: W, from: SocketAddr, full: Full) {
        self.log.event(format_args!("{from} was refused: {full}"));
        parting::say_why(&wire, &full.to_string());
        if self.refusals >= REFUSALS_MAX {
            return;
        }
        let farewell = Farewell {
            leaving: self.leaving.clone(),
            gone: Some(Gone::Refused),
        };
        self.refusals += 1;
        // If no thread can be had, they are refused in haste.
        let _ = Builder::new()
            .name("refusal".to_owned())
            .stack_size(SESSION_STACK_BYTES)
            .spawn_scoped(self.scope, move || {
                parting::pass_over(&wire, &mut wire.reader());
                drop(farewell);
            });
    }

    fn notice_gone(&mut self) {
        while let Ok(gone) = self.gone.try_recv() {
            self.notice(gone);
        }
    }

    fn notice(&mut self, gone: Gone) {
        match gone {
            Gone::Client(origin) => self.seats.free(origin),
            Gone::Refused => self.refusals -= 1,
        }
    }

    fn wait_until_empty(&mut self, deadline: Instant) {
        while self.seats.taken() + self.refusals > 0 {
            match self.gone.recv_deadline(deadline) {
                Ok(gone) => self.notice(gone),
                Err(_) => return,
            }
        }
    }
}

/// Tells the thread at the door that somebody is gone, when it is dropped:
/// after a panic too.
struct Farewell {
    leaving: Sender<Gone>,
    gone: Option<Gone>,
}

impl Drop for Farewell {
    fn drop(&mut self) {
        if let Some(gone) = self.gone.take() {
            // It fails when the door is closed: then nobody counts any more.
            let _ = self.leaving.send(gone);
        }
    }
}
