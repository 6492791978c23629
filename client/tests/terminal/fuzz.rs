//! Many visits of somebody who presses keys at random, whose terminal reports
//! this and that, who drags the window, is talked to all the time, and leaves
//! or is left in one way or another. Whatever happens: it ends in time, with
//! the right code and the terminal as it was; what was said is on the screen
//! and what was entered arrived, all of it, once, in order. Every other room
//! numbers what it tells, and confirms at the end what was entered.

use std::env;
use std::thread;

use fastrand::Rng;

use super::bob_with;
use super::reports::REPORTS;
use crate::kit::numbered::Numbered;
use crate::kit::pty::{Terminal, client};
use crate::kit::server::{Peer, Server};

/// How many visits; `CHAT_FUZZ_VISITS` asks for more.
const VISITS: u64 = 200;

/// How many visits go on at a time.
const AT_A_TIME: u64 = 4;

/// What is pressed at random. Enter comes only behind a line of a known
/// text, and Ctrl-L, which clears the screen, not at all.
const KEYS: [&str; 27] = [
    "a",
    "word ",
    "日本",
    "👍",
    "é",
    "/",
    "@a",
    "\t",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[H",
    "\x1b[F",
    "\x1b[3~",
    "\x7f",
    "\x17",
    "\x0b",
    "\x19",
    "\x15",
    "\x1bb",
    "\x1bf",
    "\x01",
    "\x05",
    "\x1b[1;5D",
    "\x1b[200~a pasted line\x1b[201~",
    "0123456789012345678901234567890123456789",
];

/// What stands in the line when something is pasted.
const DRAFTS: [&str; 3] = ["", "/msg ada ", "/me "];

/// Lines that are pasted, and how they are said to everyone.
const PASTED: [(&str, &str); 7] = [
    ("a pasted line", "a pasted line"),
    ("exit", "exit"),
    ("/quit", "//quit"),
    ("/name eve", "//name eve"),
    ("//remark", "///remark"),
    ("日本 👍", "日本 👍"),
    ("y", "y"),
];

/// How a visit ends, and with which code.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Quit,
    CtrlC,
    CtrlD,
    Term,
    Closed,
    Reset,
}

const ENDINGS: [Ending; 6] = [
    Ending::Quit,
    Ending::CtrlC,
    Ending::CtrlD,
    Ending::Term,
    Ending::Closed,
    Ending::Reset,
];

/// Says how a visit that failed can be made again.
struct Telling(u64);

impl Drop for Telling {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("CHAT_FUZZ_VISITS=1 CHAT_FUZZ_SEED={}", self.0);
        }
    }
}

#[test]
fn random_visits_end_well() {
    let seed = env::var("CHAT_FUZZ_SEED").ok();
    let seed = seed.and_then(|text| text.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    let visits = env::var("CHAT_FUZZ_VISITS").ok();
    let visits = visits.and_then(|text| text.parse().ok()).unwrap_or(VISITS);
    thread::scope(|scope| {
        for start in 0..AT_A_TIME {
            scope.spawn(move || {
                for nth in (start..visits).step_by(AT_A_TIME as usize) {
                    let seed = seed.wrapping_add(nth);
                    let _telling = Telling(seed);
                    visit(&mut Rng::with_seed(seed));
                }
            });
        }
    });
}

/// The server's end, whichever way it speaks.
enum Room {
    Plain(Peer),
    Numbered(Numbered),
}

impl Room {
    /// bob has come in and sees it.
    fn enter(rng: &mut Rng) -> (Terminal, Self) {
        if rng.bool() {
            let visit = bob_with(&["--no-reconnect"]);
            return (visit.terminal, Self::Plain(visit.peer));
        }
        let server = Server::start();
        let args = [&server.address, "--name", "bob", "--no-reconnect"];
        let terminal = client(&args).start();
        let room = Numbered::lets_in(&server, "bob");
        terminal.shows_part("* bob joined");
        terminal.edits("bob>", 5);
        (terminal, Self::Numbered(room))
    }

    fn ada_says(&mut self, text: &str) {
        match self {
            Self::Plain(peer) => {
                peer.says(&format!("[14:03:09] ada: {text}\n"));
            }
            Self::Numbered(room) => room.tells(&format!("ada: {text}")),
        }
    }

    fn ada_leaves(&mut self) {
        let mark = match self {
            Self::Plain(_) => "",
            Self::Numbered(_) => "- ",
        };
        self.peer().says(&format!("{mark}[14:03:09] * ada left\n"));
    }

    /// Waits for these lines, and confirms them.
    fn takes(&mut self, entered: &[String]) {
        for (nth, line) in entered.iter().enumerate() {
            match self {
                Self::Plain(peer) => assert_eq!(peer.hears(), *line),
                Self::Numbered(room) => {
                    let k = 2 + nth as u64;
                    assert_eq!(room.peer.hears(), format!("{k} {line}"));
                    match line.starts_with("/msg") {
                        true => room.peer.says(&format!("= taken {k} -\n")),
                        false => room.confirms(k),
                    }
                }
            }
        }
    }

    fn peer(&mut self) -> &mut Peer {
        match self {
            Self::Plain(peer) => peer,
            Self::Numbered(room) => &mut room.peer,
        }
    }

    fn into_peer(self) -> Peer {
        match self {
            Self::Plain(peer) => peer,
            Self::Numbered(room) => room.peer,
        }
    }
}

fn visit(rng: &mut Rng) {
    let (mut terminal, mut room) = Room::enter(rng);
    let (mut said, mut entered) = (0, Vec::new());
    for _ in 0..rng.usize(5..60) {
        match rng.u8(..100) {
            0..50 => terminal.types(KEYS[rng.usize(..KEYS.len())]),
            50..60 => report(&terminal, rng),
            60..85 => {
                for _ in 0..rng.usize(1..30) {
                    room.ada_says(&format!("m{said}"));
                    said += 1;
                }
            }
            85..90 => paste(rng, &terminal, &mut entered),
            90..95 => {
                let line = format!("mine {}", entered.len());
                terminal.types(&format!("\x05\x15{line}\r"));
                entered.push(line);
            }
            _ => terminal.resizes(rng.u16(30..140)),
        }
    }
    let ending = ENDINGS[rng.usize(..ENDINGS.len())];
    let code = end(&terminal, &mut room, ending, said, &entered);
    let peer = room.into_peer();
    if matches!(ending, Ending::Reset) {
        peer.resets();
    } else {
        peer.closes();
    }
    assert_eq!(terminal.ends(), code, "{ending:?}");
    let shown = messages(&terminal);
    let expected: Vec<_> = (0..said).collect();
    assert_eq!(shown, expected, "{ending:?}");
    let own: Vec<_> = entered
        .iter()
        .filter_map(|line| line.strip_prefix("mine ")?.parse().ok())
        .collect();
    assert_eq!(numbers(&terminal, "bob> mine "), own, "{ending:?}");
}

/// Pastes several lines, with keys that nobody presses who has seen the
/// question; waits for it, and answers it. Notes what is to arrive.
fn paste(rng: &mut Rng, terminal: &Terminal, entered: &mut Vec<String>) {
    let draft = DRAFTS[rng.usize(..DRAFTS.len())];
    terminal.types(&format!("\x05\x15{draft}"));
    let lines: Vec<_> = (0..rng.usize(2..9))
        .map(|_| PASTED[rng.usize(..PASTED.len())])
        .collect();
    let end = ["\r", "\n", "\r\n"][rng.usize(..3)];
    let unseen = ["", "\r", "\n\r", "x\x7f"][rng.usize(..4)];
    let text = lines.iter().map(|(line, _)| *line).collect::<Vec<_>>();
    let text = text.join(end);
    terminal.types(&format!("\x1b[200~{text}\x1b[201~{unseen}"));
    let question = lines.len().to_string();
    terminal.waits("the question", |screen| {
        let row = screen.row();
        row.contains(&question) && row.contains("Enter") && row.contains("Esc")
    });
    if rng.bool() {
        terminal.types("\r");
        let sent = lines.iter().map(|(line, sent)| match draft {
            "" => (*sent).to_owned(),
            _ => format!("{draft}{line}"),
        });
        entered.extend(sent);
    } else {
        terminal.types("\x1b");
    }
    terminal.waits("the draft", |screen| screen.row().contains("bob>"));
}

/// The terminal reports something, in two pieces.
fn report(terminal: &Terminal, rng: &mut Rng) {
    let report = REPORTS[rng.usize(..REPORTS.len())].as_bytes();
    let (before, behind) = report.split_at(rng.usize(..=report.len()));
    terminal.types_bytes(before);
    terminal.types_bytes(behind);
}

/// Waits until everything has been heard on both sides, and begins to end
/// the visit. Says which code is right.
fn end(
    terminal: &Terminal,
    room: &mut Room,
    ending: Ending,
    said: usize,
    entered: &[String],
) -> u32 {
    room.takes(entered);
    // A closed connection delivers what was said before; the others do not.
    if !matches!(ending, Ending::Closed) {
        room.ada_leaves();
        terminal.shows_part("* ada left");
    }
    let empty = "\x05\x15";
    match ending {
        Ending::Quit => terminal.types(&format!("{empty}/quit\r")),
        Ending::CtrlC => terminal.types(&format!("{empty}\x03")),
        Ending::CtrlD => terminal.types(&format!("{empty}\x04")),
        Ending::Term => terminal.terminates(),
        Ending::Closed | Ending::Reset => return 1,
    }
    let rest = room.peer().hears_the_end();
    assert!(
        rest.is_empty() || rest.ends_with("/quit"),
        "{rest:?} after {said}"
    );
    0
}

/// The numbers of the messages, as they stand on the screen.
fn messages(terminal: &Terminal) -> Vec<usize> {
    numbers(terminal, "] ada: m")
}

/// The numbers behind this, as they stand on the screen.
fn numbers(terminal: &Terminal, before: &str) -> Vec<usize> {
    let number = |row: &String| {
        let (_, number) = row.split_once(before)?;
        number.parse().ok()
    };
    terminal.transcript().iter().filter_map(number).collect()
}
