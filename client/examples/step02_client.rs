//! Step 2: a client that sends a line, shows the answer, and asks again.
//!
//! New: connect, the end of a stream, quit and exit.
//! Still wrong: while it waits for the keyboard it hears nothing.
//! Run it: `make step N=1`, and `make step N=2` in another terminal.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::ExitCode;

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

/// Keyboard, server, screen, and round again.
fn chat() -> io::Result<()> {
    let mut server = connect()?;
    let mut answers = BufReader::new(server.try_clone()?);
    println!("connected; quit or exit ends");

    while let Some(line) = ask("> ")? {
        if line == "quit" || line == "exit" {
            break;
        }
        server.write_all(format!("{line}\n").as_bytes())?;

        // One answer is one line, in however many pieces it comes.
        let mut answer = Vec::new();
        if answers.read_until(b'\n', &mut answer)? == 0 {
            return Err(io::Error::other("the server has gone"));
        }
        print!("{}", String::from_utf8_lossy(&answer));
    }
    Ok(())
}
