//! What is played: how many clients, and what they do.

/// What the clients do once they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// So many of them say as much as the room delivers.
    Flood {
        /// How many.
        speakers: usize,
        /// How many lines may be under way to a listener.
        window_lines: u64,
    },
    /// They take turns and say so many lines a second, all together, however
    /// long the server takes.
    Paced {
        /// Lines a second.
        lines_per_second: u64,
    },
    /// Others come, say one line, and leave when everyone has heard it.
    Churn {
        /// How many of them at a time.
        visitors: usize,
    },
    /// They sit there; then one says a line.
    Idle,
    /// They sit there and fill the room; then one says a line, and one more
    /// comes.
    Full,
}

/// One of the things that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What happens, for the tables.
    pub title: &'static str,
    /// How many clients there are.
    pub clients: usize,
    /// How many of them never read.
    pub frozen: usize,
    /// How long a line is, in bytes, without its line break.
    pub text_bytes: usize,
    /// What they do.
    pub load: Load,
}

/// A sentence. With its line break it is no power of two: a server that
/// damages lines at the ends of its buffer must not pass by luck.
const TEXT_BYTES: usize = 64;
/// Wide enough that nobody waits for the window.
const WINDOW_LINES: u64 = 4096;
/// A window of 32 lines for each of ten: what is said comes in small pieces.
const NARROW_WINDOW_LINES: u64 = 10 * 32;
/// A long paragraph, so that who does not read is soon far behind.
const LONG_TEXT_BYTES: usize = 999;

const fn scenario(
    name: &'static str,
    title: &'static str,
    clients: usize,
    load: Load,
) -> Scenario {
    Scenario {
        name,
        title,
        clients,
        frozen: 0,
        text_bytes: TEXT_BYTES,
        load,
    }
}

const fn flood(speakers: usize, window_lines: u64) -> Load {
    Load::Flood {
        speakers,
        window_lines,
    }
}

/// All of them, in the order in which they are played.
pub const SCENARIOS: [Scenario; 10] = [
    scenario(
        "paced-100",
        "100 clients, 300 lines/s in all",
        100,
        Load::Paced {
            lines_per_second: 300,
        },
    ),
    scenario(
        "paced-1000",
        "1,000 clients, 20 lines/s in all",
        1000,
        Load::Paced {
            lines_per_second: 20,
        },
    ),
    scenario(
        "flood-100",
        "100 clients, one floods",
        100,
        flood(1, WINDOW_LINES),
    ),
    scenario(
        "flood-10",
        "10 clients, all flood",
        10,
        flood(10, WINDOW_LINES),
    ),
    scenario(
        "flood-1000",
        "1,000 clients, all flood",
        1000,
        flood(1000, WINDOW_LINES),
    ),
    scenario(
        "flood-10-narrow",
        "10 clients, all flood, 32 lines under way for each",
        10,
        flood(10, NARROW_WINDOW_LINES),
    ),
    Scenario {
        name: "frozen",
        title: "50 clients, 5 never read, 2,000 lines/s of 1,000 bytes",
        clients: 50,
        frozen: 5,
        text_bytes: LONG_TEXT_BYTES,
        load: Load::Paced {
            lines_per_second: 2000,
        },
    },
    scenario(
        "churn",
        "10 clients listen, 20 at a time come, talk and leave",
        10,
        Load::Churn { visitors: 20 },
    ),
    scenario("idle", "1,000 clients, nobody talks", 1000, Load::Idle),
    scenario(
        "full",
        "15,000 clients, one talks, and one more comes",
        15_000,
        Load::Full,
    ),
];
