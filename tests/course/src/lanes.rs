//! Plays the sessions of the book: terminals side by side, a row at a time.
//!
//! The first row names the lanes. A cell then is one of these:
//!
//! * `$ make step N=4`, `$ make freeze` and so on: starts that program;
//! * `$ nc localhost 7007`: connects, as `nc` does;
//! * `> hello` or `your name? ada`: types a line;
//! * `^C`, `^D`: presses these keys;
//! * `(nothing)`: nothing has come that was not shown;
//! * `(ends)`: the program, or the connection, ends now;
//! * anything else is the next line that comes, times and ports aside.

use std::time::Duration;

use super::transcript::plain;
use chat_checker::PATIENCE_MAX;
use chat_checker::person::{Heard, Person};
use chat_checker::port::Port;
use chat_checker::program::Program;
use chat_checker::story::Story;

/// What stands in front of what a person types.
const PROMPTS: [&str; 2] = ["> ", "your name? "];

/// Turns what follows `$ make` into a command for the shell.
pub type Commands<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// What runs in a lane.
enum Terminal {
    Nothing,
    Program { program: Program, read: usize },
    Connection(Person),
}

struct Play<'a> {
    commands: Commands<'a>,
    port: Port,
    story: Story,
    lanes: Vec<(String, Terminal)>,
}

/// Plays a session and compares it row by row.
///
/// # Errors
/// The row that did not come true, and what came instead.
pub fn play(rows: &[String], commands: Commands<'_>) -> Result<(), String> {
    let (names, rows) = rows.split_first().ok_or("an empty session")?;
    let mut play = Play {
        commands,
        port: Port::free().map_err(|error| error.to_string())?,
        story: Story::default(),
        lanes: cells(names)
            .map(|name| (name.to_owned(), Terminal::Nothing))
            .collect(),
    };
    for row in rows {
        for (nth, cell) in cells(row).enumerate() {
            if !cell.is_empty() {
                play.act(nth, cell)
                    .map_err(|why| format!("row {row:?}: {why}"))?;
            }
        }
    }
    for (name, terminal) in &mut play.lanes {
        if let Some(line) = terminal.came_already() {
            return Err(format!("{name} shows {line:?} at the end"));
        }
    }
    Ok(())
}

fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.split('|').map(str::trim)
}

impl Play<'_> {
    fn act(&mut self, lane: usize, cell: &str) -> Result<(), String> {
        if let Some(command) = cell.strip_prefix("$ ") {
            let terminal = self.start(command)?;
            self.lane(lane)?.1 = terminal;
            return Ok(());
        }
        let port = self.port.number;
        let (name, terminal) = self.lane(lane)?;
        for prompt in PROMPTS {
            if let Some(text) = cell.strip_prefix(prompt) {
                return terminal.types(text);
            }
        }
        match cell {
            "^C" => terminal.interrupt(),
            "^D" => terminal.hang_up(),
            "(ends)" => terminal.ends(),
            "(nothing)" => match terminal.came_already() {
                None => Ok(()),
                Some(line) => Err(format!("{name} shows {line:?}")),
            },
            _ => {
                let came = plain(&terminal.next_line()?, port);
                if came == plain(cell, port) {
                    return Ok(());
                }
                Err(format!("{name} shows {came:?}"))
            }
        }
    }

    fn lane(&mut self, nth: usize) -> Result<&mut (String, Terminal), String> {
        self.lanes
            .get_mut(nth)
            .ok_or("more cells than lanes".into())
    }

    fn start(&self, command: &str) -> Result<Terminal, String> {
        if command == "nc localhost 7007" {
            let to = self.port.address();
            return Person::connect(to, "nc", &self.story)
                .map(Terminal::Connection)
                .map_err(|error| format!("cannot connect: {error}"));
        }
        let command = (self.commands)(command)?;
        Program::start(&command, self.port.number)
            .map(|program| Terminal::Program { program, read: 0 })
            .map_err(|error| format!("cannot start {command}: {error}"))
    }
}

impl Terminal {
    fn types(&mut self, text: &str) -> Result<(), String> {
        match self {
            Self::Nothing => Err("nothing runs here".to_owned()),
            Self::Program { program, .. } => {
                program.types(&format!("{text}\n"));
                Ok(())
            }
            Self::Connection(person) => person
                .sends(format!("{text}\n").as_bytes())
                .map_err(|trouble| format!("{trouble:?}")),
        }
    }

    fn interrupt(&mut self) -> Result<(), String> {
        match self {
            Self::Nothing => return Err("nothing runs here".to_owned()),
            Self::Program { program, .. } => program.interrupt(),
            // This ends `nc`, and its connection with it.
            Self::Connection(_) => *self = Self::Nothing,
        }
        Ok(())
    }

    fn hang_up(&mut self) -> Result<(), String> {
        match self {
            Self::Nothing => return Err("nothing runs here".to_owned()),
            Self::Program { program, .. } => program.hang_up(),
            Self::Connection(person) => person.says_no_more(),
        }
        Ok(())
    }

    fn ends(&mut self) -> Result<(), String> {
        match self {
            Self::Nothing => Err("nothing runs here".to_owned()),
            Self::Program { program, .. } => program
                .ends(PATIENCE_MAX)
                .map(|_| ())
                .ok_or_else(|| "it still runs".to_owned()),
            Self::Connection(person) => match person.hears() {
                Heard::End(rest) if rest.is_empty() => Ok(()),
                other => Err(format!("shows {other}")),
            },
        }
    }

    fn next_line(&mut self) -> Result<String, String> {
        self.line_within(PATIENCE_MAX)
            .ok_or_else(|| "nothing more comes".to_owned())
    }

    /// A line that has come and that no row has shown.
    fn came_already(&mut self) -> Option<String> {
        self.line_within(Duration::ZERO)
    }

    fn line_within(&mut self, within: Duration) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Connection(person) => match person.hears_within(within) {
                Heard::Line(line) => Some(line),
                _ => None,
            },
            Self::Program { program, read } => {
                let from = *read;
                // Not in time: then there is no whole line to take.
                let _ = program.shows(within, |screen| {
                    screen.get(from..).is_some_and(|new| new.contains('\n'))
                });
                let screen = program.shown();
                let (line, _) = screen.get(from..)?.split_once('\n')?;
                *read += line.len() + 1;
                Some(without_prompts(line).to_owned())
            }
        }
    }
}

/// A line of a program's screen as a person sees it. A prompt waits for what
/// is typed, and the terminal shows that; here it stays in front.
fn without_prompts(line: &str) -> &str {
    let mut line = line;
    loop {
        let before = line;
        line = line.trim_start_matches('\r');
        for prompt in PROMPTS {
            line = line.strip_prefix(prompt).unwrap_or(line);
        }
        if line == before {
            return line;
        }
    }
}
