//! Arrivals and departures in a crowd: counted, and told together. Must not
//! tell them itself.
//!
//! With n people here, n arrivals are n * n lines. Above a few hundred the
//! lines are noise and the traffic a burden.

use std::time::Duration;

use chat_common::events::Event;

/// How often a crowd is told of arrivals and departures.
pub const TELLING_INTERVAL: Duration = Duration::from_secs(1);

/// How many people who have a name that somebody else had are told of at one
/// telling: with their departures, as many lines as one client may say in the
/// time.
pub const NAMED_AT_ONCE_MAX: usize = 10;

/// Whether somebody has to be asked to tell the count when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Yes: this is the first since the last telling.
    ToBeAsked,
    /// No: it is under way.
    UnderWay,
}

/// Those not told of yet.
#[derive(Debug, Default)]
pub struct Crowd {
    joined: usize,
    left: usize,
    asked: bool,
}

impl Crowd {
    /// Somebody came.
    pub fn count_arrival(&mut self) -> Telling {
        self.joined += 1;
        self.ask()
    }

    /// Somebody left.
    pub fn count_departure(&mut self) -> Telling {
        self.left += 1;
        self.ask()
    }

    /// Somebody is to be told of by name at the next telling.
    pub fn await_telling(&mut self) -> Telling {
        self.ask()
    }

    /// The time of the telling has come.
    pub fn telling_is_due(&mut self) {
        self.asked = false;
    }

    /// What is to be told, if anything is. The count starts anew.
    pub fn take(&mut self) -> Option<Event<'static>> {
        let joined = std::mem::take(&mut self.joined);
        let left = std::mem::take(&mut self.left);
        (joined + left > 0).then_some(Event::Crowd { joined, left })
    }

    fn ask(&mut self) -> Telling {
        if std::mem::replace(&mut self.asked, true) {
            Telling::UnderWay
        } else {
            Telling::ToBeAsked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telling_is_asked_for_once_each_time() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.count_arrival(), Telling::ToBeAsked);
        assert_eq!(crowd.count_departure(), Telling::UnderWay);
        crowd.telling_is_due();
        assert_eq!(crowd.count_departure(), Telling::ToBeAsked);
        let told = Event::Crowd { joined: 1, left: 2 };
        assert_eq!(crowd.take(), Some(told));
        assert_eq!(crowd.take(), None);
    }
}
