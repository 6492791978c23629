//! What a thread is to do later, beside what others send to it.

use std::time::Duration;

use chat_server::platform::agenda::{Agenda, Next};
use chat_server::platform::sync::{Instant, unbounded};

#[test]
fn what_is_sent_comes_first_then_what_is_due_first() {
    let (sender, sent) = unbounded();
    let mut agenda = Agenda::default();
    let now = Instant::now();
    let moment = Duration::from_millis(1);
    for (at, what) in [(now + moment, "b"), (now + moment, "c"), (now, "a")] {
        agenda.add(at, what);
    }
    sender.send(7).expect("a receiver");
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(match agenda.next(&sent) {
            Next::Sent(number) => format!("{number}"),
            Next::Due(what) => what.to_owned(),
            Next::Over => "over".to_owned(),
        });
    }
    assert_eq!(order, ["7", "a", "b", "c"]);
    agenda.add(now + Duration::from_secs(1000), "never");
    drop(sender);
    assert!(matches!(agenda.next(&sent), Next::Over));
}
