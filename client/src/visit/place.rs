//! Where a client is in the history of a room, and what it is known by there.
//! Pure: must not know where that is kept.

use chat_common::lines::Line;
use chat_common::numbered::{Hello, Resume};

/// What it takes to come back to a room and hear what was missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which history of the room `last` belongs to.
    pub epoch: String,
    /// The last number that was heard of.
    pub last: u64,
    /// What the room gave this client, to be known again.
    pub token: String,
}

impl Place {
    /// Reads a line that [`hello`] has written.
    pub fn read(line: &str) -> Option<Self> {
        let Resume { epoch, last, token } = Hello::parse(line)?.resume?;
        Some(Self {
            epoch: epoch.to_owned(),
            last,
            token: token.to_owned(),
        })
    }
}

/// The line that asks a room for numbers, and for what was missed since.
pub fn hello(place: Option<&Place>) -> Line {
    let resume = place.map(|place| Resume {
        epoch: &place.epoch,
        last: place.last,
        token: &place.token,
    });
    Line::new(&Hello { resume }.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_one_says_to_come_back() {
        let place = Place {
            epoch: "9f3c".to_owned(),
            last: 1042,
            token: "5ab1".to_owned(),
        };
        let line = hello(Some(&place));
        assert_eq!(line.as_str(), "/numbered 1 9f3c 1042 5ab1");
        assert_eq!(Place::read(line.as_str()), Some(place));
        assert_eq!(Place::read(hello(None).as_str()), None);
    }
}
