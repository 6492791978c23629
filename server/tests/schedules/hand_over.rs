//! The socket goes back and forth between those who put something into an
//! outbox and the thread that writes for a client that is behind: every
//! schedule of it.

use shuttle::thread::{Scope, scope};

use crate::circumstances::exhaust;
use crate::net::connection::{Half, Holds, Terminal, connection};
use crate::net::outbox::{Outbox, Put};
use crate::platform::sync::Instant;

/// More than anything here.
const BYTES_MAX: usize = 1000;

/// An outbox at the end of a network that takes half of what it is offered.
fn outbox(bytes_max: usize) -> (Terminal, Outbox) {
    let (terminal, connection) = connection(Holds::Halves);
    (terminal, Outbox::new(connection, bytes_max))
}

/// What has been sent so far.
fn sent(terminal: &mut Terminal) -> String {
    terminal.glance();
    terminal.heard()
}

/// Starts a catch-up thread if one is needed, as the job runner does.
fn follow_up<'scope>(
    scope: &'scope Scope<'scope, '_>,
    outbox: &'scope Outbox,
    put: Put,
) {
    match put {
        Put::Done => (),
        Put::NeedsCatchUp => {
            scope.spawn(|| outbox.drain());
        }
        Put::TooSlow => panic!("nothing here is more than the limit"),
    }
}

/// The same, for what may be more than the limit.
fn follow_up_unless_slow<'scope>(
    scope: &'scope Scope<'scope, '_>,
    outbox: &'scope Outbox,
    put: Put,
) {
    if put != Put::TooSlow {
        follow_up(scope, outbox, put);
    }
}

/// Puts texts and then the last words, while catch-up threads come and go;
/// with every return, whatever it waited for is true.
fn put_all<'scope>(
    scope: &'scope Scope<'scope, '_>,
    outbox: &'scope Outbox,
    texts: &[&str],
    last: &str,
) {
    for text in texts {
        follow_up(scope, outbox, outbox.put(text.as_bytes()));
    }
    follow_up(scope, outbox, outbox.put_last(last.as_bytes()));
    // Time stands still: only the last of them can end this.
    outbox.wait_until_drained(Instant::now());
}

#[test]
fn whoever_holds_the_socket_every_byte_goes_once_and_in_order() {
    exhaust(|| {
        let (mut terminal, outbox) = outbox(BYTES_MAX);
        scope(|scope| {
            scope.spawn(|| {
                put_all(scope, &outbox, &["one\n", "two\n"], "bye\n");
                assert_eq!(
                    sent(&mut terminal),
                    "one\ntwo\nbye\n",
                    "all was sent"
                );
            });
        });
        assert_eq!(
            sent(&mut terminal),
            "one\ntwo\nbye\n",
            "nothing was sent twice"
        );
        assert_eq!(terminal.closed(), [Half::Outgoing]);
        assert!(outbox.is_over());
    });
}

#[test]
fn what_is_kept_in_several_pieces_goes_once_and_in_order() {
    exhaust(|| {
        // An eighth of it is a piece: four bytes, so what is kept of these
        // is in two.
        let (mut terminal, outbox) = outbox(32);
        scope(|scope| {
            scope.spawn(|| put_all(scope, &outbox, &["123", "45678"], ""));
        });
        assert_eq!(sent(&mut terminal), "12345678");
    });
}

#[test]
fn a_piece_on_its_way_is_counted_until_all_of_it_is_sent() {
    exhaust(|| {
        let (mut terminal, outbox) = outbox(16);
        assert_eq!(outbox.put(b"1234"), Put::NeedsCatchUp);
        scope(|scope| {
            scope.spawn(|| outbox.drain());
            // Two are kept or on their way, unless the thread is done.
            let put = outbox.put(&[b'x'; 15]);
            let is_done = sent(&mut terminal).starts_with("1234");
            assert!(put == Put::TooSlow || is_done, "{put:?}");
            follow_up_unless_slow(scope, &outbox, put);
        });
    });
}

#[test]
fn a_connection_cut_at_any_moment_has_sent_a_beginning() {
    exhaust(|| {
        let (mut terminal, outbox) = outbox(BYTES_MAX);
        scope(|scope| {
            scope.spawn(|| outbox.abandon());
            for text in [&b"one\n"[..], b"two\n"] {
                follow_up(scope, &outbox, outbox.put(text));
            }
        });
        let sent = sent(&mut terminal);
        assert!("one\ntwo\n".starts_with(&sent), "{sent:?} is no beginning");
        assert_eq!(terminal.closed(), [Half::Both]);
    });
}

#[test]
fn whoever_waits_for_the_last_words_goes_on_when_the_connection_is_cut() {
    exhaust(|| {
        let (_terminal, outbox) = outbox(BYTES_MAX);
        assert_eq!(outbox.put_last(b"goodbye\n"), Put::NeedsCatchUp);
        scope(|scope| {
            // No thread could be had to catch up, and time stands still.
            scope.spawn(|| outbox.wait_until_drained(Instant::now()));
            scope.spawn(|| outbox.abandon());
        });
    });
}

#[test]
fn after_something_was_not_kept_only_the_last_words_are() {
    exhaust(|| {
        let (mut terminal, outbox) = outbox(8);
        scope(|scope| {
            follow_up(scope, &outbox, outbox.put(b"one\n"));
            let is_kept = outbox.put(b"seventeen bytes.\n") != Put::TooSlow;
            assert!(!is_kept || sent(&mut terminal).starts_with("one\n"));
            if !is_kept {
                // Shorter, and by now the thread may have caught up.
                assert_eq!(outbox.put(b"3\n"), Put::Done);
                follow_up(scope, &outbox, outbox.put_last(b"bye\n"));
            }
        });
        let sent = sent(&mut terminal);
        assert!(!sent.contains('3'), "after a gap: {sent:?}");
    });
}

#[test]
fn the_limit_counts_what_is_kept_and_one_byte_more_is_too_slow() {
    exhaust(|| {
        let (_terminal, outbox) = outbox(8);
        scope(|scope| {
            scope.spawn(|| assert!(!outbox.is_over()));
            // Half of it goes, and no thread comes.
            assert_eq!(outbox.put(b"1234"), Put::NeedsCatchUp);
            assert_eq!(outbox.put(b"345678"), Put::Done);
            assert_eq!(outbox.put(b"9"), Put::TooSlow);
        });
    });
}
