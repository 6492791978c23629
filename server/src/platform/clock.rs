//! What time it is here. The one file that knows the time zone. Must not
//! decide who is told the time.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A clock for one time zone. Looking at it reads no file and takes no lock.
#[derive(Clone)]
pub struct Clock {
    zone: TimeZone,
}

/// A local time, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(DateTime);

impl Clock {
    /// A clock for the time zone of this machine, as it is set now.
    ///
    /// Reads files, and needs more stack than the thread of a client has:
    /// call it once, from the main thread.
    pub fn local() -> Self {
        Self {
            zone: TimeZone::system(),
        }
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        Moment(self.zone.to_datetime(Timestamp::now()))
    }
}

impl Moment {
    /// `2026-11-23`.
    pub fn date(&self) -> impl fmt::Display {
        self.0.date()
    }

    /// `14:03:07`, as the room tells it.
    pub fn time(&self) -> String {
        let time = self.0.time();
        let (hour, minute) = (time.hour(), time.minute());
        format!("{hour:02}:{minute:02}:{:02}", time.second())
    }
}
