//! Two hundred clients who come, talk, freeze, reset, flood and change their
//! names for a while, as a seed has it, while witnesses check what the room
//! promises. At the end everybody has left, and the server's threads,
//! descriptors and memory must be back where they began.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use fastrand::Rng;

use chat_bench::gauge::Gauge;
use chat_bench::peers::{self, Running};
use chat_bench::soak::ledger::Ledger;
use chat_bench::soak::visitor;
use chat_bench::soak::witness::{
    HEARING_CLOSES, HEARING_OPENS, Testimony, Witness,
};

/// Two witnesses, and the visitors.
const CLIENTS: usize = 200;
const WITNESSES: usize = 2;
/// After a guest's arrival, for how long nobody is told: 0.8 s of the server.
const ANNOUNCED_AFTER: Duration = Duration::from_secs(2);
/// How long the server may take to clean up after the last visitor: it gives
/// those who do not read five seconds.
const CLEAN_UP_MAX: Duration = Duration::from_secs(20);
/// Between two looks at the server.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// After each of so many parts everybody leaves.
const PARTS: u32 = 4;
/// How much more memory may be in use after the last part than after any
/// before, in KiB. What the C library keeps of freed memory rises for some
/// parts, to about what 200 clients need, and then moves up and down.
const GROWTH_KIB_MAX: u64 = 4096;
/// A room in which floods are paced but soon said, so that everybody can leave
/// when a part ends, and who does not read is soon too slow.
const OPTIONS: [&str; 11] = [
    "--rate",
    "1000",
    "--burst",
    "1000",
    // The witnesses follow everybody by name.
    "--arrivals",
    "off",
    "--backlog",
    "262144",
    "--quiet",
    // Its lines are nobody's to keep.
    "--data",
    "off",
];

/// Have 200 unruly clients visit a chat server, and see what becomes of it.
#[derive(Debug, Parser)]
#[command(name = "soak")]
struct Arguments {
    /// For how many seconds they come and go; until all have left takes some
    /// more
    #[arg(long, default_value_t = 60)]
    seconds: u64,

    /// What the clients do depends on this; a random one if none is given
    #[arg(long)]
    seed: Option<u64>,
}

/// What the server holds.
#[derive(Clone, Copy, Debug)]
struct Holdings {
    threads: u64,
    descriptors: usize,
    resident_kib: u64,
}

impl Holdings {
    fn of(gauge: Gauge) -> Self {
        Self {
            threads: gauge.threads(),
            descriptors: gauge.descriptors(),
            resident_kib: gauge.resident_kib(),
        }
    }
}

impl std::fmt::Display for Holdings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} threads, {} descriptors, {} KiB",
            self.threads, self.descriptors, self.resident_kib
        )
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}, {} seconds", arguments.seconds);
    let ledger = Ledger::default();
    if let Err(error) = soak(&arguments, seed, &ledger) {
        ledger.fault(error.to_string());
    }
    let (faults, in_all) = ledger.faults();
    for fault in &faults {
        println!("FAULT {fault}");
    }
    println!("{} stays, {in_all} faults, seed {seed}", ledger.stays());
    if in_all == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn soak(arguments: &Arguments, seed: u64, ledger: &Ledger) -> io::Result<()> {
    let folder = peers::folder_of_programs()?;
    let server = Running::start(&folder.join("chat-server"), &OPTIONS)?;
    let mut rng = Rng::with_seed(seed);
    thread::scope(|scope| {
        let mut witnesses = Vec::new();
        for nth in 0..WITNESSES {
            let witness = Witness::new(nth, server.address, ledger)?;
            witnesses.push(scope.spawn(move || witness.hear()));
        }
        thread::sleep(ANNOUNCED_AFTER);
        call_out(server.address, HEARING_OPENS)?;
        play_all(arguments, &server, ledger, &mut rng);
        call_out(server.address, HEARING_CLOSES)?;
        for witness in witnesses {
            let testimony = witness.join().expect("a witness panicked")?;
            tell(&testimony);
        }
        if ledger.apart() > 0 {
            ledger.fault(format!(
                "one witness heard {} lines that the other did not",
                ledger.apart()
            ));
        }
        Ok(())
    })
}

/// Several parts, after each of which everybody has left.
fn play_all(
    arguments: &Arguments,
    server: &Running,
    ledger: &Ledger,
    rng: &mut Rng,
) {
    let empty = clean(server, None);
    println!("empty: {empty}");
    let time = Duration::from_secs(arguments.seconds) / PARTS;
    let mut left = Vec::new();
    for part in 1..=PARTS {
        play(server, ledger, rng, time);
        let after = clean(server, Some(empty));
        println!("after part {part} of {PARTS}: {after}");
        left.push(after);
    }
    judge(&empty, &left, ledger);
}

/// Threads and descriptors must be back at once; memory must not grow once
/// the allocator has what it keeps.
fn judge(empty: &Holdings, left: &[Holdings], ledger: &Ledger) {
    for after in left {
        if after.threads != empty.threads {
            ledger.fault(format!("threads are left: {after}"));
        }
        if after.descriptors != empty.descriptors {
            ledger.fault(format!("descriptors are left: {after}"));
        }
    }
    if let [before @ .., last] = left {
        let before = before.iter().map(|held| held.resident_kib).max();
        let kept_kib = before.unwrap_or(last.resident_kib);
        if last.resident_kib > kept_kib + GROWTH_KIB_MAX {
            ledger.fault(format!("memory grows: {kept_kib} KiB, then {last}"));
        }
    }
}

/// Visitors come and go for that long, and then leave.
fn play(server: &Running, ledger: &Ledger, rng: &mut Rng, time: Duration) {
    ledger.set_closing_time(false);
    thread::scope(|scope| {
        for _ in WITNESSES..CLIENTS {
            let rng = rng.fork();
            scope.spawn(|| visitor::come_and_go(server.address, ledger, rng));
        }
        let until = Instant::now() + time;
        while Instant::now() < until {
            thread::sleep(LOOK_AGAIN);
            progress(server, ledger);
        }
        ledger.set_closing_time(true);
    });
    eprint!("\r\x1b[K");
}

fn progress(server: &Running, ledger: &Ledger) {
    let (_, faults) = ledger.faults();
    let holdings = Holdings::of(server.gauge);
    eprint!(
        "\r\x1b[K{} stays, {faults} faults; {holdings}",
        ledger.stays()
    );
    // A terminal that is gone is no fault of the server.
    let _ = io::stderr().flush();
}

/// What the server holds once it holds no more threads and descriptors than
/// then, or once it had long enough.
fn clean(server: &Running, than: Option<Holdings>) -> Holdings {
    let deadline = Instant::now() + CLEAN_UP_MAX;
    loop {
        thread::sleep(LOOK_AGAIN);
        let now = Holdings::of(server.gauge);
        let is_clean = than.is_none_or(|than| {
            now.threads <= than.threads && now.descriptors <= than.descriptors
        });
        if is_clean || Instant::now() > deadline {
            return now;
        }
    }
}

/// Somebody comes, says one sentence and leaves.
fn call_out(server: SocketAddr, words: &str) -> io::Result<()> {
    let mut herald = TcpStream::connect(server)?;
    herald.set_read_timeout(Some(CLEAN_UP_MAX))?;
    herald.write_all(format!("{words}\n/quit\n").as_bytes())?;
    io::copy(&mut herald, &mut io::sink())?;
    Ok(())
}

fn tell(testimony: &Testimony) {
    println!(
        "a witness heard {} lines, {} joined, {} left ({} too slow, {} lost), \
         {} renamed",
        testimony.said,
        testimony.joined,
        testimony.left,
        testimony.too_slow,
        testimony.lost,
        testimony.renamed
    );
}
