//! How many may come in: in all, and from one address. Must not know what
//! they do here. Only the thread at the door uses it, so it needs no lock.

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
    /// All seats are taken.
    InAll(usize),
    /// All seats for this origin are taken.
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

/// The seats.
#[derive(Debug)]
pub struct ConnectionLimits {
    seats_max: usize,
    per_address_max: Option<usize>,
    taken: usize,
    taken_from: HashMap<Origin, usize>,
}

impl ConnectionLimits {
    /// All seats free.
    pub fn new(seats_max: usize, per_address_max: Option<usize>) -> Self {
        Self {
            seats_max,
            per_address_max,
            taken: 0,
            taken_from: HashMap::new(),
        }
    }

    /// Takes a seat for somebody from there.
    ///
    /// # Errors
    /// When there is none.
    pub fn take(&mut self, origin: Origin) -> Result<(), Full> {
        if self.taken >= self.seats_max {
            return Err(Full::InAll(self.seats_max));
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

    /// Frees a seat that was taken for somebody from there.
    pub fn free(&mut self, origin: Origin) {
        if let Some(from_there) = self.taken_from.get_mut(&origin) {
            *from_there -= 1;
            self.taken -= 1;
            if *from_there == 0 {
                self.taken_from.remove(&origin);
            }
        }
    }

    /// How many are taken.
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
    fn seats_in_all_are_limited_and_come_back() {
        let mut seats = ConnectionLimits::new(2, None);
        let origin = from("10.0.0.1");
        assert_eq!(seats.take(origin), Ok(()));
        assert_eq!(seats.take(origin), Ok(()));
        assert_eq!(seats.take(origin), Err(Full::InAll(2)));
        seats.free(origin);
        assert_eq!(seats.take(origin), Ok(()));
    }

    #[test]
    fn seats_per_address_are_limited_for_that_address_only() {
        let mut seats = ConnectionLimits::new(9, Some(1));
        assert_eq!(seats.take(from("10.0.0.1")), Ok(()));
        assert_eq!(seats.take(from("10.0.0.1")), Err(Full::PerAddress(1)));
        assert_eq!(seats.take(from("10.0.0.2")), Ok(()));
        seats.free(from("10.0.0.1"));
        assert_eq!(seats.take(from("10.0.0.1")), Ok(()));
        assert_eq!(seats.taken(), 2);
    }

    #[test]
    fn an_ipv6_origin_is_a_network_and_a_mapped_ipv4_address_is_ipv4() {
        assert_eq!(from("2001:db8:1:2::3"), from("2001:db8:1:2:ffff::4"));
        assert_ne!(from("2001:db8:1:2::3"), from("2001:db8:1:3::3"));
        assert_eq!(from("::ffff:10.0.0.1"), from("10.0.0.1"));
    }
}
