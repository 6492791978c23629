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

/// A time, and what it is here, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    timestamp: Timestamp,
    local: DateTime,
}

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
        self.moment(Timestamp::now())
    }

    /// The time so many seconds after the beginning of 1970 in UTC; `None` is
    /// beyond all calendars.
    pub fn at(&self, seconds: i64) -> Option<Moment> {
        Timestamp::from_second(seconds)
            .ok()
            .map(|it| self.moment(it))
    }

    /// How far it is from UTC now, and the name of the zone if it has one:
    /// `UTC+01 (Europe/Berlin)`.
    pub fn zone(&self) -> String {
        let offset = self.zone.to_offset(Timestamp::now());
        match self.zone.iana_name() {
            Some(name) => format!("UTC{offset} ({name})"),
            None => format!("UTC{offset}"),
        }
    }

    fn moment(&self, timestamp: Timestamp) -> Moment {
        let local = self.zone.to_datetime(timestamp);
        Moment { timestamp, local }
    }
}

impl Moment {
    /// `2026-11-23`.
    pub fn date(&self) -> impl fmt::Display {
        self.local.date()
    }

    /// Seconds since the beginning of 1970 in UTC.
    pub fn seconds(&self) -> i64 {
        self.timestamp.as_second()
    }

    /// `14:03:07`, and before it the date unless `now` is the same day.
    pub fn seen_from(&self, now: Self) -> String {
        match self.local.date() == now.local.date() {
            true => self.time(),
            false => format!("{} {}", self.date(), self.time()),
        }
    }

    /// `14:03:07`, as the room tells it.
    pub fn time(&self) -> String {
        let time = self.local.time();
        let (hour, minute) = (time.hour(), time.minute());
        format!("{hour:02}:{minute:02}:{:02}", time.second())
    }
}
