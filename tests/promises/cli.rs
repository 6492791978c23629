//! Promise: who starts the server wrongly reads one sentence that names what
//! is wrong, and scripts see it in the exit code; who starts it rightly reads
//! one line on stdout, and a log on stderr.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, ExitStatus, Stdio};

use chat_kit::guest::Guest;
use chat_kit::lines::Lines;
use chat_kit::process::{Process, Signal};
use chat_kit::programs::program;
use chat_kit::server::Server;

/// Every option, what its value is, and its default.
const OPTIONS: [(&str, &str, &str); 13] = [
    ("--max-clients", "CLIENTS", "1000"),
    ("--max-per-ip", "CLIENTS", "off"),
    ("--max-line", "BYTES", "4096"),
    ("--rate", "LINES", "20"),
    ("--burst", "LINES", "100"),
    ("--arrivals", "CLIENTS", "50"),
    ("--backlog", "BYTES", "1048576"),
    ("--history", "LINES", "20"),
    ("--idle", "SECONDS", "off"),
    ("--transcript", "FILE", ""),
    ("--data", "FILE", ""),
    ("--keep", "DAYS", "off"),
    ("--sync", "MODE", "normal"),
];

/// What a program that has ended left.
struct Ended {
    code: Option<i32>,
    stdout: Vec<String>,
    stderr: Vec<String>,
}

fn run(command: &mut Command) -> Ended {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it runs");
    let stdout = Lines::of(child.stdout.take().expect("a pipe"));
    let stderr = Lines::of(child.stderr.take().expect("a pipe"));
    let mut process = Process::of(child);
    Ended {
        code: process.end().code(),
        stdout: stdout.until_end(),
        stderr: stderr.until_end(),
    }
}

fn server(arguments: &[&str]) -> Ended {
    run(Command::new(program("chat-server")).args(arguments))
}

/// It must have failed with one sentence that names all of this.
fn assert_sentence(ended: &Ended, named: &[&str]) {
    let Ended {
        code,
        stdout,
        stderr,
    } = ended;
    assert_eq!((*code, stdout.len()), (Some(1), 0), "{stdout:?} {stderr:?}");
    let [sentence] = stderr.as_slice() else {
        panic!("not one sentence: {stderr:?}");
    };
    assert!(sentence.starts_with("chat-server: "), "{sentence}");
    for name in named {
        assert!(sentence.contains(name), "{name:?} is not in: {sentence}");
    }
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    assert_sentence(&server(&[&address]), &[&address, "another program"]);
}

#[test]
fn a_bad_address_is_named() {
    for (address, why) in [
        ("localhost:seven", "0 to 65535"),
        ("localhost:70000", "0 to 65535"),
        ("017700000001", "0 to 65535"),
        ("127.1", "four decimal numbers"),
        ("0x7f.1", "four decimal numbers"),
        ("[::1", "not closed"),
        ("local host:1", "no spaces"),
        ("192.0.2.1:0", "no such address"),
    ] {
        assert_sentence(&server(&[address]), &[address, why]);
    }
}

#[test]
fn an_address_without_a_port_means_7007() {
    // No machine has this address: it is for documentation.
    assert_sentence(&server(&["192.0.2.1"]), &["192.0.2.1:7007"]);
}

#[test]
fn an_unknown_host_is_named() {
    let ended = server(&["nobody.invalid:0"]);
    assert_sentence(&ended, &["nobody.invalid:0"]);
}

/// Runs a program as a user who may little; `None` where that cannot be.
fn as_nobody(port: &str) -> Option<Ended> {
    // Another user may not reach the folder it was built in.
    let copy = std::env::temp_dir()
        .join(format!("threadroom-{}-server", std::process::id()));
    // Not copied by this process: what another test starts meanwhile would
    // have the copy open for writing, and that cannot be run.
    let mut cp = Command::new("cp");
    let copied = cp.arg(program("chat-server")).arg(&copy).status();
    copied.ok().filter(ExitStatus::success)?;
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    command.args(["--bounding-set=-all", "--inh-caps=-all", "--"]);
    let possible = Command::new("setpriv").arg("--version").output().is_ok();
    let ended = possible.then(|| run(command.arg(&copy).arg(port)));
    let _ = fs::remove_file(copy);
    ended
}

#[test]
fn no_permission_for_a_port_is_named() {
    let address = "127.0.0.1:7";
    let root = fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("\nUid:\t0\t"));
    let ended = match root {
        false => server(&[address]),
        true => match as_nobody(address) {
            Some(ended) => ended,
            None => {
                println!("skipped: root may use every port");
                return;
            }
        },
    };
    assert_sentence(&ended, &[address, "this user may not", "1024"]);
}

#[test]
fn a_transcript_that_cannot_be_opened_is_named() {
    let path = "/nowhere/at/all.txt";
    let ended = server(&["127.0.0.1:0", "--transcript", path]);
    assert_sentence(&ended, &[path, "no such file"]);
}

#[test]
fn wrong_usage_is_exit_code_two() {
    for arguments in [
        &["--no-such-option"][..],
        &["127.0.0.1:0", "127.0.0.1:0"],
        &["--rate"],
        &["-q", "-v"],
    ] {
        let ended = server(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}");
        assert_eq!(ended.stdout, [""; 0], "{arguments:?}");
        let stderr = ended.stderr.join("\n");
        assert!(stderr.contains(arguments[0]), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}

#[test]
fn a_wrong_value_is_named_with_what_would_be_right() {
    let wrong = ["many", "-1", "1.5", "", "99999999999999999999"];
    for (option, _, _) in &OPTIONS[..9] {
        for value in wrong.into_iter().chain(["0"]) {
            if (*option, value) == ("--history", "0") {
                continue;
            }
            let ended = server(&["127.0.0.1:0", &format!("{option}={value}")]);
            let stderr = ended.stderr.join("\n");
            assert_eq!(ended.code, Some(2), "{option}={value}: {stderr}");
            for named in [option, value, "right would be"] {
                assert!(stderr.contains(named), "{named}: {stderr}");
            }
        }
    }
}

#[test]
fn a_backlog_too_small_for_the_longest_line_is_named() {
    let ended = server(&["--backlog", "65536", "--max-line", "65536"]);
    assert_eq!(ended.code, Some(2));
    let stderr = ended.stderr.join("\n");
    for named in ["65536", "--backlog", "--max-line", "524288"] {
        assert!(stderr.contains(named), "{named}: {stderr}");
    }
}

#[test]
fn help_lists_every_option_with_its_unit_and_default() {
    let ended = server(&["--help"]);
    assert_eq!(ended.code, Some(0));
    let help = ended.stdout.join("\n");
    assert!(help.contains("[default: 127.0.0.1:7007]"), "{help}");
    for flag in ["--quiet", "--verbose", "-q", "-v"] {
        assert!(help.contains(flag), "{flag}: {help}");
    }
    for (option, unit, default) in OPTIONS {
        let usage = format!("{option} <{unit}>");
        let (_, rest) = help.split_once(&usage).expect(&usage);
        let own = rest.split("\n  ").next().unwrap_or(rest);
        let own = match own.trim().is_empty() {
            // The description stands on lines of its own.
            true => rest.split("      --").next().unwrap_or(rest),
            false => own,
        };
        let default = match default {
            "" => continue,
            default => format!("[default: {default}]"),
        };
        assert!(own.contains(&default), "{option}: {own}");
    }
}

/// Somebody comes, is named and leaves; then the server ends. Returns stdout
/// and the log.
fn a_visit(options: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut server = Server::start(options);
    let mut ada = Guest::named(&server, "ada");
    ada.say("/name server");
    ada.say("/quit");
    ada.lines_until_end();
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    (server.stdout.until_end(), server.log.until_end())
}

#[test]
fn stdout_is_one_line_whatever_is_logged() {
    for options in [&[][..], &["-q"], &["-v"]] {
        let (stdout, _) = a_visit(options);
        let [line] = stdout.as_slice() else {
            panic!("{options:?}: {stdout:?}");
        };
        assert!(line.starts_with("listening on 127.0.0.1:"), "{line}");
    }
}

#[test]
fn the_log_tells_who_came_was_named_and_left() {
    let (_, log) = a_visit(&[]);
    for event in [
        "client 1 came from 127.0.0.1:",
        "client 1 is ada",
        "client 1 (ada) left",
        "closed",
    ] {
        let count = log.iter().filter(|l| l.contains(event)).count();
        assert_eq!(count, 1, "{event}: {log:#?}");
    }
    assert!(!log.iter().any(|l| l.contains("refused")), "{log:#?}");
}

#[test]
fn a_quiet_log_tells_nothing_of_ordinary_events() {
    let (_, log) = a_visit(&["-q"]);
    assert_eq!(log, [""; 0]);
}

#[test]
fn a_verbose_log_tells_of_refusals_too() {
    let (_, log) = a_visit(&["-v"]);
    let refused = "client 1 was refused /name: it is no name";
    assert!(log.iter().any(|l| l.contains(refused)), "{log:#?}");
    assert!(
        log.iter().any(|l| l.contains("client 1 is ada")),
        "{log:#?}"
    );
}

#[test]
fn the_log_says_nothing_of_what_people_say() {
    let mut server = Server::start(&["-v"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    for typed in [
        "a secret",
        "/msg bob a secret",
        "/msg secret hello",
        "/name a secret",
        "/name secret!",
        "/name secret:secret:secret:secret",
        "/secret",
        "/me has a secret",
    ] {
        ada.say(typed);
    }
    ada.send("secret".repeat(1000).as_bytes());
    ada.say(" and more");
    ada.say("/name bob");
    bob.hears("[t] ~ ada has a secret");
    ada.hears_some("* /name: \"bob\"");
    server.stop(Signal::Terminate);
    let log = server.log.until_end();
    assert!(!log.iter().any(|l| l.contains("secret")), "{log:?}");
}

#[test]
fn a_host_name_or_no_host_is_an_address() {
    for address in ["localhost:0", ":0", "[::]:0"] {
        let mut command = Command::new(program("chat-server"));
        let server = Server::start_as(command.arg(address));
        assert_ne!(server.address.port(), 0);
        Guest::enter(&server);
    }
}
