//! Promise: a signal ends it. Accept nothing more, say goodbye, and be gone
//! within a second, silent and frozen clients or not.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::net::Shutdown;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use chat_kit::guest::Guest;
use chat_kit::process::Signal;
use chat_kit::programs::program;
use chat_kit::server::{ANY_PORT, Server};
use chat_kit::waiting::at_best_within;

const GOODBYE: &str = "[t] * the server is closing";
/// How often a hundred kilobytes are said until somebody who does not read
/// falls behind.
const FLOODS_MAX: usize = 500;
const ENDED_MAX: Duration = Duration::from_secs(1);

/// Stops a server on which `company` is, and checks what must always be.
fn stopped(signal: Signal, company: impl Fn(&Server) -> Company) {
    at_best_within(ENDED_MAX, || {
        let mut server = Server::start(&["--rate", "off"]);
        let company = company(&server);
        let (code, took) = server.stop(signal);
        assert_eq!(code, Some(0));
        for mut guest in company.told {
            let heard = guest.lines_until_end();
            assert_eq!(heard.last().map(String::as_str), Some(GOODBYE));
            assert!(!heard.iter().any(|l| l.contains(" left")), "{heard:?}");
        }
        drop(company.frozen);
        took
    });
}

/// Who is there when the server ends.
struct Company {
    /// Those who must hear the goodbye.
    told: Vec<Guest>,
    /// Those who read nothing.
    frozen: Vec<Guest>,
}

fn silent(server: &Server) -> Company {
    Company {
        // One with a name, one unannounced, one in the middle of a line.
        told: vec![Guest::named(server, "ada"), Guest::enter(server), {
            let mut cy = Guest::named(server, "cy");
            cy.send(b"and then");
            cy
        }],
        frozen: Vec::new(),
    }
}

#[test]
fn an_interrupt_says_goodbye_to_silent_clients_and_ends_in_a_second() {
    stopped(Signal::Interrupt, silent);
}

#[test]
fn a_termination_says_goodbye_to_silent_clients_and_ends_in_a_second() {
    stopped(Signal::Terminate, silent);
}

#[test]
fn a_closed_terminal_says_goodbye_and_ends_in_a_second() {
    if hang_ups_are_ignored() {
        // Every program started from here ignores them, too, and should.
        eprintln!("NOT RUN: these tests were started with nohup");
        return;
    }
    stopped(Signal::HangUp, silent);
}

fn hang_ups_are_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("a status");
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.map(|mask| u64::from_str_radix(mask.trim(), 16));
    // The bit of the first signal, SIGHUP.
    ignored.is_some_and(|mask| mask.is_ok_and(|mask| mask & 1 == 1))
}

#[test]
fn nobody_there_is_no_reason_to_wait() {
    stopped(Signal::Terminate, |_| Company {
        told: Vec::new(),
        frozen: Vec::new(),
    });
}

/// Somebody who has stopped reading, with more on its way than the kernel
/// takes.
fn frozen(server: &Server) -> Company {
    let zed = Guest::named(server, "zed");
    let mut ada = Guest::named(server, "ada");
    let mut bob = Guest::named(server, "bob");
    let lines = format!("{}\n", "x".repeat(1000)).repeat(100);
    let behind = |line: &String| line.contains("has fallen behind");
    let frozen = (0..FLOODS_MAX).any(|_| {
        ada.send(lines.as_bytes());
        ada.say("so far");
        bob.hears("[t] ada: so far");
        server.log.so_far().iter().any(behind)
    });
    assert!(frozen, "the kernel takes all there is");
    Company {
        told: vec![ada, bob],
        frozen: vec![zed],
    }
}

#[test]
fn a_frozen_client_does_not_hold_up_the_end() {
    at_best_within(ENDED_MAX, || {
        let mut server = Server::start(&["--rate", "off", "-v"]);
        let company = frozen(&server);
        let (code, took) = server.stop(Signal::Terminate);
        assert_eq!(code, Some(0));
        for mut guest in company.told {
            guest.hears(GOODBYE);
        }
        drop(company.frozen);
        took
    });
}

/// Talks until the connection is over; what others say is not read.
fn chatter(mut guest: Guest) {
    let lines = b"chatter\n".repeat(100);
    while guest.try_send(&lines).is_ok() {}
}

#[test]
fn chatty_clients_do_not_hold_up_the_end() {
    at_best_within(ENDED_MAX, || {
        let mut server = Server::start(&["--rate", "off"]);
        let mut bob = Guest::named(&server, "bob");
        let chatty = ["chatty0", "chatty1"].map(|n| Guest::named(&server, n));
        let streams = chatty.each_ref().map(Guest::another_stream);
        let talking = chatty.map(|g| thread::spawn(move || chatter(g)));
        bob.hears("[t] chatty0: chatter");
        bob.hears("[t] chatty1: chatter");
        let (code, took) = server.stop(Signal::Terminate);
        assert_eq!(code, Some(0));
        // The kernel may take a minute to find that a write which waits for
        // a dead server is in vain.
        for (stream, talking) in streams.into_iter().zip(talking) {
            let _ = stream.shutdown(Shutdown::Both);
            talking.join().expect("a chatty client ends");
        }
        took
    });
}

#[test]
fn chatty_clients_that_read_hear_the_goodbye() {
    let mut server = Server::start(&[]);
    let names = ["chatty0", "chatty1", "chatty2", "chatty3"];
    let mut guests = names.map(|name| Guest::named(&server, name));
    let talking = guests.each_ref().map(|guest| {
        let mut stream = guest.another_stream();
        thread::spawn(move || while stream.write_all(b"chatter\n").is_ok() {})
    });
    for (nth, guest) in guests.iter_mut().enumerate() {
        guest.hears(&format!("[t] chatty{}: chatter", (nth + 1) % 4));
    }
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    for guest in &mut guests {
        guest.hears(GOODBYE);
        let _ = guest.stream().shutdown(Shutdown::Both);
    }
    for talking in talking {
        talking.join().expect("a chatty client ends");
    }
}

#[test]
fn slowed_clients_do_not_hold_up_the_end() {
    at_best_within(ENDED_MAX, || {
        let options = ["--rate", "1", "--burst", "2"];
        let mut server = Server::start(&options);
        let mut ada = Guest::named(&server, "ada");
        ada.send(&b"line\n".repeat(100));
        ada.hears_some("* slow down");
        let (code, took) = server.stop(Signal::Terminate);
        assert_eq!(code, Some(0));
        ada.hears(GOODBYE);
        took
    });
}

#[test]
fn the_port_is_free_at_once() {
    let mut first = Server::start(&[]);
    let mut ada = Guest::named(&first, "ada");
    assert_eq!(first.stop(Signal::Terminate).0, Some(0));
    let mut command = Command::new(program("chat-server"));
    let address = first.address.to_string();
    // Or it would keep what is said in the home of whoever runs this.
    command.args([&address, "--data", "off"]);
    let second = Server::start_as(&mut command);
    assert_eq!(second.address, first.address);
    ada.hears(GOODBYE);
    Guest::named(&second, "ada");
}

#[test]
fn nobody_is_let_in_after_the_goodbye() {
    let server = Server::start(&["--rate", "off", "-v"]);
    let mut company = frozen(&server);
    server.process.signal(Signal::Terminate);
    company.told[0].hears(GOODBYE);
    // The frozen client holds up the end for a moment; the port is closed.
    let late = std::net::TcpStream::connect(server.address);
    let refused = late.map(drop).map_err(|error| error.kind());
    assert_eq!(refused, Err(ErrorKind::ConnectionRefused));
}

#[test]
fn a_second_interrupt_ends_at_once() {
    // 128 and the number of the signal. The first one alone may be done
    // before the second arrives on a busy machine.
    let codes: Vec<Option<i32>> = (0..3)
        .map(|_| {
            let mut server = Server::start(&["--rate", "off", "-v"]);
            let mut company = frozen(&server);
            server.process.signal(Signal::Interrupt);
            company.told[0].hears(GOODBYE);
            server.stop(Signal::Interrupt).0
        })
        .collect();
    assert!(codes.contains(&Some(130)), "{codes:?}");
}

#[test]
fn a_closed_terminal_under_nohup_ends_nothing() {
    let mut command = Command::new("nohup");
    command.arg(program("chat-server")).arg(ANY_PORT);
    let mut server = Server::start_as(&mut command);
    let mut ada = Guest::named(&server, "ada");
    server.process.signal(Signal::HangUp);
    // The server would have closed by the time somebody silent is announced.
    let mut guest = Guest::enter(&server);
    guest.hears_next("[t] * guest-2 joined");
    assert_eq!(ada.catch_up(), ["[t] * guest-2 joined"]);
    // Ctrl-C and SIGTERM still count.
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    ada.hears(GOODBYE);
}

/// What can be sent to a program and means nothing to this one; SIGSTKFLT,
/// SIGIO and a real-time signal by their numbers.
const MEANINGLESS: [&str; 11] = [
    "USR1", "USR2", "ALRM", "VTALRM", "PROF", "XFSZ", "PWR", "16", "29",
    "WINCH", "40",
];

#[test]
fn a_signal_that_means_nothing_ends_nothing() {
    let mut server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    for name in MEANINGLESS {
        server.process.signal(Signal::Other(name));
        ada.catch_up();
    }
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    ada.hears(GOODBYE);
}

#[test]
fn who_started_it_with_signals_blocked_can_still_stop_it() {
    let block = "import signal, os, sys; signal.pthread_sigmask(\
                 signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT}); \
                 os.execv(sys.argv[1], sys.argv[1:])";
    let mut command = Command::new("python3");
    command.args(["-c", block]).arg(program("chat-server"));
    if Command::new("python3").arg("--version").output().is_err() {
        println!("NOT RUN: there is no python3 here");
        return;
    }
    let mut server = Server::start_as(command.arg(ANY_PORT));
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
}

#[test]
fn it_ends_where_nobody_can_connect_to_it() {
    // Listening at such an address is allowed, and nobody can connect to it.
    let mut command = Command::new(program("chat-server"));
    let mut server = Server::start_as(command.arg("224.0.0.1:0"));
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
}

#[test]
fn it_ends_where_there_is_no_network() {
    let possible = Command::new("unshare").args(["-rn", "true"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        println!("NOT RUN: no network can be taken away here");
        return;
    }
    for signal in [Signal::Interrupt, Signal::Terminate, Signal::HangUp] {
        if signal == Signal::HangUp && hang_ups_are_ignored() {
            continue;
        }
        let mut command = Command::new("unshare");
        command.arg("-rn").arg(program("chat-server"));
        let mut server = Server::start_as(command.arg("0.0.0.0:0"));
        assert_eq!(server.stop(signal).0, Some(0));
    }
}

/// A network of one's own with a server in it and a person, who is there
/// when the server's address is removed from the machine.
const ADDRESS_REMOVED: &str = r#"
ip link set lo up && ip address add 198.51.100.7/32 dev lo || exit 77
"$1" 198.51.100.7:0 >listening 2>/dev/null & server=$!
until grep -q listening listening; do kill -0 $server || exit 1; done
port=$(sed 's/.*://' listening)
exec 3<>/dev/tcp/198.51.100.7/$port
read -r welcome <&3
ip address del 198.51.100.7/32 dev lo || exit 77
kill -TERM $server
wait $server
"#;

#[test]
fn it_ends_when_its_address_was_removed_from_the_machine() {
    let folder = std::env::temp_dir()
        .join(format!("threadroom-{}-removed", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let mut command = Command::new("unshare");
    command.args(["-rn", "timeout", "20", "bash", "-c", ADDRESS_REMOVED]);
    command
        .arg("bash")
        .arg(program("chat-server"))
        .current_dir(&folder);
    let ended = command.stdout(Stdio::null()).output();
    let _ = fs::remove_dir_all(&folder);
    match ended.map(|output| (output.status.code(), output.stderr)) {
        Ok((Some(0), _)) => (),
        Ok((code @ (Some(124) | None), _)) => panic!("no end: {code:?}"),
        other => println!("NOT RUN: no address can be removed: {other:?}"),
    }
}
