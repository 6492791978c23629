//! How fast what was said is found again in a file of millions of entries: how
//! long the server takes to start with it, how long each kind of question, and
//! how much memory it uses. Ends with an error where a bar is missed.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use clap::Parser;

use chat_bench::long_past::{APART, COMMON, RARE, RARE_PAIR, write};
use chat_bench::peers::{Running, folder_of_programs};

/// How often each question is asked; the middle counts, and the first is
/// shown, too: then nothing has been read yet.
const TIMES: usize = 9;

/// How long the server may take to start.
const START_MAX: Duration = Duration::from_secs(1);
/// How long an answer may take: the last lines, a rare word, a common one.
const LAST_MAX: Duration = Duration::from_millis(5);
/// Five hundred lines are some 35 KiB, on a network that may be slow to say
/// that they have come.
const PAGE_MAX: Duration = Duration::from_millis(100);
const RARE_MAX: Duration = Duration::from_millis(50);
const COMMON_MAX: Duration = Duration::from_millis(200);
/// Two common words that are never in one line: all of both must be looked at,
/// until the time for a question is over.
const APART_MAX: Duration = Duration::from_millis(400);
/// How much memory the server may use, whatever the file: four connections
/// with a MiB each, and what it is anyway.
const RESIDENT_KIB_MAX: u64 = 48 * 1024;

/// Measure questions about what was said, in a file of many entries.
#[derive(Debug, Parser)]
#[command(name = "past")]
struct Arguments {
    /// How many entries the file has; a million takes 150 MB and a minute
    #[arg(long, default_value_t = 1_000_000)]
    entries: u64,

    /// Where to make it; it is removed at the end
    #[arg(long)]
    file: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let name = format!("threadroom-past-{}.db", std::process::id());
    let file = arguments.file.clone();
    let file = file.unwrap_or_else(|| std::env::temp_dir().join(name));
    let measured = measure(&file, arguments.entries);
    for ending in ["", "-wal", "-shm", ".lock"] {
        let mut path = file.clone().into_os_string();
        path.push(ending);
        let _ = std::fs::remove_file(path);
    }
    match measured {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            let _ = writeln!(io::stderr(), "past: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every bar was met.
fn measure(file: &Path, entries: u64) -> Result<bool, String> {
    let told = |error: io::Error| error.to_string();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_err(|error| error.to_string())?.as_secs();
    let before = Instant::now();
    write(file, entries, now.cast_signed())?;
    let bytes = std::fs::metadata(file).map_err(told)?.len();
    println!(
        "{entries} entries, {} MB, written and indexed in {:.0?}",
        bytes / 1_000_000,
        before.elapsed()
    );
    let program = folder_of_programs().map_err(told)?.join("chat-server");
    let path = file.display().to_string();
    let before = Instant::now();
    let server = Running::start(&program, &["--data", &path, "--rate", "off"])
        .map_err(told)?;
    let mut all = report("start", &[before.elapsed()], START_MAX);
    let mut asker = Asker::connect(&server).map_err(told)?;
    let empty = server.gauge.resident_kib();
    for (question, max) in questions(entries) {
        let times: io::Result<Vec<_>> =
            (0..TIMES).map(|_| asker.ask(&question)).collect();
        all &= report(&question, &times.map_err(told)?, max);
    }
    let resident = server.gauge.resident_max_kib();
    println!("memory: {empty} KiB at first, {resident} KiB at most");
    Ok(all && resident < RESIDENT_KIB_MAX)
}

fn questions(entries: u64) -> Vec<(String, Duration)> {
    let middle = entries / 2;
    vec![
        ("/last".to_owned(), LAST_MAX),
        ("/last 500".to_owned(), PAGE_MAX),
        (format!("/last 500 before {middle}"), PAGE_MAX),
        ("/since 0:00".to_owned(), PAGE_MAX),
        ("/since 2000-01-01".to_owned(), PAGE_MAX),
        (format!("/search {RARE}"), RARE_MAX),
        (format!("/search {RARE_PAIR}"), RARE_MAX),
        ("/search nowhere".to_owned(), RARE_MAX),
        (format!("/search {COMMON}"), COMMON_MAX),
        ("/search 今天".to_owned(), COMMON_MAX),
        (format!("/search {COMMON} before {middle}"), COMMON_MAX),
        (format!("/search {}", APART.join(" ")), APART_MAX),
    ]
}

/// Says how long it took, and whether that is within the bar.
fn report(what: &str, times: &[Duration], max: Duration) -> bool {
    let mut sorted = times.to_vec();
    sorted.sort();
    let middle = sorted[sorted.len() / 2];
    let verdict = if middle <= max { "" } else { "  TOO LONG" };
    println!(
        "{what:34} {middle:>9.2?}  first {:>9.2?}  bar {max:?}{verdict}",
        times[0]
    );
    middle <= max
}

/// Somebody in the room who asks.
struct Asker {
    input: BufReader<TcpStream>,
}

impl Asker {
    fn connect(server: &Running) -> io::Result<Self> {
        let stream = TcpStream::connect(server.address)?;
        stream.set_nodelay(true)?;
        let input = BufReader::new(stream);
        let mut asker = Self { input };
        asker.read_until(" joined")?;
        Ok(asker)
    }

    /// How long it takes until the last line of the answer has come.
    fn ask(&mut self, question: &str) -> io::Result<Duration> {
        let before = Instant::now();
        self.input
            .get_ref()
            .write_all(format!("{question}\n").as_bytes())?;
        self.read_until("* th")?;
        Ok(before.elapsed())
    }

    fn read_until(&mut self, wanted: &str) -> io::Result<()> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.input.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let is_answer =
                wanted.starts_with("* ") && line.starts_with(wanted);
            if is_answer || line.trim_end().ends_with(wanted) {
                return Ok(());
            }
        }
    }
}
