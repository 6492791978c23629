//! What time it is here, as text. The one file that knows the time zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A clock for one time zone. Looking at it reads no file and takes no lock.
#[derive(Clone)]
pub struct Clock {
    zone: TimeZone,
}

/// The local time, as the room and the transcript write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// `2026-11-23`.
    pub date: String,
    /// `14:03:07`.
    pub time: String,
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
        let now = Timestamp::now().to_zoned(self.zone.clone());
        Moment {
            date: now.strftime("%F").to_string(),
            time: now.strftime("%T").to_string(),
        }
    }
}
