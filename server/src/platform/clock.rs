//! What time it is here. The one file that knows the time zone. Must not
//! decide who is told the time.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// A clock for one time zone. Looking at it reads no file and takes no lock.
#[derive(Clone, Debug)]
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

    /// The moment that somebody means who writes `14:03`, or `14:03:07`, with a
    /// date like `2026-11-23` before it or without: then it is the last time
    /// that it was so late here. A date alone is its first moment. `None` is
    /// no time.
    pub fn read(&self, text: &str) -> Option<Moment> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            [date, time] => self.local_at(date_of(date)?, time_of(time)?),
            [word] => match date_of(word) {
                Some(date) => self.local_at(date, Time::midnight()),
                None => self.last_at(time_of(word)?),
            },
            _ => None,
        }
    }

    fn last_at(&self, time: Time) -> Option<Moment> {
        let now = self.now();
        let today = now.local.date();
        let at = self.local_at(today, time)?;
        match at.timestamp > now.timestamp {
            true => self.local_at(today.yesterday().ok()?, time),
            false => Some(at),
        }
    }

    /// When it is so late here. A time that a clock change leaves out is taken
    /// as if nobody had changed the clock; of one that comes twice the first.
    fn local_at(&self, date: Date, time: Time) -> Option<Moment> {
        let local = date.to_datetime(time);
        let zoned = local.to_zoned(self.zone.clone()).ok()?;
        Some(self.moment(zoned.timestamp()))
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

/// `2026-11-23`.
fn date_of(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, '-')?[..] else {
        return None;
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok()
}

/// `14:03`, `14:03:07`.
fn time_of(text: &str) -> Option<Time> {
    let (hour, minute, second) = match numbers(text, ':')?[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let small = |number| i8::try_from(number).ok();
    Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()
}

fn numbers(text: &str, between: char) -> Option<Vec<i16>> {
    let number = |word: &str| {
        let digits = word.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| word.parse().ok()).flatten()
    };
    text.split(between).map(number).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Clock {
        let zone = TimeZone::get("Europe/Berlin").expect("a time zone");
        Clock { zone }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let clock = berlin();
        for (text, right) in [
            ("2026-11-23 14:03", "2026-11-23 14:03:00"),
            ("2026-11-23  14:03:07", "2026-11-23 14:03:07"),
            ("2026-11-23 4:3", "2026-11-23 04:03:00"),
            ("2026-11-23", "2026-11-23 00:00:00"),
            // The clock was put forward at 2, and back at 3.
            ("2026-03-29 02:30", "2026-03-29 03:30:00"),
            ("2026-10-25 02:30", "2026-10-25 02:30:00"),
        ] {
            let at = clock.read(text).expect(text);
            assert_eq!(format!("{} {}", at.date(), at.time()), right);
        }
        for text in [
            "",
            "14",
            "24:00",
            "14:60",
            "14:03:60",
            "-1:03",
            "14:03:07:01",
            "2026-02-30",
            "2026-13-01 14:03",
            "14:03 2026-11-23",
            "2026-11-23 14:03 x",
            "99999-01-01",
            "[14:03]",
            "١٤:٠٣",
            "noon",
        ] {
            assert_eq!(clock.read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_time_without_a_date_is_the_last_one() {
        let clock = berlin();
        let now = clock.now();
        let mut dates = Vec::new();
        for hour in 0..24 {
            let at = clock.read(&format!("{hour}:30")).expect("a time");
            let ago = now.seconds() - at.seconds();
            // With an hour more where the clock was changed.
            assert!((0..26 * 3600).contains(&ago), "{hour}: {ago}");
            dates.push(at.date().to_string());
        }
        dates.dedup();
        assert!(dates.len() <= 2, "{dates:?}");
    }
}
