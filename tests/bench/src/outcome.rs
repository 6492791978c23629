//! What one round of one scenario gave, and the median of several rounds.

use super::tally::Faults;

/// The figures of one round, or the medians of several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Processor time of the server per line that reached a client, in
    /// microseconds; in a churn, per stay.
    pub cpu_us: f64,
    /// Lines that reached a client, per second; in a churn, stays.
    pub per_second: f64,
    /// Half of all lines took no longer, in microseconds.
    pub p50_us: f64,
    /// 99 of 100.
    pub p99_us: f64,
    /// 999 of 1,000.
    pub p999_us: f64,
    /// The most memory the server had resident, in KiB.
    pub peak_kib: f64,
    /// How much more that was than when all clients were in.
    pub growth_kib: f64,
    /// What one more client costs that sits there, in KiB.
    pub idle_kib: f64,
    /// Threads of the server when all clients were in.
    pub threads: f64,
    /// Threads of the server while they talked.
    pub threads_busy: f64,
    /// How busy the load program was: 1 is a whole processor.
    pub load_busy: f64,
    /// Clients that were thrown out, or never got in, and should be there.
    pub dropped: u64,
    /// What went wrong with lines.
    pub faults: Faults,
}

/// One column.
pub struct Figure {
    /// What it is called in JSON.
    pub key: &'static str,
    /// Reads it.
    pub of: fn(&Outcome) -> f64,
}

/// Everything that has a median.
pub const FIGURES: [Figure; 11] = [
    figure("cpu_us_per_line", |o| o.cpu_us),
    figure("lines_per_second", |o| o.per_second),
    figure("p50_us", |o| o.p50_us),
    figure("p99_us", |o| o.p99_us),
    figure("p999_us", |o| o.p999_us),
    figure("peak_kib", |o| o.peak_kib),
    figure("growth_kib", |o| o.growth_kib),
    figure("idle_kib_per_client", |o| o.idle_kib),
    figure("threads", |o| o.threads),
    figure("threads_busy", |o| o.threads_busy),
    figure("load_busy", |o| o.load_busy),
];

const fn figure(key: &'static str, of: fn(&Outcome) -> f64) -> Figure {
    Figure { key, of }
}

impl Outcome {
    /// The median of every figure, and the sum of all faults.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| middle(rounds, figure);
        Self {
            cpu_us: of(|o| o.cpu_us),
            per_second: of(|o| o.per_second),
            p50_us: of(|o| o.p50_us),
            p99_us: of(|o| o.p99_us),
            p999_us: of(|o| o.p999_us),
            peak_kib: of(|o| o.peak_kib),
            growth_kib: of(|o| o.growth_kib),
            idle_kib: of(|o| o.idle_kib),
            threads: of(|o| o.threads),
            threads_busy: of(|o| o.threads_busy),
            load_busy: of(|o| o.load_busy),
            dropped: rounds.iter().map(|o| o.dropped).sum(),
            faults: rounds
                .iter()
                .map(|o| o.faults)
                .fold(Faults::default(), Faults::plus),
        }
    }
}

fn middle(rounds: &[Outcome], figure: fn(&Outcome) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(figure).collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        len if len % 2 == 1 => values[len / 2],
        len => f64::midpoint(values[len / 2 - 1], values[len / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(cpu_us: f64, lost: u64) -> Outcome {
        Outcome {
            cpu_us,
            faults: Faults {
                lost,
                ..Faults::default()
            },
            ..Outcome::default()
        }
    }

    #[test]
    fn figures_have_medians_and_faults_are_summed() {
        let three = [round(9.0, 1), round(1.0, 0), round(2.0, 5)];
        let median = Outcome::median(&three);
        assert!((median.cpu_us - 2.0).abs() < 1e-9);
        assert_eq!(median.faults.lost, 6);
        let two = Outcome::median(&three[..2]);
        assert!((two.cpu_us - 5.0).abs() < 1e-9);
    }
}
