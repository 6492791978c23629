//! What each address has left for its newcomers: how many more are told of by
//! name, and what they may say before they have earned it. Must not wait.
//! Only the thread that accepts uses it, so it needs no lock.
//!
//! Whoever comes costs everybody a line, and another when they leave. Without
//! a limit, 60 programs that connected and left made 140 lines a second, and
//! one that said a burst and came again was not slowed at all.

use std::collections::HashMap;

use crate::config::{ARRIVALS_PER_SECOND, Config, Rate};
use crate::limits::connection_limits::Origin;
use crate::limits::pace::{Buckets, Pace};
use crate::limits::token_bucket::TokenBucket;
use crate::platform::sync::{Arc, Instant, Mutex};

/// How the room is told that somebody comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// By name, unless there is a crowd.
    Named,
    /// By count: too many came from the same address.
    Counted,
}

/// How somebody is let in.
pub struct Admission {
    /// How the room is told.
    pub arrival: Arrival,
    /// How fast they may talk; `None` is as fast as they can. In a box: it is
    /// handed on by threads that must not need much stack.
    pub pace: Option<Box<Pace>>,
}

/// Every address somebody came from lately.
pub struct Newcomers {
    /// How many from one address are told of by name at once; `None` is all.
    arrivals_max: Option<u32>,
    /// `None` when clients are not paced.
    rate: Option<Rate>,
    addresses: HashMap<Origin, Address>,
}

/// What one of them has left.
struct Address {
    /// `None` when all are told of by name.
    arrivals: Option<TokenBucket>,
    /// Shared with those who came from there. `None` when nobody is paced.
    loans: Option<Arc<Mutex<Buckets>>>,
}

impl Address {
    fn new(newcomers: &Newcomers, now: Instant) -> Self {
        let arrivals = newcomers
            .arrivals_max
            .map(|max| TokenBucket::full(ARRIVALS_PER_SECOND, max, now));
        let loans = newcomers
            .rate
            .map(|rate| Arc::new(Mutex::new(Buckets::full(rate, now))));
        Self { arrivals, loans }
    }

    /// Whether forgetting it makes no difference.
    fn is_rested(&self, now: Instant) -> bool {
        self.arrivals.as_ref().is_none_or(|a| a.is_full(now))
            && self.loans.as_ref().is_none_or(|loans| {
                // A session that still shares it may need it.
                Arc::strong_count(loans) == 1 && loans.lock().are_full(now)
            })
    }

    fn arrival(&mut self, now: Instant) -> Arrival {
        let arrivals = self.arrivals.as_mut();
        if arrivals.is_none_or(|arrivals| arrivals.try_take(1, now)) {
            Arrival::Named
        } else {
            Arrival::Counted
        }
    }
}

impl Newcomers {
    /// Nobody has come yet.
    pub fn new(config: &Config) -> Self {
        Self {
            arrivals_max: config.arrivals_max,
            rate: config.rate,
            addresses: HashMap::new(),
        }
    }

    /// Somebody comes from there.
    pub fn admit(&mut self, origin: Origin, now: Instant) -> Admission {
        self.addresses.retain(|_, address| !address.is_rested(now));
        let fresh = Address::new(self, now);
        let address = self.addresses.entry(origin).or_insert(fresh);
        let loans = address.loans.as_ref().map(Arc::clone);
        Admission {
            arrival: address.arrival(now),
            pace: self
                .rate
                .zip(loans)
                .map(|(rate, loans)| Box::new(Pace::new(rate, loans, now))),
        }
    }
}
