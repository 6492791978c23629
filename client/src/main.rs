//! The program: arguments, Ctrl-C, the terminal and the exit code. No other
//! file knows of these.

mod args;

use std::error::Error;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use chat_client::config::{Config, Keyboard};
use chat_client::exit::Exit;
use chat_client::news::{self, News};
use chat_client::{keyboard, plain};
use clap::Parser as _;
use crossbeam_channel::Sender;

use crate::args::Args;

/// How long a signal waits for the main thread to take notice. A main thread
/// that writes to a stopped terminal takes no notice of anything.
const SIGNAL_WAIT: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            // Not eprintln!, which panics where stderr is closed.
            let _ = writeln!(io::stderr(), "chat-client: {error}");
            Exit::Failed.into()
        }
    }
}

fn run(args: &Args) -> Result<Exit, Box<dyn Error>> {
    let config = Config {
        address: args.address.parse()?,
        name: args.name.clone(),
        keyboard: kind_of_keyboard(),
    };
    let (sender, news) = news::channel();
    leave_on_signal(sender.clone())?;
    keyboard::start(io::stdin(), sender.clone())?;
    let out = BufWriter::new(io::stdout());
    Ok(plain::run(config, (sender, news), out, io::stderr()))
}

fn kind_of_keyboard() -> Keyboard {
    if io::stdin().is_terminal() {
        Keyboard::Person
    } else {
        Keyboard::Pipe
    }
}

/// Ctrl-C, SIGTERM and SIGHUP are news like any other.
fn leave_on_signal(news: Sender<News>) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || {
        let told = news.send_timeout(News::Interrupted, SIGNAL_WAIT);
        if told.is_err() {
            std::process::exit(i32::from(Exit::Left.code()));
        }
    })
}
