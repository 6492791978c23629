//! How fast one client may talk, moment by moment: no test here waits.

use std::time::{Duration, Instant};

use chat_server::config::{BYTES_PER_LINE, Rate};
use chat_server::limits::pace::{Buckets, Cost, Pace, Turn};
use chat_server::platform::sync::{Arc, Mutex};

const RATE: Rate = Rate {
    lines_per_second: 10,
    burst_lines: 30,
};

const LINE: Cost = Cost { lines: 1, bytes: 9 };

fn start() -> (Arc<Mutex<Buckets>>, Instant) {
    let now = Instant::now();
    (Arc::new(Mutex::new(Buckets::full(RATE, now))), now)
}

/// How often this can be paid for at once.
fn at_once(pace: &mut Pace, cost: Cost, now: Instant) -> usize {
    (0..1000)
        .take_while(|_| pace.turn(cost, now) == Turn::Now)
        .count()
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[test]
fn a_newcomer_may_say_a_burst_and_then_keeps_to_the_rate() {
    let (loans, now) = start();
    let mut pace = Pace::new(RATE, loans, now);
    assert_eq!(at_once(&mut pace, LINE, now), 30);
    assert_eq!(pace.turn(LINE, now), Turn::In(seconds(0.1)));
    let later = now + seconds(1.01);
    assert_eq!(at_once(&mut pace, LINE, later), 10);
    let much_later = now + seconds(3600.0);
    assert_eq!(at_once(&mut pace, LINE, much_later), 30);
}

#[test]
fn long_lines_pass_more_slowly_than_short_ones() {
    let (loans, now) = start();
    let mut pace = Pace::new(RATE, loans, now);
    let long = Cost {
        lines: 1,
        bytes: 5 * BYTES_PER_LINE,
    };
    assert_eq!(at_once(&mut pace, long, now), 30 / 5);
    let later = now + seconds(1.01);
    assert_eq!(at_once(&mut pace, long, later), 10 / 5);
}

#[test]
fn bytes_without_a_line_are_paid_for_before_anything_else() {
    let (loans, now) = start();
    let mut pace = Pace::new(RATE, loans, now);
    let read = Cost {
        lines: 0,
        bytes: 40 * BYTES_PER_LINE,
    };
    assert_eq!(pace.turn(read, now), Turn::Now);
    // A burst was there; ten lines' worth is owed.
    let Turn::In(wait) = pace.turn(Cost::default(), now) else {
        panic!("nothing is owed");
    };
    assert_eq!(wait, seconds(1.0));
}

#[test]
fn all_newcomers_from_one_address_are_lent_one_burst() {
    let (loans, now) = start();
    let said: usize = (0..50)
        .map(|_| Pace::new(RATE, Arc::clone(&loans), now))
        .map(|mut pace| at_once(&mut pace, LINE, now))
        .sum();
    assert_eq!(said, 30);
}

#[test]
fn whoever_keeps_to_the_rate_never_waits_whatever_others_do() {
    let (loans, now) = start();
    let mut flooder = Pace::new(RATE, Arc::clone(&loans), now);
    let mut calm = Pace::new(RATE, loans, now);
    for tenth in 1..100 {
        let now = now + seconds(0.1001) * tenth;
        at_once(&mut flooder, LINE, now);
        assert_eq!(calm.turn(LINE, now), Turn::Now, "{tenth}");
    }
}

#[test]
fn what_is_lent_and_what_is_earned_are_together_a_burst_and_the_rate() {
    let (loans, now) = start();
    let mut pace = Pace::new(RATE, loans, now);
    let said: usize = (0..=100)
        .map(|tenth| at_once(&mut pace, LINE, now + seconds(0.1) * tenth))
        .sum();
    assert!((129..=130).contains(&said), "{said} in ten seconds");
}
