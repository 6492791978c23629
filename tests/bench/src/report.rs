//! What all rounds gave, as a table for people and as JSON for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::bars::{self, Verdict};
use super::outcome::{FIGURES, Outcome};
use super::peers::Peer;
use super::scenarios::{Load, Scenario};

/// What one server did in one scenario.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was played.
    pub scenario: Scenario,
    /// By whom.
    pub peer: Peer,
    /// The medians of the rounds, or why there are none.
    pub outcome: Result<Outcome, String>,
}

/// Everything that was measured in one run.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Scenario by scenario.
    pub rows: Vec<Row>,
}

impl Results {
    /// What this server did in this scenario.
    pub fn find(&self, scenario: &str, peer: Peer) -> Option<&Outcome> {
        let row = self
            .rows
            .iter()
            .find(|row| row.scenario.name == scenario && row.peer == peer)?;
        row.outcome.as_ref().ok()
    }

    /// The scenarios that were played.
    pub fn scenarios(&self) -> Vec<Scenario> {
        let mut played: Vec<Scenario> =
            self.rows.iter().map(|row| row.scenario).collect();
        played.dedup();
        played
    }

    /// The tables, one for each scenario, and the bars.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for scenario in self.scenarios() {
            text.push_str(&self.table_of(&scenario));
            text.push('\n');
        }
        text.push_str(&self.bar_table());
        text
    }

    /// What became of the claims.
    pub fn bar_table(&self) -> String {
        bar_table(&bars::verdicts(self))
    }

    /// The table of one scenario.
    pub fn table_of(&self, scenario: &Scenario) -> String {
        let mut text = format!("{} ({})\n\n", scenario.title, scenario.name);
        text.push_str(&header(scenario.load));
        let rows = self.rows.iter();
        for row in rows.filter(|row| row.scenario == *scenario) {
            // Writing to a String cannot fail.
            let _ = match &row.outcome {
                Ok(outcome) => writeln!(text, "{}", cells(row.peer, outcome)),
                Err(why) => writeln!(text, "| {:8} | {why}", row.peer.name()),
            };
        }
        text
    }

    /// All of it.
    pub fn json(&self, machine: &str, rounds: usize, seconds: f64) -> Value {
        let rows: Vec<Value> = self.rows.iter().map(row_json).collect();
        let bars: Vec<Value> = bars::verdicts(self)
            .iter()
            .map(|bar| {
                json!({
                    "claim": bar.claim,
                    "value": bar.value,
                    "limit": bar.limit,
                    "kept": bar.is_kept(),
                })
            })
            .collect();
        json!({
            "machine": machine,
            "rounds": rounds,
            "seconds": seconds,
            "results": rows,
            "bars": bars,
        })
    }
}

fn header(load: Load) -> String {
    let each = match load {
        Load::Churn { .. } => "stay",
        _ => "line",
    };
    format!(
        "| server   | µs/{each}  | {each}s/s     | p50 ms | p99 ms | \
         p99.9 ms | peak MB | KB/client | threads | faults | load |\n\
         |----------|----------|-------------|--------|--------|\
         ----------|---------|-----------|---------|--------|------|\n"
    )
}

fn cells(peer: Peer, outcome: &Outcome) -> String {
    let faults = outcome.faults;
    let what_went_wrong = match (faults.count(), outcome.dropped) {
        (0, 0) => "0".to_owned(),
        _ => format!(
            "lost {} doubled {} reordered {} dropped {}",
            faults.lost, faults.doubled, faults.reordered, outcome.dropped
        ),
    };
    let threads = if outcome.threads_busy > outcome.threads {
        format!("{}-{}", outcome.threads, outcome.threads_busy)
    } else {
        outcome.threads.to_string()
    };
    format!(
        "| {:8} | {:8} | {:11} | {:6} | {:6} | {:8} | {:7.1} | {:9.1} | {:>7} \
         | {:>6} | {:3.0}% |",
        peer.name(),
        short(outcome.cpu_us),
        thousands(outcome.per_second),
        short(outcome.p50_us / 1000.0),
        short(outcome.p99_us / 1000.0),
        short(outcome.p999_us / 1000.0),
        outcome.peak_kib / 1024.0,
        outcome.idle_kib,
        threads,
        what_went_wrong,
        outcome.load_busy * 100.0,
    )
}

/// Three digits that matter.
fn short(value: f64) -> String {
    if !value.is_finite() {
        "-".to_owned()
    } else if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.4}")
    }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn bar_table(verdicts: &[Verdict]) -> String {
    let mut text = "The bars\n\n".to_owned();
    for bar in verdicts {
        let kept = if bar.is_kept() { "kept" } else { "MISSED" };
        let _ = writeln!(
            text,
            "{kept:6}  {}: {:.3} ({} {})",
            bar.claim, bar.value, bar.side, bar.limit
        );
    }
    text
}

fn row_json(row: &Row) -> Value {
    let mut value = json!({
        "scenario": row.scenario.name,
        "server": row.peer.name(),
    });
    match &row.outcome {
        Err(why) => value["left_out"] = json!(why),
        Ok(outcome) => {
            for figure in &FIGURES {
                // What is not a number becomes null.
                value[figure.key] = json!((figure.of)(outcome));
            }
            value["lost"] = json!(outcome.faults.lost);
            value["doubled"] = json!(outcome.faults.doubled);
            value["reordered"] = json!(outcome.faults.reordered);
            value["dropped"] = json!(outcome.dropped);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_to_be_read() {
        assert_eq!(thousands(1_234_567.8), "1,234,568");
        assert_eq!(thousands(12.0), "12");
        assert_eq!(short(f64::NAN), "-");
        assert_eq!(short(0.0231), "0.0231");
        assert_eq!(short(5.304), "5.30");
    }
}
