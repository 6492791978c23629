//! One round: starts a server, brings the clients in, lets them do what the
//! scenario says, and reads the figures.

use std::io;
use std::time::Duration;

use super::churn;
use super::crowd::{Crowd, Ended, Standing};
use super::gauge::Gauge;
use super::outcome::Outcome;
use super::peers::{Peer, Places, Running};
use super::scenarios::{Load, Scenario};

/// For how long a newcomer may wait to be let in.
const ARRIVAL_MAX: Duration = Duration::from_secs(5);
/// The room is quiet when nobody has heard anything for so long.
const QUIET: Duration = Duration::from_millis(200);
/// How long it may take to become quiet.
const QUIET_MAX: Duration = Duration::from_secs(10);
/// The beginning of a load that is not measured.
const WARM_UP: Duration = Duration::from_millis(300);
/// A paced load is measured for so many times as long as a flood: its p99 is
/// made of few lines.
const PACED_TIMES: u32 = 2;
/// Lines that have not come after so long without any are lost.
const SILENCE_MAX: Duration = Duration::from_millis(1500);
/// How long the last lines may take in all.
const DRAIN_MAX: Duration = Duration::from_secs(10);
/// A flood writes when this part of its window is free, or it would write
/// single lines.
const WINDOW_PARTS: u64 = 8;

/// Plays a scenario with a server once.
///
/// # Errors
/// Those of the system. What a server does wrong is part of the outcome.
pub fn round(
    scenario: &Scenario,
    peer: Peer,
    places: &Places,
    measured: Duration,
) -> io::Result<Outcome> {
    let server = peer.start(places)?;
    let crowd =
        Crowd::new(server.address, peer.dialect(), scenario.text_bytes)?;
    let mut round = Round {
        scenario,
        peer,
        resident_first_kib: 0,
        server,
        crowd,
        outcome: Outcome::default(),
    };
    let played = round.bring_in().and_then(|()| round.play(measured));
    round.server.check()?;
    played?;
    Ok(round.finish())
}

/// What a load program knows while it plays.
pub struct Round<'a> {
    /// What is played.
    pub scenario: &'a Scenario,
    /// With whom.
    pub peer: Peer,
    /// The server that runs.
    pub server: Running,
    /// The clients.
    pub crowd: Crowd,
    /// What is known already.
    pub outcome: Outcome,
    /// With the first client in, before the others: what follows is what one
    /// more client costs, and not what the program needs to run at all.
    resident_first_kib: u64,
}

/// The figures at one moment.
struct Mark {
    server_cpu: Duration,
    own_cpu: Duration,
    heard: u64,
    at_us: u64,
}

impl Round<'_> {
    fn bring_in(&mut self) -> io::Result<()> {
        let at_once = self.peer.arrivals_at_once();
        for nth in 0..self.scenario.clients {
            self.crowd.connect(nth)?;
            self.wait_for_arrivals(at_once)?;
            if nth == 0 {
                self.wait_for_arrivals(1)?;
                self.resident_first_kib = self.server.gauge.resident_kib();
            }
        }
        self.wait_for_arrivals(1)?;
        for nth in 0..self.scenario.frozen {
            self.crowd.freeze(self.scenario.clients - 1 - nth)?;
        }
        self.settle()?;
        let resident = self.server.gauge.resident_kib();
        let more = resident.saturating_sub(self.resident_first_kib);
        let clients = self.scenario.clients - 1;
        self.outcome.idle_kib = more as f64 / clients as f64;
        self.outcome.growth_kib = -(resident as f64);
        self.outcome.threads = self.server.gauge.threads() as f64;
        Ok(())
    }

    /// Waits until fewer than so many are on their way.
    fn wait_for_arrivals(&mut self, fewer: usize) -> io::Result<()> {
        // Counting a large crowd for each newcomer would take longest.
        if fewer > 1 && !self.crowd.len().is_multiple_of(fewer) {
            return Ok(());
        }
        let arrived = self.crowd.turn_until(ARRIVAL_MAX, |crowd| {
            crowd.count(Standing::Arriving) == 0
        })?;
        match arrived {
            Ended::Well => Ok(()),
            Ended::InVain => Err(io::Error::other(format!(
                "it let in {} of {} clients",
                self.crowd.count(Standing::Listening),
                self.scenario.clients
            ))),
        }
    }

    /// Waits until the noise of the arrivals is over.
    fn settle(&mut self) -> io::Result<()> {
        self.crowd.turn_until(self.peer.noise(), |_| false)?;
        self.crowd
            .turn_until(QUIET_MAX, |crowd| crowd.silence() >= QUIET)?;
        Ok(())
    }

    fn play(&mut self, measured: Duration) -> io::Result<()> {
        match self.scenario.load {
            Load::Flood {
                speakers,
                window_lines,
            } => {
                let window = window_lines.min(self.peer.flood_window_lines());
                let window = window.max(speakers as u64);
                self.flood(speakers, window, measured)
            }
            Load::Paced { lines_per_second } => {
                self.pace(lines_per_second, measured * PACED_TIMES)
            }
            Load::Churn { visitors } => churn::play(self, visitors, measured),
            Load::Idle => self.say_one(),
            Load::Full => {
                self.say_one()?;
                self.come_too_late()
            }
        }
    }

    /// Says as many lines as the room delivers: only so many are under way.
    fn flood(
        &mut self,
        speakers: usize,
        window: u64,
        measured: Duration,
    ) -> io::Result<()> {
        let begun = self.crowd.now_us() + micros(WARM_UP);
        let end = begun + micros(measured);
        let mut first = None;
        while self.crowd.now_us() < end {
            let free = window.saturating_sub(self.crowd.lines_under_way());
            if free >= (window / WINDOW_PARTS).max(speakers as u64) {
                self.flood_once(speakers, free);
            }
            self.crowd.turn(self.crowd.now_us() + micros(WARM_UP))?;
            if self.crowd.silence() > SILENCE_MAX {
                break;
            }
            if first.is_none() && self.crowd.now_us() >= begun {
                first = Some(self.mark());
            }
        }
        let first = first.unwrap_or_else(|| self.mark());
        self.read_figures(&first);
        self.outcome.p50_us = f64::NAN;
        self.outcome.p99_us = f64::NAN;
        self.outcome.p999_us = f64::NAN;
        self.drain()
    }

    /// Everyone says as much, in one write.
    fn flood_once(&mut self, speakers: usize, lines: u64) {
        let each = lines / speakers as u64;
        for speaker in 0..speakers {
            self.crowd.say_many(speaker, each);
        }
    }

    /// Says lines when they are due, whatever has become of those before.
    fn pace(
        &mut self,
        lines_per_second: u64,
        measured: Duration,
    ) -> io::Result<()> {
        let start = self.crowd.now_us();
        let due_at = |nth: u64| start + nth * 1_000_000 / lines_per_second;
        let warm = lines_per_second * micros(WARM_UP) / 1_000_000;
        let lines = warm + lines_per_second * micros(measured) / 1_000_000;
        let mut first = self.mark();
        for nth in 0..lines {
            if nth == warm {
                self.crowd.forget_latencies();
                first = self.mark();
            }
            while self.crowd.now_us() < due_at(nth) {
                self.crowd.turn(due_at(nth))?;
            }
            let speakers = self.scenario.clients - self.scenario.frozen;
            let speaker = usize::try_from(nth).unwrap_or(0) % speakers;
            self.crowd.say(speaker, due_at(nth));
        }
        while self.crowd.now_us() < due_at(lines) {
            self.crowd.turn(due_at(lines))?;
        }
        self.read_figures(&first);
        self.drain()?;
        self.read_latencies();
        Ok(())
    }

    fn say_one(&mut self) -> io::Result<()> {
        let first = self.mark();
        self.crowd.say(0, self.crowd.now_us());
        self.drain()?;
        self.read_figures(&first);
        self.read_latencies();
        Ok(())
    }

    /// One more than there is room for is told so.
    fn come_too_late(&mut self) -> io::Result<()> {
        let nth = self.crowd.len();
        self.crowd.connect(nth)?;
        let refused = self.crowd.turn_until(ARRIVAL_MAX, |crowd| {
            crowd.standing(nth) == Standing::Gone
        })?;
        if refused == Ended::InVain || !self.crowd.was_refused(nth) {
            self.outcome.dropped += 1;
        }
        Ok(())
    }

    /// Waits for the lines that are under way.
    pub fn drain(&mut self) -> io::Result<()> {
        self.crowd.turn_until(DRAIN_MAX, |crowd| {
            crowd.lines_under_way() == 0 || crowd.silence() > SILENCE_MAX
        })?;
        Ok(())
    }

    fn mark(&self) -> Mark {
        Mark {
            server_cpu: self.server.gauge.cpu(),
            own_cpu: Gauge::new(std::process::id()).cpu(),
            heard: self.crowd.heard_in_all(),
            at_us: self.crowd.now_us(),
        }
    }

    fn read_figures(&mut self, first: &Mark) {
        let last = self.mark();
        let lines = (last.heard - first.heard) as f64;
        let seconds = (last.at_us - first.at_us) as f64 / 1e6;
        let cpu = last.server_cpu.saturating_sub(first.server_cpu);
        let own = last.own_cpu.saturating_sub(first.own_cpu);
        self.outcome.cpu_us = cpu.as_secs_f64() * 1e6 / lines;
        self.outcome.per_second = lines / seconds;
        self.outcome.load_busy = own.as_secs_f64() / seconds;
        self.outcome.threads_busy = self.server.gauge.threads() as f64;
    }

    fn read_latencies(&mut self) {
        let latency = self.crowd.latency_us();
        let at = |quantile| latency.value_at_quantile(quantile) as f64;
        self.outcome.p50_us = at(0.5);
        self.outcome.p99_us = at(0.99);
        self.outcome.p999_us = at(0.999);
    }

    fn finish(mut self) -> Outcome {
        let clients = self.scenario.clients;
        let peak = self.server.gauge.resident_max_kib();
        self.outcome.peak_kib = peak as f64;
        self.outcome.growth_kib += peak as f64;
        let here = self.crowd.count_first(clients, Standing::Listening);
        let missing = clients - self.scenario.frozen - here;
        self.outcome.dropped += missing as u64;
        self.outcome.faults = self.crowd.faults(clients);
        self.outcome
    }
}

/// A duration in microseconds.
pub fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
