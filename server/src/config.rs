//! What the person who starts the server decides, each default with its
//! reason. Must not know where the decisions come from.

use std::time::Duration;

pub use chat_common::lines::BYTES_PER_LINE;

/// A group's room; the machine's own limits may lower it.
pub const CLIENTS_MAX: usize = 1000;

/// A long paragraph, and far less than what a read brings.
pub const LINE_BYTES_MAX: usize = 4096;
/// A limit below this would refuse ordinary sentences.
pub const LINE_BYTES_MAX_LEAST: usize = 64;
/// A line above this is a file.
pub const LINE_BYTES_MAX_MOST: usize = 65_536;

/// Nobody types faster; what is longer than the burst is a program.
pub const RATE_LINES_PER_SECOND: u32 = 20;
/// A paste of a screen or two passes whole.
pub const BURST_LINES: u32 = 100;
/// What another name costs, in lines: a short command, but everybody has to
/// learn who is meant from now on.
pub const RENAME_LINES: u32 = 5;
/// What `/last` and `/since` cost, in lines: they are answered with up to 500.
pub const LAST_COST_LINES: u32 = 5;
/// What `/search` costs, in lines: it may take a processor for a moment, and
/// a person who looks for something reads what was found.
pub const SEARCH_COST_LINES: u32 = 20;

/// A class, or a team behind one router, that comes at once; with their
/// departures these are as many lines as one client may say at once.
pub const ARRIVALS_MAX: u32 = 50;
/// People come one by one; faster is a program.
pub const ARRIVALS_PER_SECOND: u32 = 1;

/// Seconds of a paced room, and small beside what the kernel holds.
pub const BACKLOG_BYTES_MAX: usize = 1 << 20;
/// Room for the greeting and for a few lines of the default length.
pub const BACKLOG_BYTES_MAX_LEAST: usize = 64 * 1024;
/// How many lines of the largest size a backlog must hold at least, so that
/// one line is never more than what one hold of the lock may add.
pub const BACKLOG_LINES_LEAST: usize = 8;

/// A screen: enough to see what people are talking about.
pub const HISTORY_LINES: usize = 20;
/// With n people here, n arrivals are n * n lines: above a few hundred they
/// are noise to everyone and a burden to the network.
pub const NAMED_PEOPLE_MAX: usize = 200;

/// How much one read brings at most: a flood costs a fraction when its lines
/// are said together.
pub const READ_BYTES_MOST: usize = 64 * 1024;

/// History is memory that is copied for every newcomer.
pub const HISTORY_LINES_MOST: usize = 10_000;

/// How often one client may say something. A line has [`BYTES_PER_LINE`] on the
/// average at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Lines per second in the long run.
    pub lines_per_second: u32,
    /// Lines at once after a silence.
    pub burst_lines: u32,
}

/// The decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How many clients may be connected.
    pub clients_max: usize,
    /// How many of them from one address; `None` is no limit of its own.
    pub per_address_max: Option<usize>,
    /// The longest line, in bytes, without its line break.
    pub line_bytes_max: usize,
    /// How often one client may say something; `None` is as often as it can.
    pub rate: Option<Rate>,
    /// How many who come from one address at once are told of by name; `None`
    /// is all.
    pub arrivals_max: Option<u32>,
    /// How many bytes a client may be behind before it is too slow.
    pub backlog_bytes_max: usize,
    /// How many of the last lines a newcomer is shown.
    pub history_lines: usize,
    /// Up to so many people everyone is told of everyone by name.
    pub named_people_max: usize,
    /// After how long a silence a client is shown out; `None` is never.
    pub idle: Option<Duration>,
    /// How many clients may be behind at once, each with a thread of its own.
    pub catch_ups_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            clients_max: CLIENTS_MAX,
            per_address_max: None,
            line_bytes_max: LINE_BYTES_MAX,
            rate: Some(Rate {
                lines_per_second: RATE_LINES_PER_SECOND,
                burst_lines: BURST_LINES,
            }),
            arrivals_max: Some(ARRIVALS_MAX),
            backlog_bytes_max: BACKLOG_BYTES_MAX,
            history_lines: HISTORY_LINES,
            named_people_max: NAMED_PEOPLE_MAX,
            idle: None,
            catch_ups_max: CLIENTS_MAX,
        }
    }
}

impl Config {
    /// The smallest backlog that goes with this longest line, in bytes.
    pub fn backlog_bytes_least(&self) -> usize {
        BACKLOG_BYTES_MAX_LEAST.max(self.line_bytes_max * BACKLOG_LINES_LEAST)
    }
}
