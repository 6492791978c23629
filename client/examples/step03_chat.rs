//! Step 3: a client that listens and types at the same time.
//!
//! New: a second thread, a name in front of each line.
//! Still wrong: a line that comes while you type tears what you typed.
//! Run it: `make step N=1`, and `make step N=3` in another terminal.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{self, ExitCode};
use std::thread;
use std::time::Duration;

/// How long the server's last words are waited for after quit.
const GOODBYE_MAX: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match chat() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Finds the server, and says what to do when there is none.
fn connect() -> io::Result<TcpStream> {
    let port = env::var("PORT").unwrap_or_else(|_| "7007".to_owned());
    TcpStream::connect(format!("127.0.0.1:{port}")).map_err(|error| {
        io::Error::other(format!(
            "nobody listens on port {port} ({error}); start the server first"
        ))
    })
}

/// Shows `prompt` and waits for a line of the keyboard; `None` is its end.
fn ask(prompt: &str) -> io::Result<Option<String>> {
    print!("{prompt}");
    io::stdout().flush()?;
    let mut line = String::new();
    let count = io::stdin().read_line(&mut line)?;
    Ok((count > 0).then(|| line.trim_end().to_owned()))
}

/// The keyboard is ours; the reader thread has the server.
fn chat() -> io::Result<()> {
    let mut server = connect()?;
    println!("connected; quit or exit ends");
    let Some(name) = ask("your name? ")? else {
        return Ok(());
    };
    let answers = BufReader::new(server.try_clone()?);
    let reader = thread::Builder::new().name("reader".to_owned());
    reader.spawn(move || show(answers))?;

    while let Some(line) = ask("> ")? {
        if line == "quit" || line == "exit" {
            break;
        }
        let line = format!("{name}: {line}\n");
        server.write_all(line.as_bytes())?;
        print!("{line}");
    }

    // We say no more. The server closes its side when it has said all it
    // has to say, and then the reader ends the program.
    server.shutdown(Shutdown::Write)?;
    thread::sleep(GOODBYE_MAX);
    Ok(())
}

/// Shows every line as it comes. Ends the program with the connection: std
/// has nothing to wake a thread that waits for the keyboard.
fn show(answers: BufReader<TcpStream>) {
    for line in answers.split(b'\n').map_while(Result::ok) {
        println!("\r{}", String::from_utf8_lossy(&line));
        print!("> ");
        // A screen that is gone is no reason to stop reading.
        let _ = io::stdout().flush();
    }
    println!("\rthe connection is closed");
    process::exit(0);
}
