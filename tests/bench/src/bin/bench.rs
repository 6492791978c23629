//! Compares the server with others under the same load, in one run: round by
//! round, one server after the other, so that a busy machine is busy for all.
//!
//! Prints tables of medians and what became of the claims; writes JSON and a
//! picture if asked to. Everything happens on 127.0.0.1.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use chat_bench::outcome::Outcome;
use chat_bench::peers::{PEERS, Peer, Places, folder_of_programs};
use chat_bench::plot;
use chat_bench::report::{Results, Row};
use chat_bench::run;
use chat_bench::scenarios::{Load, SCENARIOS, Scenario};

/// Compare the chat server with others under the same load.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Arguments {
    /// Only these scenarios, with commas between them
    #[arg(long, value_delimiter = ',', value_parser = scenario_named)]
    scenarios: Vec<Scenario>,

    /// Only these servers, with commas between them
    #[arg(long, value_delimiter = ',', value_parser = peer_named)]
    peers: Vec<Peer>,

    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,

    /// For how many seconds each time; a paced load for twice as many
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,

    /// One short round, and only the server, the floor and asyncio
    #[arg(long)]
    quick: bool,

    /// Another build of the server, to compare with as "before"
    #[arg(long, value_name = "PROGRAM")]
    before: Option<PathBuf>,

    /// Write the results here
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Draw the processor time per line here
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// What `--quick` plays: everything that takes a few seconds.
const QUICK: [&str; 5] =
    ["paced-100", "flood-100", "flood-10", "frozen", "churn"];

fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if arguments.quick {
        arguments.rounds = 1;
        arguments.seconds = 1.0;
    }
    match compare(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(arguments: &Arguments) -> io::Result<()> {
    raise_descriptor_limit();
    let places = Places {
        built: folder_of_programs()?,
        before: arguments.before.clone(),
        scratch: scratch()?,
    };
    let mut results = Results::default();
    let machine = machine();
    println!("{machine}\n");
    for scenario in scenarios(arguments) {
        let rows =
            play(&scenario, &peers(arguments, &scenario), arguments, &places);
        results.rows.extend(rows);
        println!("{}", results.table_of(&scenario));
    }
    println!("{}", results.bar_table());
    if let Some(path) = &arguments.json {
        let json = results.json(&machine, arguments.rounds, arguments.seconds);
        std::fs::write(path, format!("{json:#}\n"))?;
    }
    if let Some(path) = &arguments.svg {
        std::fs::write(path, plot::svg(&results))?;
    }
    std::fs::remove_dir_all(&places.scratch)
}

/// Plays a scenario with every peer, round by round.
fn play(
    scenario: &Scenario,
    peers: &[Peer],
    arguments: &Arguments,
    places: &Places,
) -> Vec<Row> {
    let mut rounds: Vec<Vec<Outcome>> = vec![Vec::new(); peers.len()];
    let mut troubles: Vec<Option<String>> = peers
        .iter()
        .map(|peer| peer.program(places).err())
        .collect();
    for round in 1..=arguments.rounds {
        for (nth, peer) in peers.iter().enumerate() {
            if troubles[nth].is_some() {
                continue;
            }
            eprint!(
                "\r\x1b[K{} {} round {round} of {}",
                scenario.name,
                peer.name(),
                arguments.rounds
            );
            let measured = Duration::from_secs_f64(arguments.seconds);
            match run::round(scenario, *peer, places, measured) {
                Ok(outcome) => rounds[nth].push(outcome),
                Err(error) => troubles[nth] = Some(error.to_string()),
            }
        }
    }
    eprint!("\r\x1b[K");
    let rows = peers.iter().zip(rounds).zip(troubles);
    rows.map(|((peer, rounds), trouble)| Row {
        scenario: *scenario,
        peer: *peer,
        outcome: match trouble {
            Some(why) => Err(why),
            None => Ok(Outcome::median(&rounds)),
        },
    })
    .collect()
}

fn scenarios(arguments: &Arguments) -> Vec<Scenario> {
    if !arguments.scenarios.is_empty() {
        return arguments.scenarios.clone();
    }
    let all = SCENARIOS.into_iter();
    all.filter(|scenario| !arguments.quick || QUICK.contains(&scenario.name))
        .collect()
}

fn peers(arguments: &Arguments, scenario: &Scenario) -> Vec<Peer> {
    let wanted = |peer: &Peer| {
        if !arguments.peers.is_empty() {
            return arguments.peers.contains(peer);
        }
        match peer {
            Peer::Before => arguments.before.is_some(),
            Peer::Server | Peer::Floor | Peer::Asyncio => true,
            _ => !arguments.quick,
        }
    };
    let can = |peer: &Peer| {
        scenario.text_bytes <= peer.dialect().text_bytes_max()
            // Only our server promises to say who is one too many.
            && (scenario.load != Load::Full || peer.is_ours())
    };
    PEERS.into_iter().filter(wanted).filter(can).collect()
}

fn scenario_named(name: &str) -> Result<Scenario, String> {
    let names = SCENARIOS.map(|scenario| scenario.name).join(", ");
    let mut all = SCENARIOS.into_iter();
    all.find(|scenario| scenario.name == name)
        .ok_or_else(|| format!("there are {names}"))
}

fn peer_named(name: &str) -> Result<Peer, String> {
    let names = PEERS.map(Peer::name).join(", ");
    let mut all = PEERS.into_iter();
    all.find(|peer| peer.name() == name)
        .ok_or_else(|| format!("there are {names}"))
}

/// Thousands of clients are thousands of descriptors. Where the limit may
/// not be raised, connecting says so.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    let _ = setrlimit(Resource::Nofile, raised);
}

fn scratch() -> io::Result<PathBuf> {
    let folder =
        std::env::temp_dir().join(format!("chat-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The machine this runs on, in one line.
fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key));
        let value = line.and_then(|line| line.split(':').nth(1));
        value.unwrap_or("unknown").trim().to_owned()
    };
    let processors = std::thread::available_parallelism();
    format!(
        "{} x {}, {}, Linux {}",
        processors.map_or(0, usize::from),
        field(&read("/proc/cpuinfo"), "model name"),
        field(&read("/proc/meminfo"), "MemTotal"),
        read("/proc/sys/kernel/osrelease").trim(),
    )
}
