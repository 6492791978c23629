//! What is claimed of the server's speed, as ratios within one run: the
//! machine and its neighbors weigh on both sides.

use super::outcome::Outcome;
use super::peers::Peer;
use super::report::Results;

/// Which side of the limit is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Not above it.
    AtMost,
    /// Not below it.
    AtLeast,
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
        })
    }
}

/// A claim.
struct Bar {
    claim: &'static str,
    scenario: &'static str,
    /// Compared with whom; `None` is an absolute figure.
    with: Option<Peer>,
    figure: fn(&Outcome) -> f64,
    side: Side,
    limit: f64,
}

/// A claim, and what was measured.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What is claimed.
    pub claim: &'static str,
    /// The ratio or the figure.
    pub value: f64,
    /// Which side of the limit is right.
    pub side: Side,
    /// The limit.
    pub limit: f64,
}

impl Verdict {
    /// Whether the claim holds.
    pub fn is_kept(&self) -> bool {
        match self.side {
            Side::AtMost => self.value <= self.limit,
            Side::AtLeast => self.value >= self.limit,
        }
    }
}

const fn floor(
    claim: &'static str,
    scenario: &'static str,
    figure: fn(&Outcome) -> f64,
    side: Side,
    limit: f64,
) -> Bar {
    Bar {
        claim,
        scenario,
        with: Some(Peer::Floor),
        figure,
        side,
        limit,
    }
}

const fn alone(
    claim: &'static str,
    scenario: &'static str,
    figure: fn(&Outcome) -> f64,
    limit: f64,
) -> Bar {
    Bar {
        claim,
        scenario,
        with: None,
        figure,
        side: Side::AtMost,
        limit,
    }
}

const fn times_as_fast(
    claim: &'static str,
    scenario: &'static str,
    peer: Peer,
    limit: f64,
) -> Bar {
    Bar {
        claim,
        scenario,
        with: Some(peer),
        figure: |o| o.per_second,
        side: Side::AtLeast,
        limit,
    }
}

/// Frozen clients times backlog, and two mebibytes, in KiB.
const FROZEN_GROWTH_KIB_MAX: f64 = (5 + 2) as f64 * 1024.0;

use Side::{AtLeast, AtMost};

const BARS: [Bar; 19] = [
    floor(
        "paced-100: CPU of floor's",
        "paced-100",
        |o| o.cpu_us,
        AtMost,
        1.15,
    ),
    floor(
        "paced-100: p99 of floor's",
        "paced-100",
        |o| o.p99_us,
        AtMost,
        1.25,
    ),
    floor(
        "paced-1000: CPU of floor's",
        "paced-1000",
        |o| o.cpu_us,
        AtMost,
        1.15,
    ),
    floor(
        "paced-1000: p99 of floor's",
        "paced-1000",
        |o| o.p99_us,
        AtMost,
        1.25,
    ),
    floor(
        "flood-100: lines/s of floor's",
        "flood-100",
        |o| o.per_second,
        AtLeast,
        0.9,
    ),
    times_as_fast(
        "flood-100: lines/s of asyncio's",
        "flood-100",
        Peer::Asyncio,
        20.0,
    ),
    floor(
        "flood-10: lines/s of floor's",
        "flood-10",
        |o| o.per_second,
        AtLeast,
        0.9,
    ),
    floor(
        "flood-10-narrow: lines/s of floor's",
        "flood-10-narrow",
        |o| o.per_second,
        AtLeast,
        0.3,
    ),
    floor(
        "flood-1000: lines/s of floor's",
        "flood-1000",
        |o| o.per_second,
        AtLeast,
        0.6,
    ),
    times_as_fast(
        "flood-1000: lines/s of ngircd's",
        "flood-1000",
        Peer::Ngircd,
        5.0,
    ),
    times_as_fast(
        "flood-1000: lines/s of inspircd's",
        "flood-1000",
        Peer::Inspircd,
        5.0,
    ),
    times_as_fast("churn: stays/s of ngircd's", "churn", Peer::Ngircd, 0.7),
    alone("idle: KB per client", "idle", |o| o.idle_kib, 16.0),
    alone(
        "idle: threads besides one per client",
        "idle",
        extra_threads,
        8.0,
    ),
    floor(
        "frozen: p99 of floor's",
        "frozen",
        |o| o.p99_us,
        AtMost,
        1.25,
    ),
    alone(
        "frozen: memory above idle, KB",
        "frozen",
        |o| o.growth_kib,
        FROZEN_GROWTH_KIB_MAX,
    ),
    alone("full: clients that did not stay", "full", dropped, 0.0),
    alone("full: lines lost", "full", lost, 0.0),
    alone("full: KB per client", "full", |o| o.idle_kib, 16.0),
];

fn extra_threads(outcome: &Outcome) -> f64 {
    outcome.threads - 1000.0
}

fn dropped(outcome: &Outcome) -> f64 {
    outcome.dropped as f64
}

fn lost(outcome: &Outcome) -> f64 {
    outcome.faults.count() as f64
}

/// What became of each claim that this run can say something about.
pub fn verdicts(results: &Results) -> Vec<Verdict> {
    BARS.iter().filter_map(|bar| judge(bar, results)).collect()
}

fn judge(bar: &Bar, results: &Results) -> Option<Verdict> {
    let ours = (bar.figure)(results.find(bar.scenario, Peer::Server)?);
    let value = match bar.with {
        Some(peer) => ours / (bar.figure)(results.find(bar.scenario, peer)?),
        None => ours,
    };
    Some(Verdict {
        claim: bar.claim,
        value,
        side: bar.side,
        limit: bar.limit,
    })
}
