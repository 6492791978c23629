//! The program: the only file that knows the command line, signals, the
//! terminal and the exit code.

mod args;
mod keeping;

use std::env;
use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{self, Command, ExitCode};
use std::sync::Arc;
use std::thread::{self, Builder, Scope};
use std::time::Duration;

use clap::Parser as _;
use crossbeam_channel::{Sender, bounded};
use nix::sys::signal::{SigSet, Signal};

use chat_common::address::Address;
use chat_server::accept;
use chat_server::config::Config;
use chat_server::logging::background_writer::{
    LastLine, WriterThread, background_writer,
};
use chat_server::logging::log::Log;
use chat_server::logging::transcript;
use chat_server::net::listener::{Buffers, Listener};
use chat_server::platform::clock::Clock;
use chat_server::platform::machine;
use chat_server::platform::shutdown::{Shutdown, Trigger};
use chat_server::room::Room;
use chat_server::room::record::Record;
use chat_server::store::admin;
use chat_server::store::checkpoints::Checkpoints;
use chat_server::store::journal::JournalThread;
use chat_server::store::opening::Opened;

use crate::args::{Arguments, Instead};

/// What a shell shows for a program that Ctrl-C ended: 128 and the number of
/// the signal.
const EXIT_INTERRUPTED: i32 = 130;

/// How many lines may wait for a slow terminal, a crowd's worth: they are
/// short.
const LOG_TEXTS_MAX: usize = 4096;

/// How many texts may wait for a slow disk. Each is at most what one hold of
/// the room's lock says, a quarter of a backlog.
const TRANSCRIPT_TEXTS_MAX: usize = 64;

/// Where to look when the machine allows fewer clients than wanted.
const LIMITS: &str = "ulimit -n, -u, -v and -d, and vm.max_map_count";

/// For how long a stopped terminal or a hanging disk may hold up the end.
const LAST_ENTRIES_MAX: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    start_with_one_heap();
    let arguments = Arguments::parse();
    let config = match arguments.config() {
        Ok(config) => config,
        Err(error) => error.exit(),
    };
    let done = match &arguments.command {
        Some(Instead::Admin { data, task }) => {
            admin::run(data, &task.task()).map(|done| {
                // If nobody can read it, it is done all the same.
                let _ = writeln!(io::stdout(), "{done}");
            })
        }
        None => prepare(&arguments, config).and_then(serve),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            // If nobody can read it, the exit code still says it.
            let _ = writeln!(io::stderr(), "chat-server: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// What has to be there before anybody is let in.
struct Prepared {
    config: Config,
    listener: Listener,
    /// Where it listens: port 0 has become a number.
    bound: SocketAddr,
    shutdown: Arc<Shutdown>,
    transcript: Option<(File, LastLine)>,
    /// Where what is said is kept.
    kept: Option<Opened>,
    log: Log,
    log_thread: WriterThread,
}

/// Prepares everything. The error is a sentence for the person who started
/// the server.
fn prepare(
    arguments: &Arguments,
    mut config: Config,
) -> Result<Prepared, String> {
    let address: Address =
        arguments.addr.parse().map_err(|error| format!("{error}"))?;
    let transcript = match &arguments.transcript {
        Some(path) => Some(open_transcript(path)?),
        None => None,
    };
    let socket = listen(&address)?;
    block_signals();

    let (log_writer, log_thread) = background_writer(LOG_TEXTS_MAX);
    let log = Log::new(arguments.level(), Clock::local(), log_writer);
    fit_into_machine(&mut config, &log)?;

    let buffers = match config.rate {
        Some(_) => Buffers::Small,
        None => Buffers::Automatic,
    };
    let cannot = |error: io::Error| cannot_listen(&address, &error);
    let bound = socket.local_addr().map_err(cannot)?;
    let options = arguments.keeping();
    let data = (&arguments.data(), address.port);
    let kept = keeping::prepare(data, bound, options, &log)?;
    let (listener, waker) = Listener::new(socket, buffers).map_err(cannot)?;
    let shutdown = Arc::new(Shutdown::new(move || waker.wake()));
    stop_on_signal(Arc::clone(&shutdown))?;
    Ok(Prepared {
        config,
        listener,
        bound,
        shutdown,
        transcript,
        kept,
        log,
        log_thread,
    })
}

/// Serves until somebody asks to stop. The error is a sentence for the person
/// who started the server.
fn serve(prepared: Prepared) -> Result<(), String> {
    let Prepared {
        transcript,
        kept,
        log,
        log_thread,
        ..
    } = prepared;
    thread::scope(|scope| {
        let (closed, all_closed) = bounded::<()>(0);
        let (closed_too, closed_last) = (closed.clone(), closed.clone());
        // Nobody could read the complaint that the log cannot be read.
        start_writing(scope, "log", move || {
            log_thread.work(io::stderr(), LastLine::Whole, |_| ());
            drop(closed);
        })?;
        let complaints = log.clone();
        let start_transcript = move |file| {
            let (writer, thread) = background_writer(TRANSCRIPT_TEXTS_MAX);
            start_writing(scope, "transcript", move || {
                write_transcript(thread, file, &complaints);
                drop(closed_too);
            })?;
            Ok::<_, String>(writer)
        };
        let transcript = transcript.map(start_transcript).transpose()?;
        let (kept, threads) = kept
            .map(|it| (it.record, (it.journal, it.checkpoints)))
            .unzip();
        let record = Record {
            transcript,
            ..kept.unwrap_or_default()
        };
        let (config, shutdown) = (&prepared.config, &prepared.shutdown);
        let (room, to_do) = Room::new(config, log.clone(), record);
        let room = Arc::new(room);
        if let Some(threads) = threads {
            let stop_on_drop = StopOnDrop(Arc::clone(shutdown));
            let ends = (stop_on_drop, closed_last);
            start_keeping(scope, threads, Arc::clone(&room), ends, &log)?;
        } else {
            drop(closed_last);
        }
        // The listener accepts from here on.
        let _ = writeln!(io::stdout(), "listening on {}", prepared.bound);
        accept::run(prepared.listener, config, shutdown, &log, (&room, to_do))
            .map_err(|error| no_thread(&error))?;
        log.event("closed");
        drop((log, room));
        // It fails at once when both threads have closed.
        let _ = all_closed.recv_timeout(LAST_ENTRIES_MAX);
        // Not a return: the scope would wait for a thread that a stopped
        // terminal or a hanging disk holds up for ever.
        process::exit(0)
    })
}

/// Starts the threads that keep what happens in the room. Whoever waits for
/// the other end of the channel waits for both.
fn start_keeping<'scope>(
    scope: &'scope Scope<'scope, '_>,
    (journal, checkpoints): (JournalThread, Checkpoints),
    room: Arc<Room>,
    (stop_on_drop, closed): (StopOnDrop, Sender<()>),
    log: &Log,
) -> Result<(), String> {
    let (complaints, closed_too) = (log.clone(), closed.clone());
    // First: it ends without a journal.
    start_writing(scope, "checkpoints", move || {
        checkpoints.work(&complaints);
        drop(closed_too);
    })?;
    let complaints = log.clone();
    start_writing(scope, "journal", move || {
        journal.work(&room, &complaints);
        drop((room, stop_on_drop, closed));
    })
}

/// Asks to stop, when it is dropped: without a journal nobody is heard.
struct StopOnDrop(Arc<Shutdown>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.trigger();
    }
}

/// Opens the transcript for appending.
fn open_transcript(path: &Path) -> Result<(File, LastLine), String> {
    transcript::open(path).map_err(|error| {
        let why = reason(&error);
        format!("cannot write the transcript {}: {why}", path.display())
    })
}

/// Starts the program again with one heap for all threads where its memory is
/// limited. Otherwise the C library reserves 64 MiB of address space for each
/// of the first threads, and a handful of clients is all that fits.
fn start_with_one_heap() {
    const HEAPS_MAX: &str = "MALLOC_ARENA_MAX";
    if !machine::is_memory_limited() || env::var_os(HEAPS_MAX).is_some() {
        return;
    }
    let mut arguments = env::args_os();
    if let (Some(name), Ok(program)) = (arguments.next(), env::current_exe()) {
        // It returns only when it fails: then there is room for fewer.
        let _ = Command::new(program)
            .arg0(name)
            .args(arguments)
            .env(HEAPS_MAX, "1")
            .exec();
    }
}

/// Takes the port.
fn listen(address: &Address) -> Result<TcpListener, String> {
    TcpListener::bind((address.host.as_str(), address.port))
        .map_err(|error| cannot_listen(address, &error))
}

fn cannot_listen(address: &Address, error: &io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::AddrInUse => {
            "another program, perhaps another chat-server, listens there"
        }
        ErrorKind::PermissionDenied => {
            "this user may not; ports from 1024 up are for everyone"
        }
        ErrorKind::AddrNotAvailable => "this machine has no such address",
        _ => return format!("cannot listen on {address}: {}", reason(error)),
    };
    format!("cannot listen on {address}: {advice}")
}

/// An error in words, without the number the standard library appends.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

/// Lowers what was asked for to what the machine allows.
fn fit_into_machine(config: &mut Config, log: &Log) -> Result<(), String> {
    let places = machine::allowance().places(
        config.clients_max,
        machine::client_bytes(config.backlog_bytes_max),
    );
    if places.clients_max == 0 {
        return Err(format!("this machine allows no client: see {LIMITS}"));
    }
    if places.clients_max < config.clients_max {
        log.trouble(format_args!(
            "this machine allows {} clients, not {}: see {LIMITS}",
            places.clients_max, config.clients_max
        ));
    }
    config.clients_max = places.clients_max;
    config.catch_ups_max = places.catch_ups_max;
    Ok(())
}

/// Starts a thread that writes what others have to say.
fn start_writing<'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    write: impl FnOnce() + Send + 'scope,
) -> Result<(), String> {
    Builder::new()
        .name(name.to_owned())
        .spawn_scoped(scope, write)
        .map_err(|error| no_thread(&error))?;
    Ok(())
}

fn no_thread(error: &io::Error) -> String {
    format!("no thread can be started: {}", reason(error))
}

/// Signals that are not blocked: those that ask to stop, those by which a
/// program ends because of a fault of its own, or because somebody wants to
/// look for one, and those that halt it.
const SIGNALS_HEARD: [Signal; 13] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGABRT,
    Signal::SIGBUS,
    Signal::SIGFPE,
    Signal::SIGILL,
    Signal::SIGSEGV,
    Signal::SIGSYS,
    Signal::SIGTRAP,
    Signal::SIGTSTP,
    Signal::SIGTTIN,
];

/// Blocks every signal that would end the server without a goodbye, so that
/// it never arrives: SIGUSR1 of somebody who expects a report, or SIGXFSZ of a
/// file that has reached its limit, which is a full disk and stops nobody. Of
/// a server that was started with `nohup` the hang-up, too: `ctrlc` puts its
/// handler in the place of an ignored one.
///
/// Must run before any thread is started: they inherit what is blocked.
fn block_signals() {
    let mut blocked = SigSet::all();
    for signal in SIGNALS_HEARD {
        blocked.remove(signal);
    }
    if hang_up_is_ignored() {
        blocked.add(Signal::SIGHUP);
    }
    // It fails for unknown signals only. It also lets those arrive that ask
    // to stop and that whoever started the server had blocked.
    let _ = blocked.thread_set_mask();
}

fn hang_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status");
    let ignored = status.ok().and_then(|status| {
        let line = status.lines().find_map(|l| l.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(line.trim(), 16).ok()
    });
    let hangup = 1 << (Signal::SIGHUP as u64 - 1);
    ignored.is_some_and(|ignored| ignored & hangup != 0)
}

/// Ctrl-C, SIGTERM and a hang-up ask to stop; a second one does not wait.
fn stop_on_signal(shutdown: Arc<Shutdown>) -> Result<(), String> {
    ctrlc::set_handler(move || {
        if shutdown.trigger() == Trigger::Again {
            process::exit(EXIT_INTERRUPTED);
        }
    })
    .map_err(|error| format!("cannot handle Ctrl-C: {error}"))
}

/// Writes the transcript until the room is closed.
fn write_transcript(
    thread: WriterThread,
    (file, last_line): (File, LastLine),
    log: &Log,
) {
    thread.work(file, last_line, |error| {
        log.trouble(format_args!(
            "the transcript cannot be written, lines are missing from it: {}",
            reason(error)
        ));
    });
}
