//! A clock that is a second later each time somebody looks at it, so that
//! a time looked at too early shows in the order of the lines.

use std::cell::Cell;

thread_local! {
    static SECONDS: Cell<u32> = const { Cell::new(0) };
}

/// Begins a schedule.
pub fn begin() {
    SECONDS.set(0);
}

#[derive(Clone)]
pub struct Clock;

pub struct Moment {
    pub date: String,
    pub time: String,
}

impl Clock {
    pub fn now(&self) -> Moment {
        let seconds = SECONDS.get() + 1;
        SECONDS.set(seconds);
        let (minutes, second) = (seconds / 60, seconds % 60);
        let (hour, minute) = (minutes / 60, minutes % 60);
        Moment {
            date: "2026-11-23".to_owned(),
            time: format!("{hour:02}:{minute:02}:{second:02}"),
        }
    }
}
