//! Lets clients in, one thread for each, until somebody asks to stop; then
//! closes the room. Owns every thread that serves clients: [`run`] does not
//! return while one of them is alive. Must not read what clients send.
//!
//! The indentation of `run` is the tree of threads. There is no list of join
//! handles and no detached thread.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use chat_common::names::Name;

use crate::config::Config;
use crate::limits::connection_limits::{ConnectionLimits, Full, Origin};
use crate::limits::newcomers::{Admission, Newcomers};
use crate::limits::places::{Place, Places};
use crate::logging::log::Log;
use crate::net::connection::Connection;
use crate::net::linger;
use crate::net::listener::Listener;
use crate::net::outbox::Outbox;
use crate::platform::machine::SESSION_STACK_BYTES;
use crate::platform::shutdown::Shutdown;
use crate::platform::sync::{
    Arc, AtomicUsize, Builder, Instant, Receiver, Scope, scope, sleep,
};
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::job_runner::JobRunner;
use crate::room::jobs::Job;
use crate::room::writer::Newcomer;
use crate::session::{self, Server};

/// From when the room begins to close, for how long everyone may take to be
/// gone before the connections that are left are cut.
pub const GOODBYE_MAX: Duration = Duration::from_millis(500);

/// How much of that there is at least after the goodbye, if a busy machine let
/// others have the room's lock for long before it.
pub const GOODBYE_LEAST: Duration = Duration::from_millis(200);

/// Between two attempts to accept while the system refuses: out of
/// descriptors, say. Trying again at once would fail again.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// Runs the room until shutdown: lets in whoever connects.
///
/// The room comes with what it leaves to be done.
///
/// # Errors
/// When the system has no thread for the job runner.
pub fn run(
    listener: Listener,
    config: &Config,
    shutdown: &Shutdown,
    log: &Log,
    (room, to_do): (&Room, Receiver<Job>),
) -> io::Result<()> {
    // Whatever a scope's threads borrow outlives them: the scope does not end
    // before the last of them has.
    scope(|scope| {
        let _close_on_drop = CloseOnDrop(room);
        let job_runner = JobRunner {
            scope,
            room,
            log,
            catch_ups_max: config.catch_ups_max,
            catch_ups: Arc::new(AtomicUsize::new(0)),
        };
        Builder::new().name("job runner".to_owned()).spawn_scoped(
            scope,
            move || {
                // Without the job runner nobody who falls behind is helped.
                let _stop_on_drop = StopOnDrop(shutdown);
                job_runner.run(&to_do);
            },
        )?;
        let server = Server {
            room,
            config,
            log,
            past: room.archive.as_ref(),
        };
        let mut acceptor = Acceptor::new(scope, server);
        acceptor.accept_until_stopped(&listener, shutdown);
        // The port is free from here on.
        drop(listener);
        let deadline = Instant::now() + GOODBYE_MAX;
        room.close();
        let least = Instant::now() + GOODBYE_LEAST;
        acceptor.places.wait_until_free(deadline.max(least));
        Ok(())
    })
}

/// Closes the room and cuts off whoever is left, when it is dropped: after a
/// panic of the acceptor too, or the sessions would hold up the end for ever.
struct CloseOnDrop<'a>(&'a Room);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
        self.0.abandon();
    }
}

/// Asks to stop, when it is dropped: a server without this thread is none.
struct StopOnDrop<'a>(&'a Shutdown);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.trigger();
    }
}

/// What the thread that accepts knows.
struct Acceptor<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    server: Server<'scope>,
    places: Places,
    newcomers: Newcomers,
    /// How many have been let in, ever.
    clients: u64,
}

impl<'scope, 'env> Acceptor<'scope, 'env> {
    fn new(scope: &'scope Scope<'scope, 'env>, server: Server<'scope>) -> Self {
        let config = server.config;
        let limits =
            ConnectionLimits::new(config.clients_max, config.per_address_max);
        Self {
            scope,
            server,
            places: Places::new(limits),
            newcomers: Newcomers::new(config),
            clients: 0,
        }
    }

    fn accept_until_stopped(
        &mut self,
        listener: &Listener,
        shutdown: &Shutdown,
    ) {
        let mut refused_by_system = false;
        loop {
            let arrival = listener.accept();
            if shutdown.is_triggered() {
                return;
            }
            match arrival {
                Ok((connection, from)) => {
                    refused_by_system = false;
                    self.let_in(connection, from);
                }
                Err(error) => {
                    if !std::mem::replace(&mut refused_by_system, true) {
                        self.server.log.trouble(format_args!(
                            "nobody can be let in at the moment: {error}"
                        ));
                    }
                    sleep(ACCEPT_RETRY);
                }
            }
        }
    }

    fn let_in(&mut self, connection: Connection, mut from: SocketAddr) {
        // An IPv4 client of an IPv6 socket, as people write its address.
        from.set_ip(from.ip().to_canonical());
        let origin = Origin::from(from.ip());
        match self.places.take(origin) {
            Ok(place) => {
                let admission = self.newcomers.admit(origin, Instant::now());
                self.start_session(connection, from, admission, place);
            }
            Err(full) => self.refuse(connection, from, full),
        }
    }

    fn start_session(
        &mut self,
        connection: Connection,
        from: SocketAddr,
        admission: Admission,
        place: Place,
    ) {
        self.clients += 1;
        let id = ClientId(self.clients);
        let server = self.server;
        let backlog_bytes_max = server.config.backlog_bytes_max;
        let newcomer = Newcomer {
            id,
            from,
            guest: Arc::new(Name::guest(id.0)),
            arrival: admission.arrival,
            // Made here and not by the thread of the client: see Outbox.
            outbox: Arc::new(Outbox::new(connection, backlog_bytes_max)),
        };
        let outbox = Arc::clone(&newcomer.outbox);
        let started = Builder::new()
            .name(format!("session {}", id.0))
            .stack_size(SESSION_STACK_BYTES)
            .spawn_scoped(self.scope, move || {
                session::run(&newcomer, admission.pace, server);
                drop(place);
            });
        if let Err(error) = started {
            server.log.trouble(format_args!(
                "client {} from {from} got no thread: {error}",
                id.0
            ));
            linger::say_why(
                outbox.connection(),
                "the server has no room for anybody right now",
            );
        }
    }

    /// Refuses somebody in words, in a thread of its own that gives them the
    /// time to read: closing a connection with something unread destroys
    /// what is on its way.
    fn refuse(&mut self, connection: Connection, from: SocketAddr, full: Full) {
        self.server
            .log
            .event(format_args!("{from} was refused: {full}"));
        linger::say_why(&connection, &full.to_string());
        let Some(place) = self.places.take_to_refuse() else {
            return;
        };
        // If no thread can be had, the connection is closed at once.
        let _ = Builder::new()
            .name("refusal".to_owned())
            .stack_size(SESSION_STACK_BYTES)
            .spawn_scoped(self.scope, move || {
                linger::linger(&connection);
                drop(place);
            });
    }
}
