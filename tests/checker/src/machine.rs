//! The machine the checker runs on: how busy it is. Knows no program.

use std::fs;
use std::time::{Duration, Instant};

/// How many times as long as usual anything may take on a busy machine.
const LONGER_MAX: u32 = 4;

/// Measures time, and leaves out most of that in which somebody on this
/// machine had to wait for a processor. Without `/proc` that is all time.
#[derive(Debug)]
pub struct Stopwatch {
    started: Instant,
    crowded: Duration,
}

impl Stopwatch {
    /// Begins now.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            crowded: crowded(),
        }
    }

    /// How long it has been running.
    pub fn elapsed(&self) -> Duration {
        let all = self.started.elapsed();
        let crowded = crowded().saturating_sub(self.crowded);
        all.saturating_sub(crowded).max(all / LONGER_MAX)
    }
}

/// In how much time since the machine started somebody who could run had to
/// wait for a processor.
fn crowded() -> Duration {
    let pressure = fs::read_to_string("/proc/pressure/cpu");
    Duration::from_micros(total(&pressure.unwrap_or_default()).unwrap_or(0))
}

/// The microseconds in `some avg10=1.00 avg60=1.00 avg300=1.00 total=123`.
fn total(pressure: &str) -> Option<u64> {
    let line = pressure.lines().find(|line| line.starts_with("some "))?;
    line.rsplit_once("total=")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressure_is_read_as_the_kernel_writes_it() {
        let text = "some avg10=97.79 avg60=97.07 avg300=97.00 total=1121\n\
                    full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";
        assert_eq!(total(text), Some(1121));
        assert_eq!(total(""), None);
    }

    #[test]
    fn a_busy_machine_makes_time_longer_and_not_endless() {
        let watch = Stopwatch {
            started: Instant::now()
                .checked_sub(Duration::from_secs(40))
                .expect("the machine runs for a minute"),
            // As if everybody had waited all the time.
            crowded: crowded().saturating_sub(Duration::from_secs(600)),
        };
        let elapsed = watch.elapsed();
        assert!(elapsed >= Duration::from_secs(10), "{elapsed:?}");
        assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
    }
}
