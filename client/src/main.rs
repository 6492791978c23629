//! The program: arguments, the terminal and the exit code. No other file
//! knows of the arguments.

mod args;

use std::env;
use std::error::Error;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;

use chat_client::config::{Bell, Config, Keyboard, Reconnect};
use chat_client::exit::Exit;
use chat_client::run::run;
use chat_client::threads::inbox::{self, Inbox, Senders};
use chat_client::threads::signals::{self, Blocked};
use chat_client::threads::{keyboard, keys};
use chat_client::ui::editor::history::{self, History};
use chat_client::ui::plain_ui::PlainUi;
use chat_client::ui::terminal::layout::Colors;
use chat_client::ui::terminal::screen::Screen;
use chat_client::ui::terminal::{device, raw_mode};
use chat_client::ui::terminal_ui::TerminalUi;
use clap::Parser as _;

use crate::args::{Args, BellChoice};

fn main() -> ExitCode {
    match visit(&Args::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            // Not eprintln!, which panics where stderr is closed.
            let _ = writeln!(io::stderr(), "chat-client: {error}");
            Exit::Failed.into()
        }
    }
}

fn visit(args: &Args) -> Result<Exit, Box<dyn Error>> {
    let keyboard = kind_of_keyboard();
    let config = Config {
        address: args.address.parse()?,
        name: args.name.clone(),
        keyboard,
        reconnect: match keyboard {
            Keyboard::Person if !args.no_reconnect => Reconnect::Always,
            _ => Reconnect::Never,
        },
    };
    let blocked = signals::block();
    let channels = inbox::channels();
    if !args.plain && can_be_drawn_on() {
        return visit_on_screen(config, blocked, channels, args);
    }
    blocked.start(channels.0.clone())?;
    keyboard::start(io::stdin(), channels.0.person.clone())?;
    let bell = match keyboard {
        Keyboard::Person if io::stdout().is_terminal() => bell(args.bell),
        _ => Bell::Off,
    };
    let out = BufWriter::new(io::stdout());
    let ui = PlainUi::new(out, io::stderr(), keyboard, bell);
    Ok(run(config, channels, ui))
}

fn visit_on_screen(
    config: Config,
    blocked: Blocked,
    channels: (Senders, Inbox),
    args: &Args,
) -> Result<Exit, Box<dyn Error>> {
    let history = open_history(args);
    let _raw_mode = raw_mode::enter()?;
    blocked.with_terminal().start(channels.0.clone())?;
    keys::start(io::stdin(), channels.0.person.clone())?;
    let screen = Screen::new(device::output()?, colors());
    let ui = TerminalUi::new(screen, history, bell(args.bell));
    Ok(run(config, channels, ui))
}

fn kind_of_keyboard() -> Keyboard {
    if io::stdin().is_terminal() {
        Keyboard::Person
    } else {
        Keyboard::Pipe
    }
}

/// Whether both ends are a terminal that can do more than append lines.
fn can_be_drawn_on() -> bool {
    let kind = env::var_os("TERM").unwrap_or_default();
    let is_able = !kind.is_empty() && kind != "dumb";
    is_able && io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// As <https://no-color.org> has it.
fn colors() -> Colors {
    match env::var_os("NO_COLOR") {
        Some(value) if !value.is_empty() => Colors::Off,
        _ => Colors::On,
    }
}

fn bell(choice: BellChoice) -> Bell {
    match choice {
        BellChoice::Off => Bell::Off,
        BellChoice::Mention => Bell::Mention,
        BellChoice::All => Bell::All,
    }
}

/// Lines of earlier visits. Without a file the visit remembers its own.
fn open_history(args: &Args) -> History {
    let path = history::path().filter(|_| !args.no_history);
    let opened = path.map(|path| History::open(&path));
    opened.unwrap_or_default()
}
