//! What each address has left for its newcomers, moment by moment: no test
//! here waits.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use chat_server::config::Config;
use chat_server::limits::connection_limits::Origin;
use chat_server::limits::newcomers::Arrival;
use chat_server::limits::newcomers::Newcomers;
use chat_server::limits::pace::{Cost, Turn};

fn from(text: &str) -> Origin {
    Origin::from(text.parse::<IpAddr>().expect(text))
}

fn newcomers() -> (Newcomers, Instant) {
    let config = Config {
        arrivals_max: Some(3),
        ..Config::default()
    };
    (Newcomers::new(&config), Instant::now())
}

fn named(newcomers: &mut Newcomers, from: Origin, now: Instant) -> usize {
    (0..10)
        .filter(|_| newcomers.admit(from, now).arrival == Arrival::Named)
        .count()
}

#[test]
fn some_are_told_of_by_name_and_then_one_a_second_from_each_address() {
    let (mut newcomers, now) = newcomers();
    assert_eq!(named(&mut newcomers, from("10.0.0.1"), now), 3);
    assert_eq!(named(&mut newcomers, from("10.0.0.2"), now), 3);
    let later = now + Duration::from_millis(1001);
    assert_eq!(named(&mut newcomers, from("10.0.0.1"), later), 1);
    let much_later = now + Duration::from_secs(60);
    assert_eq!(named(&mut newcomers, from("10.0.0.1"), much_later), 3);
}

#[test]
fn what_an_address_lent_is_remembered_until_it_has_rested() {
    let (mut newcomers, now) = newcomers();
    let origin = from("10.0.0.1");
    let say = |newcomers: &mut Newcomers, now| {
        let pace = newcomers.admit(origin, now).pace;
        let mut pace = pace.expect("clients are paced");
        let line = Cost { lines: 1, bytes: 9 };
        (0..1000)
            .take_while(|_| pace.turn(line, now) == Turn::Now)
            .count()
    };
    assert_eq!(say(&mut newcomers, now), 100);
    assert_eq!(say(&mut newcomers, now), 0);
    let rested = now + Duration::from_secs(60);
    assert_eq!(say(&mut newcomers, rested), 100);
}
