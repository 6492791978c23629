//! Promise: what was said to everyone is there tomorrow, whatever ended the
//! server; a file that cannot be used is named with the reason, and left as it
//! is; a full disk is told of and stops nobody.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Output};

use chat_kit::folder::Folder;
use chat_kit::guest::Guest;
use chat_kit::process::Signal;
use chat_kit::programs::program;
use chat_kit::server::{ANY_PORT, Server};
use chat_kit::waiting::eventually;

/// How often the server is killed while somebody talks.
const KILLS: usize = 20;
/// How many such servers are killed so often in a long run.
const SERVERS_KILLED: usize = 10;

/// Where in a file of SQLite the version of its tables stands.
const VERSION_AT: usize = 60;
/// Where the mark of the program that made it stands.
const MARK_AT: usize = 68;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(program("chat-server"));
    command.args(arguments).output().expect("it runs")
}

fn admin(folder: &Folder, task: &[&str]) -> Output {
    let file = folder.file();
    run(&[&["admin", "--data", &file], task].concat())
}

/// The sentence with which it ended.
fn sentence(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What somebody who comes now is shown of the past.
fn past(server: &Server) -> Vec<String> {
    let mut newcomer = Guest::enter(server);
    let lines = newcomer.catch_up().into_iter();
    lines.filter(|line| line.contains("(earlier)")).collect()
}

/// Returns when all that this guest has said is kept: they are answered after
/// that.
fn is_kept(guest: &mut Guest) {
    guest.catch_up();
}

#[test]
fn what_was_said_is_there_after_a_restart_and_nothing_private() {
    let folder = Folder::new("restart");
    let mut server = folder.start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.say("hello é");
    ada.say("/msg bob a secret");
    ada.say("/me waves");
    bob.hears("[t] ~ ada waves");
    assert_eq!(server.stop(Signal::Terminate).0, Some(0));
    let server = folder.start(&[]);
    let right = ["[t] (earlier) ada: hello é", "[t] (earlier) ~ ada waves"];
    assert_eq!(past(&server), right);
    assert!(!folder.holds("secret"));
    assert!(folder.holds("hello"), "the test can see what is kept");
}

#[test]
fn a_newcomer_is_told_that_lines_are_kept_and_whose_time_it_is() {
    let folder = Folder::new("told");
    let server = folder.start(&[]);
    let mut ada = Guest::enter(&server);
    let told = "* what is said to everyone is kept; times are those of UTC";
    ada.hears_some(told);
    let before = ada.heard().iter().filter(|line| line.starts_with(told));
    assert_eq!(before.count(), 1);
    let server = Server::start(&[]);
    let mut ada = Guest::enter(&server);
    assert!(!ada.catch_up().iter().any(|line| line.contains("kept")));
}

#[test]
fn nothing_that_was_heard_is_lost_or_doubled_however_often_it_is_killed() {
    kill_again_and_again();
}

#[test]
#[ignore = "takes minutes: make kills"]
fn nothing_that_was_heard_is_lost_or_doubled_if_it_is_killed_more_often() {
    (0..SERVERS_KILLED).for_each(|_| kill_again_and_again());
}

fn kill_again_and_again() {
    let folder = Folder::new("killed");
    let options = ["--rate", "off", "--history", "10000"];
    let mut sure: Vec<String> = Vec::new();
    for round in 0..KILLS {
        let mut server = folder.start(&options);
        let before = past(&server);
        assert!(before.starts_with(&sure), "{before:#?}\n{sure:#?}");
        sure = before;
        let mut ada = Guest::named(&server, "ada");
        let mut bob = Guest::named(&server, "bob");
        for nth in 0..round {
            let text = format!("sure {round}.{nth}");
            ada.say(&text);
            sure.push(format!("[t] (earlier) ada: {text}"));
        }
        is_kept(&mut ada);
        let more: String = (0..300)
            .map(|nth| format!("more {round}.{nth}\n"))
            .collect();
        ada.send(more.as_bytes());
        // Somewhere in the middle of it.
        bob.hears(&format!("[t] ada: more {round}.{}", round * 14));
        server.process.kill();
        // Whatever anybody has heard is kept.
        bob.lines_until_end();
        let heard = bob.heard().iter();
        let heard = heard.filter_map(|line| line.strip_prefix("[t] ada: more"));
        let heard = heard.map(|it| format!("[t] (earlier) ada: more{it}"));
        sure.extend(heard);
    }
    let server = folder.start(&options);
    let all = past(&server);
    assert!(all.starts_with(&sure));
    for round in 0..KILLS {
        let of_round = format!("more {round}.");
        let more = all.iter().filter_map(|it| it.split_once(&of_round));
        let more = more.map(|(_, nth)| nth.parse().expect("a number"));
        let more: Vec<usize> = more.collect();
        let right: Vec<usize> = (0..more.len()).collect();
        assert_eq!(more, right, "none missing before the last, none twice");
    }
    assert!(admin(&folder, &["check"]).status.success());
}

#[test]
fn a_line_of_another_day_carries_its_date() {
    let folder = Folder::with_version_1("dates");
    let file = folder.file();
    let mut command = Command::new(program("chat-server"));
    command.args([ANY_PORT, "--data", &file]).env("TZ", "UTC");
    let server = Server::start_as(&mut command);
    let right = [
        "[2026-11-23 14:03:08] (earlier) ada: hello",
        "[2026-11-23 14:03:09] (earlier) ~ ada waves",
        "[2026-11-23 14:03:10] (earlier) ada: 日本語 too",
    ];
    assert_eq!(past(&server), right);
}

#[test]
fn what_is_older_than_it_is_to_be_kept_is_forgotten() {
    let folder = Folder::with_version_1("old");
    let server = folder.start(&["--keep", "1"]);
    assert_eq!(past(&server), [""; 0]);
    let mut ada = Guest::named(&server, "ada");
    ada.say("today");
    is_kept(&mut ada);
    eventually("old lines forgotten", || {
        let forgotten = admin(&folder, &["forget", "3"]);
        (!forgotten.status.success()).then_some(())
    });
    let kept = admin(&folder, &["forget", "6"]);
    assert!(kept.status.success(), "today's has its number: {kept:?}");
}

#[test]
fn a_line_is_forgotten_for_ever_while_the_server_runs() {
    let folder = Folder::new("forget");
    let mut server = folder.start(&[]);
    let mut ada = Guest::named(&server, "ada");
    ada.say("what everybody may know");
    ada.say("my password");
    is_kept(&mut ada);
    assert!(folder.holds("my password"));
    let nothing = sentence(&admin(&folder, &["forget", "99"]));
    assert!(nothing.contains("no text with the number 99"), "{nothing}");
    // The first is the name.
    assert!(admin(&folder, &["forget", "3"]).status.success());
    assert!(!folder.holds("my password"));
    server.stop(Signal::Terminate);
    let server = folder.start(&[]);
    assert_eq!(
        past(&server),
        ["[t] (earlier) ada: what everybody may know"]
    );
}

#[test]
fn a_copy_is_made_while_the_server_runs() {
    let folder = Folder::new("backup");
    let server = folder.start(&[]);
    let mut ada = Guest::named(&server, "ada");
    ada.say("hello");
    is_kept(&mut ada);
    let copy = folder.path("copy.db");
    assert!(admin(&folder, &["backup", &copy]).status.success());
    let again = sentence(&admin(&folder, &["backup", &copy]));
    assert!(again.contains("is there already"), "{again}");
    let other = Server::start(&["--data", &copy]);
    assert_eq!(past(&other), ["[t] (earlier) ada: hello"]);
    let link = folder.path("link.db");
    symlink(folder.path("nowhere.db"), &link).expect("a link");
    let led = sentence(&admin(&folder, &["backup", &link]));
    assert!(led.contains("is there already"), "{led}");
}

#[test]
fn a_copy_that_does_not_fit_leaves_nothing_that_looks_like_one() {
    let folder = Folder::with_version_1("no-room");
    drop(folder.start(&[]));
    let copy = folder.path("copy.db");
    let script = "ulimit -f 1; trap '' XFSZ; exec \"$@\"";
    let made = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(program("chat-server"))
        .args(["admin", "--data", &folder.file(), "backup", &copy])
        .output()
        .expect("a shell");
    assert_eq!(made.status.code(), Some(1), "{made:?}");
    let left = fs::read_dir(folder.own()).expect("a folder");
    let left = left.map(|it| it.expect("a file").file_name());
    let left: Vec<_> = left.map(|it| it.display().to_string()).collect();
    assert!(!left.iter().any(|it| it.contains("copy")), "{left:?}");
}

#[test]
fn the_file_is_its_owners_alone() {
    let folder = Folder::with_version_1("owner");
    let open_to_all = fs::Permissions::from_mode(0o666);
    fs::set_permissions(folder.file(), open_to_all).expect("a mode");
    let options = ["--data", &folder.file()];
    let server = Server::start_in_shell("umask 0; exec \"$@\"", &options);
    let mut ada = Guest::named(&server, "ada");
    ada.say("hello");
    is_kept(&mut ada);
    for file in fs::read_dir(folder.own()).expect("a folder") {
        let file = file.expect("a file");
        let mode = file.metadata().expect("its mode").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.path());
    }
}

#[test]
fn a_file_that_another_server_has_is_refused() {
    let folder = Folder::new("taken");
    let server = folder.start(&[]);
    let (file, link) = (folder.file(), folder.path("link.db"));
    let other_name = folder.path("other-name.db");
    symlink(&file, &link).expect("a link");
    fs::hard_link(&file, &other_name).expect("another name");
    for file in [file, link, other_name] {
        let why = sentence(&run(&[ANY_PORT, "--data", &file]));
        assert!(why.contains(&file), "{why}");
        assert!(why.contains("another chat-server keeps"), "{why}");
    }
    Guest::enter(&server);
}

#[test]
fn a_name_of_a_file_sends_nothing_to_the_operators_terminal() {
    let folder = Folder::new("name");
    let file = folder.path("\u{1b}[31m\n\u{9b}31m.db");
    let mut server = Server::start(&["--data", &file]);
    server.stop(Signal::Terminate);
    let log = server.log.until_end();
    assert!(
        log.iter().any(|line| line.contains("is kept in")),
        "{log:?}"
    );
    assert!(
        !log.iter().any(|it| it.contains(char::is_control)),
        "{log:?}"
    );
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_left_as_it_is() {
    let folder = Folder::with_version_1("unusable");
    let whole = fs::read(folder.file()).expect("bytes");
    let mut newer = whole.clone();
    newer[VERSION_AT + 3] = 99;
    let mut foreign = whole.clone();
    foreign[MARK_AT] = 0;
    let damaged = [&whole[..100], &vec![7; whole.len() - 100]].concat();
    for (bytes, why) in [
        (
            newer,
            "a newer chat-server made it: its tables have version 99",
        ),
        (foreign, "another program made it"),
        (damaged, "it is damaged"),
        (b"no such file at all".repeat(100), "it is damaged"),
    ] {
        let file = folder.file();
        fs::write(&file, &bytes).expect("a file");
        let said = sentence(&run(&[ANY_PORT, "--data", &file]));
        assert!(said.contains(why) && said.contains(&file), "{said}");
        assert!(fs::read(&file).expect("bytes") == bytes, "{why}");
    }
    for (file, why) in [
        (folder.path("nowhere/room.db"), "no such file or directory"),
        (folder.path(""), "it is no file"),
        ("/dev/full".to_owned(), "it is no file"),
    ] {
        let said = sentence(&run(&[ANY_PORT, "--data", &file]));
        assert!(said.contains(why) && said.contains(&file), "{said}");
    }
    let none = run(&["admin", "--data", &folder.path("none.db"), "check"]);
    assert!(sentence(&none).contains("there is no such file"));
}

#[test]
fn a_full_disk_is_told_of_and_keeping_goes_on_when_there_is_room() {
    let folder = Folder::new("full");
    let file = folder.file();
    let options = ["--data", &file, "--rate", "off", "--history", "10000"];
    // The log of changes reaches it soon.
    let script = "ulimit -S -f 128; exec \"$@\"";
    let mut server = Server::start_in_shell(script, &options);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    let long = "x".repeat(1000);
    let lost = "[t] * what is said from here on is not kept";
    for nth in 0..200 {
        ada.say(&format!("{nth} {long}"));
        bob.hears(&format!("[t] ada: {nth} {long}"));
    }
    // The log of changes may have been emptied in time, and filled again.
    let times = [&mut ada, &mut bob].map(|guest| {
        guest.catch_up();
        guest.heard().iter().filter(|line| *line == lost).count()
    });
    assert!(times[0] > 0);
    assert_eq!(times[0], times[1]);
    let mut prlimit = Command::new("prlimit");
    let process = format!("--pid={}", server.process.id());
    let raised = prlimit.args([&process, "--fsize=unlimited"]).status();
    if !raised.is_ok_and(|raised| raised.success()) {
        println!("NOT RUN in part: there is no prlimit here");
        return;
    }
    ada.say("and more");
    bob.hears_some("[t] * what is said is kept again; ");
    is_kept(&mut ada);
    server.stop(Signal::Terminate);
    let log = server.log.until_end();
    let told = log.iter().filter(|it| it.contains("cannot be kept"));
    assert_eq!(told.count(), times[0], "{log:#?}");
    let server = folder.start(&["--history", "10000"]);
    let all = past(&server);
    assert_eq!(all.last().expect("lines"), "[t] (earlier) ada: and more");
    assert!(all[0].starts_with("[t] (earlier) ada: 0 "), "{}", all[0]);
    assert!(admin(&folder, &["check"]).status.success());
}

/// A port that was free a moment ago.
fn free_address() -> String {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    taken.local_addr().expect("an address").to_string()
}

#[test]
fn who_says_nothing_of_it_has_a_file_of_their_own() {
    let folder = Folder::new("usual");
    let address = free_address();
    let mut command = Command::new(program("chat-server"));
    command.arg(&address).env_remove("STATE_DIRECTORY");
    command.env("XDG_STATE_HOME", folder.own());
    let server = Server::start_as(&mut command);
    let name = format!("threadroom/{}.db", address.replace(':', "-"));
    let file = folder.path(&name);
    server
        .log
        .expect(&format!("what is said is kept in {file}"));
    assert!(fs::exists(&file).expect("a folder"));
}

#[test]
fn nothing_is_kept_where_there_is_no_place_or_nobody_wants_it() {
    let server = Server::start(&[]);
    server
        .log
        .expect("what is said is not kept: it listens on another");
    let folder = Folder::new("off");
    let mut command = Command::new(program("chat-server"));
    command.args([&free_address(), "--data", "off"]);
    command.env("XDG_STATE_HOME", folder.own());
    let mut server = Server::start_as(&mut command);
    let mut ada = Guest::named(&server, "ada");
    assert!(!ada.heard().iter().any(|line| line.contains("kept")));
    ada.say("hello");
    ada.catch_up();
    server.stop(Signal::Terminate);
    assert_eq!(fs::read_dir(folder.own()).expect("a folder").count(), 0);
    let mut homeless = Command::new(program("chat-server"));
    homeless.arg(free_address()).env_clear();
    let server = Server::start_as(&mut homeless);
    server
        .log
        .expect("what is said is not kept: there is no home for it");
}
