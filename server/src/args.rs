//! The command line: what can be written on it, and the decisions it makes.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::{
    Args, CommandFactory as _, Parser, Subcommand, ValueEnum, error::ErrorKind,
};

use chat_server::config::{
    self, ARRIVALS_MAX, BACKLOG_BYTES_MAX, BACKLOG_LINES_LEAST, BURST_LINES,
    CLIENTS_MAX, Config, HISTORY_LINES, HISTORY_LINES_MOST, LINE_BYTES_MAX,
    LINE_BYTES_MAX_LEAST, LINE_BYTES_MAX_MOST, NAMED_PEOPLE_MAX,
    RATE_LINES_PER_SECOND, Rate,
};
use chat_server::logging::log::Level;
use chat_server::store::admin::Task;
use chat_server::store::database::Durability;
use chat_server::store::journal::Keep;
use chat_server::store::opening::Options;

/// The server of a chat room: people walk in with nc, telnet or chat-client.
///
/// Nothing is encrypted and nobody has to prove who they are: open the room
/// to a network only if that is right for everyone on it.
#[derive(Debug, Parser)]
#[command(
    version,
    name = "chat-server",
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    /// Where to listen: HOST, HOST:PORT or PORT; port 0 takes a free one
    #[arg(default_value = "127.0.0.1:7007")]
    pub addr: String,

    #[command(flatten)]
    limits: Limits,

    #[command(flatten)]
    keeping: Keeping,

    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Instead>,

    /// Append what is said in the room to FILE, with date and time; what is
    /// said to one person alone is not written. A file that is made can be
    /// read by its owner alone
    #[arg(long, value_name = "FILE")]
    pub transcript: Option<PathBuf>,

    /// Log only what needs attention
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,

    /// Log also who falls behind, is slowed, or is refused something
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Debug, Args)]
struct Limits {
    /// How many clients may be connected; the machine's limits may lower it
    #[arg(long, value_name = "CLIENTS", default_value_t = CLIENTS_MAX,
        value_parser = within(1..=1_000_000))]
    max_clients: usize,

    /// How many clients may come from one address (one /64 network of IPv6),
    /// or off
    #[arg(long, value_name = "CLIENTS", default_value = "off",
        value_parser = or_off(1..=1_000_000))]
    max_per_ip: OrOff,

    /// The longest line a client may send, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = LINE_BYTES_MAX,
        value_parser = within(LINE_BYTES_MAX_LEAST..=LINE_BYTES_MAX_MOST))]
    max_line: usize,

    /// How many lines per second a client may send in the long run, commands
    /// too, and 512 bytes for each of them, or off. Nobody types faster
    #[arg(long, value_name = "LINES",
        default_value_t = OrOff(Some(RATE_LINES_PER_SECOND as usize)),
        value_parser = or_off(1..=1_000_000))]
    rate: OrOff,

    /// How many lines a client may send at once after a silence, and 512 bytes
    /// for each of them: a paste of a screen or two. Newcomers from one address
    /// share one burst until each has earned its own
    #[arg(long, value_name = "LINES", default_value_t = BURST_LINES as usize,
        value_parser = within(1..=1_000_000))]
    burst: usize,

    /// How many who come from one address at once are told of by name, or off.
    /// A class behind one router fits; beyond that it is one a second, and the
    /// others are counted. Where no client is paced it is off
    #[arg(long, value_name = "CLIENTS",
        default_value_t = OrOff(Some(ARRIVALS_MAX as usize)),
        value_parser = or_off(1..=1_000_000))]
    arrivals: OrOff,

    /// How many bytes a client may be behind before it is shown out
    #[arg(long, value_name = "BYTES", default_value_t = BACKLOG_BYTES_MAX,
        value_parser = within(config::BACKLOG_BYTES_MAX_LEAST..=1 << 30))]
    backlog: usize,

    /// How many of the last lines a newcomer is shown
    #[arg(long, value_name = "LINES", default_value_t = HISTORY_LINES,
        value_parser = within(0..=HISTORY_LINES_MOST))]
    history: usize,

    /// After how many seconds without a line a client is shown out, or off
    #[arg(long, value_name = "SECONDS", default_value = "off",
        value_parser = or_off(1..=31_536_000))]
    idle: OrOff,
}

#[derive(Debug, Args)]
struct Keeping {
    /// Keep what is said to everyone in FILE, over restarts, or off; what is
    /// said to one person alone is never kept. Unless you say, the file is in
    /// ~/.local/state/threadroom (or $XDG_STATE_HOME, or $STATE_DIRECTORY),
    /// with the address in its name; port 0 keeps nothing
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// For how many days it is kept, or off: for ever
    #[arg(long, value_name = "DAYS", default_value = "off",
        value_parser = or_off(1..=36_500))]
    keep: OrOff,

    /// How much of what was kept a power cut may cost: off, whatever the system
    /// has not written; normal, the last moments; full, nothing. Killing the
    /// server never costs anything
    #[arg(long, value_name = "MODE", default_value = "normal")]
    sync: SyncMode,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SyncMode {
    Off,
    Normal,
    Full,
}

/// What can be done instead of serving.
#[derive(Debug, Subcommand)]
pub enum Instead {
    /// Look after what is kept, also while a server runs
    Admin {
        /// The file that a server keeps what is said in
        #[arg(long, value_name = "FILE")]
        data: PathBuf,

        #[command(subcommand)]
        task: AdminTask,
    },
}

#[derive(Debug, Subcommand)]
pub enum AdminTask {
    /// Remove the text of one line for ever; its number stays
    Forget {
        /// The number of the line, as the table `entries` has it
        number: u64,
    },
    /// Copy everything into another file
    Backup {
        /// A file that is not there yet
        file: PathBuf,
    },
    /// Look whether the file is whole
    Check,
}

impl AdminTask {
    /// What the store calls it.
    pub fn task(&self) -> Task {
        match self {
            Self::Forget { number } => Task::Forget(*number),
            Self::Backup { file } => Task::BackUp(file.clone()),
            Self::Check => Task::Check,
        }
    }
}

/// Where what is said is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// In the usual place.
    Default,
    /// There.
    File(PathBuf),
    /// Nowhere.
    Off,
}

/// A number, or `off`.
#[derive(Clone, Copy, Debug)]
struct OrOff(Option<usize>);

impl std::fmt::Display for OrOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(number) => number.fmt(f),
            None => f.write_str("off"),
        }
    }
}

fn within(
    range: RangeInclusive<usize>,
) -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync {
    move |text| match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!(
            "right would be a whole number from {} to {}",
            range.start(),
            range.end()
        )),
    }
}

fn or_off(
    range: RangeInclusive<usize>,
) -> impl Fn(&str) -> Result<OrOff, String> + Clone + Send + Sync {
    let within = within(range);
    move |text| match text {
        "off" => Ok(OrOff(None)),
        _ => within(text)
            .map(|number| OrOff(Some(number)))
            .map_err(|error| format!("{error}, or off")),
    }
}

impl Arguments {
    /// How much is logged.
    pub fn level(&self) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::Trouble,
            (_, true) => Level::Details,
            _ => Level::Events,
        }
    }

    /// Where what is said is kept.
    pub fn data(&self) -> Data {
        match &self.keeping.data {
            None => Data::Default,
            Some(file) if file.as_os_str() == "off" => Data::Off,
            Some(file) => Data::File(file.clone()),
        }
    }

    /// How it is kept.
    pub fn keeping(&self) -> Options {
        Options {
            sync: match self.keeping.sync {
                SyncMode::Off => Durability::Off,
                SyncMode::Normal => Durability::Normal,
                SyncMode::Full => Durability::Full,
            },
            keep: match self.keeping.keep.0.map(u32::try_from) {
                Some(Ok(days)) => Keep::Days(days),
                _ => Keep::All,
            },
            history_lines: self.limits.history,
        }
    }

    /// The decisions.
    ///
    /// # Errors
    /// When two of them do not go together.
    pub fn config(&self) -> Result<Config, clap::Error> {
        let limits = &self.limits;
        let lines = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let config = Config {
            clients_max: limits.max_clients,
            per_address_max: limits.max_per_ip.0,
            line_bytes_max: limits.max_line,
            rate: limits.rate.0.map(|rate| Rate {
                lines_per_second: lines(rate),
                burst_lines: lines(limits.burst),
            }),
            // A room in which everybody may talk without end fears no names.
            arrivals_max: limits.rate.0.and(limits.arrivals.0).map(lines),
            backlog_bytes_max: limits.backlog,
            history_lines: limits.history,
            named_people_max: NAMED_PEOPLE_MAX,
            idle: limits.idle.0.map(|idle| Duration::from_secs(idle as u64)),
            catch_ups_max: limits.max_clients,
        };
        let least = config.backlog_bytes_least();
        if config.backlog_bytes_max < least {
            return Err(Self::command().error(
                ErrorKind::ValueValidation,
                format!(
                    "invalid value '{}' for '--backlog <BYTES>': with \
                     --max-line {} right would be {least} or more, the size \
                     of {BACKLOG_LINES_LEAST} lines",
                    config.backlog_bytes_max, config.line_bytes_max
                ),
            ));
        }
        Ok(config)
    }
}
