//! People who come, say one line and leave, while others listen. What is
//! counted is stays.

use std::io;
use std::time::Duration;

use super::crowd::Standing;
use super::gauge::Gauge;
use super::run::{Round, micros};

/// After so long a stay is given up, and its line counted as lost.
const STAY_MAX: Duration = Duration::from_secs(2);

/// How far a visitor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Arriving,
    Talking,
    Leaving,
}

/// One after the other in the same place.
struct Visitor {
    nth: usize,
    stage: Stage,
    since_us: u64,
}

/// Plays it for that long.
///
/// # Errors
/// Those of the system.
pub fn play(
    round: &mut Round<'_>,
    visitors: usize,
    measured: Duration,
) -> io::Result<()> {
    let first = round.crowd.len();
    let mut visitors = (first..first + visitors)
        .map(|nth| Visitor::come(round, nth))
        .collect::<io::Result<Vec<Visitor>>>()?;
    let began = round.crowd.now_us();
    let end = began + micros(measured);
    let cpu_before = round.server.gauge.cpu();
    let own_before = Gauge::new(std::process::id()).cpu();
    let mut stays = 0;
    while round.crowd.now_us() < end {
        round.crowd.turn(end)?;
        for visitor in &mut visitors {
            stays += visitor.go_on(round)?;
        }
    }
    let cpu = round.server.gauge.cpu().saturating_sub(cpu_before);
    let own = Gauge::new(std::process::id()).cpu() - own_before;
    let seconds = (round.crowd.now_us() - began) as f64 / 1e6;
    round.outcome.cpu_us = cpu.as_secs_f64() * 1e6 / stays as f64;
    round.outcome.per_second = stays as f64 / seconds;
    round.outcome.load_busy = own.as_secs_f64() / seconds;
    round.outcome.threads_busy = round.server.gauge.threads() as f64;
    round.outcome.p50_us = f64::NAN;
    round.outcome.p99_us = f64::NAN;
    round.outcome.p999_us = f64::NAN;
    round.drain()
}

impl Visitor {
    fn come(round: &mut Round<'_>, nth: usize) -> io::Result<Self> {
        round.crowd.connect(nth)?;
        Ok(Self {
            nth,
            stage: Stage::Arriving,
            since_us: round.crowd.now_us(),
        })
    }

    /// Takes the next step if its time has come; says how many stays ended.
    fn go_on(&mut self, round: &mut Round<'_>) -> io::Result<u64> {
        let standing = round.crowd.standing(self.nth);
        let late = self.since_us + micros(STAY_MAX) < round.crowd.now_us();
        match self.stage {
            Stage::Arriving if standing == Standing::Listening => {
                round.crowd.say(self.nth, round.crowd.now_us());
                self.stage = Stage::Talking;
            }
            Stage::Talking if self.is_heard(round) => {
                round.crowd.leave(self.nth);
                self.stage = Stage::Leaving;
            }
            _ if standing == Standing::Gone || late => {
                let ended = u64::from(self.stage == Stage::Leaving && !late);
                round.crowd.drop_out(self.nth);
                *self = Self::come(round, self.nth)?;
                return Ok(ended);
            }
            _ => (),
        }
        Ok(0)
    }

    fn is_heard(&self, round: &Round<'_>) -> bool {
        (0..round.scenario.clients)
            .all(|listener| round.crowd.has_heard(listener, self.nth))
    }
}
