//! How many may come in: in all, and from one address. Must not know what
//! they do here. Only the thread that accepts uses it, so it needs no lock.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;

/// Where somebody comes from, as far as the limit per address goes: an IPv4
/// address, or the first half of an IPv6 address. A household has one of the
/// former, and 2^64 addresses of the latter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let network = v6.to_bits() >> 64 << 64;
                IpAddr::V6(network.into())
            }
            v4 => v4,
        })
    }
}

/// Why somebody cannot come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// As many are connected as may be.
    InAll(usize),
    /// As many are connected from this origin as may be.
    PerAddress(usize),
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InAll(max) => write!(
                f,
                "the room is full: {max} people are here; try again later"
            ),
            Self::PerAddress(max) => write!(
                f,
                "the room is full for your address: {max} people are here \
                 from it"
            ),
        }
    }
}

/// How many clients are connected, and how many may be.
#[derive(Debug)]
pub struct ConnectionLimits {
    clients_max: usize,
    per_address_max: Option<usize>,
    taken: usize,
    taken_from: HashMap<Origin, usize>,
}

impl ConnectionLimits {
    /// Nobody is connected.
    pub fn new(clients_max: usize, per_address_max: Option<usize>) -> Self {
        Self {
            clients_max,
            per_address_max,
            taken: 0,
            taken_from: HashMap::new(),
        }
    }

    /// Takes a place for somebody from there.
    ///
    /// # Errors
    /// When there is none.
    pub fn take(&mut self, origin: Origin) -> Result<(), Full> {
        if self.taken >= self.clients_max {
            return Err(Full::InAll(self.clients_max));
        }
        let from_there = self.taken_from.entry(origin).or_insert(0);
        match self.per_address_max {
            Some(max) if *from_there >= max => Err(Full::PerAddress(max)),
            _ => {
                *from_there += 1;
                self.taken += 1;
                Ok(())
            }
        }
    }

    /// Frees a place that was taken for somebody from there.
    pub fn free(&mut self, origin: Origin) {
        if let Some(from_there) = self.taken_from.get_mut(&origin) {
            *from_there -= 1;
            self.taken -= 1;
            if *from_there == 0 {
                self.taken_from.remove(&origin);
            }
        }
    }

    /// How many places are taken.
    pub fn taken(&self) -> usize {
        self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> Origin {
        Origin::from(text.parse::<IpAddr>().expect(text))
    }

    #[test]
    fn places_in_all_are_limited_and_come_back() {
        let mut limits = ConnectionLimits::new(2, None);
        let origin = from("10.0.0.1");
        assert_eq!(limits.take(origin), Ok(()));
        assert_eq!(limits.take(origin), Ok(()));
        assert_eq!(limits.take(origin), Err(Full::InAll(2)));
        limits.free(origin);
        assert_eq!(limits.take(origin), Ok(()));
    }

    #[test]
    fn places_per_address_are_limited_for_that_address_only() {
        let mut limits = ConnectionLimits::new(9, Some(1));
        assert_eq!(limits.take(from("10.0.0.1")), Ok(()));
        assert_eq!(limits.take(from("10.0.0.1")), Err(Full::PerAddress(1)));
        assert_eq!(limits.take(from("10.0.0.2")), Ok(()));
        limits.free(from("10.0.0.1"));
        assert_eq!(limits.take(from("10.0.0.1")), Ok(()));
        assert_eq!(limits.taken(), 2);
    }

    #[test]
    fn an_ipv6_origin_is_a_network_and_a_mapped_ipv4_address_is_ipv4() {
        assert_eq!(from("2001:db8:1:2::3"), from("2001:db8:1:2:ffff::4"));
        assert_ne!(from("2001:db8:1:2::3"), from("2001:db8:1:3::3"));
        assert_eq!(from("::ffff:10.0.0.1"), from("10.0.0.1"));
    }
}
