//! Many visits of somebody who presses keys at random, whose terminal reports
//! this and that, who drags the window, is talked to all the time, and leaves
//! or is left in one way or another. Whatever happens: it ends in time, with
//! the right code and the terminal as it was; what was said is on the screen
//! and what was entered arrived, all of it, once, in order.

use std::env;
use std::thread;

use fastrand::Rng;

use super::reports::REPORTS;
use super::{Visit, bob_with};
use crate::kit::pty::Terminal;
use crate::kit::server::Peer;

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

fn visit(rng: &mut Rng) {
    let Visit {
        mut terminal,
        mut peer,
        ..
    } = bob_with(&["--no-reconnect"]);
    let (mut said, mut entered) = (0, Vec::new());
    for _ in 0..rng.usize(5..60) {
        match rng.u8(..100) {
            0..50 => terminal.types(KEYS[rng.usize(..KEYS.len())]),
            50..60 => report(&terminal, rng),
            60..85 => {
                for _ in 0..rng.usize(1..30) {
                    peer.says(&format!("[14:03:09] ada: m{said}\n"));
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
    let code = end(&terminal, &mut peer, ending, said, &entered);
    if matches!(ending, Ending::Reset) {
        peer.resets();
    } else {
        peer.closes();
    }
    assert_eq!(terminal.ends(), code, "{ending:?}");
    let shown = messages(&terminal);
    let expected: Vec<_> = (0..said).collect();
    assert_eq!(shown, expected, "{ending:?}");
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
    peer: &mut Peer,
    ending: Ending,
    said: usize,
    entered: &[String],
) -> u32 {
    for line in entered {
        assert_eq!(peer.hears(), *line);
    }
    // A closed connection delivers what was said before; the others do not.
    if !matches!(ending, Ending::Closed) {
        peer.says("[14:03:09] * ada left\n");
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
    let rest = peer.hears_the_end();
    assert!(
        matches!(rest.as_str(), "" | "/quit"),
        "{rest:?} after {said}"
    );
    0
}

/// The numbers of the messages, as they stand on the screen.
fn messages(terminal: &Terminal) -> Vec<usize> {
    let number = |row: &String| {
        let (_, number) = row.split_once("] ada: m")?;
        number.parse().ok()
    };
    terminal.transcript().iter().filter_map(number).collect()
}
