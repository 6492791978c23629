//! The program under test when it is a client: the checker plays the server
//! and drives the keyboard. Does not judge: checks do.

use std::cell::RefCell;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::excerpt::excerpt;
use super::person::Person;
use super::program::Program;
use super::story::{Story, shown};
use super::verdict::{Outcome, Trouble};
use super::{PATIENCE_MAX, START_MAX};

/// How often a program that has not connected yet is asked whether it has
/// ended.
const ASK_EVERY: Duration = Duration::from_millis(20);
/// How late the news of a connection may come.
const LATE_MAX: Duration = Duration::from_millis(500);
/// How the server is called in reports.
pub const SERVER: &str = "the server";

/// A client that runs, and a server for it.
#[derive(Debug)]
pub struct Client {
    /// Its keyboard, its screen and its end.
    pub program: RefCell<Program>,
    /// What happened to it.
    pub story: Story,
    connection: RefCell<Option<Person>>,
}

impl Client {
    /// Starts `command` and waits until it has connected.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(command: &str) -> Result<Self, Trouble> {
        const EXPECTED: &str = "it connects to 127.0.0.1 on that port";
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let story = Story::default();
        story.meet(address, SERVER);
        let mut program = Program::start(command, address.port())?;
        story.begin(program.group());
        let (sender, receiver) = mpsc::channel();
        // If nobody ever connects this thread waits until the checker ends.
        thread::spawn(move || sender.send(listener.accept()));
        let started = Instant::now();
        let accepted = loop {
            if let Ok(accepted) = receiver.recv_timeout(ASK_EVERY) {
                break accepted;
            }
            if let Some(status) = program.ends(Duration::ZERO) {
                // It may have connected just before.
                if let Ok(accepted) = receiver.recv_timeout(LATE_MAX) {
                    break accepted;
                }
                let came = format!("it ended ({status}) before that");
                return Err(Trouble::never_began(EXPECTED, &came, &program));
            }
            if started.elapsed() > START_MAX {
                let came = format!("it did not within {START_MAX:?}");
                return Err(Trouble::never_began(EXPECTED, &came, &program));
            }
        };
        let (stream, _) = accepted?;
        let connection = Person::on(stream, SERVER, &story)?;
        Ok(Self {
            program: RefCell::new(program),
            story,
            connection: RefCell::new(Some(connection)),
        })
    }

    /// Types a line, and Enter.
    pub fn types(&self, line: &str) {
        self.story.tell(format!("the person typed {line:?}"));
        self.program.borrow_mut().types(&format!("{line}\n"));
    }

    /// The server's end of the connection.
    ///
    /// # Errors
    /// When the server has hung up before.
    pub fn server<T>(
        &self,
        act: impl FnOnce(&mut Person) -> T,
    ) -> Result<T, Trouble> {
        match &mut *self.connection.borrow_mut() {
            Some(person) => Ok(act(person)),
            None => Err(Trouble::CouldNotTell("hung up already".to_owned())),
        }
    }

    /// The server closes the connection.
    pub fn server_hangs_up(&self) {
        self.story
            .tell("the server closed the connection".to_owned());
        *self.connection.borrow_mut() = None;
    }

    /// Waits until the screen shows `text`.
    ///
    /// # Errors
    /// A failure in words when it does not.
    pub fn shows(&self, text: &str) -> Outcome {
        self.program
            .borrow()
            .shows(PATIENCE_MAX, |screen| screen.contains(text))
            .map_err(|_| {
                Trouble::failed(
                    self.story.moments().join("\n"),
                    format!("the screen shows {}", shown(text.as_bytes())),
                    "it does not",
                    "the code that reads from the server and prints",
                )
            })
    }

    /// Waits until the program has ended.
    ///
    /// # Errors
    /// A failure in words when it does not, or ends in a panic.
    pub fn ends(&self, after: &str, look: &str) -> Outcome {
        let status = self.program.borrow_mut().ends(PATIENCE_MAX);
        let came = match status {
            Some(status)
                if status.code().is_some()
                    && !fell_over(&self.program.borrow().shown()) =>
            {
                return Ok(());
            }
            Some(status) => format!(
                "it ended badly ({status}); it said: {}",
                excerpt(&self.program.borrow().shown())
            ),
            None => format!("it still runs {PATIENCE_MAX:?} later"),
        };
        Err(Trouble::failed(
            after,
            "the program ends in peace",
            came,
            look,
        ))
    }
}

/// Whether a program ended in a way meant for its author only.
pub fn fell_over(screen: &str) -> bool {
    const SIGNS: [&str; 11] = [
        // Python, Rust and Node.
        "Traceback (most recent",
        "panicked at",
        "Unhandled 'error' event",
        "node:internal/",
        // Java, Go, C++ and what a shell says of a signal.
        "Exception in thread \"",
        "\tat java.base/",
        "\npanic: ",
        " [running]:\n",
        "terminate called ",
        "core dumped",
        "AddressSanitizer",
    ];
    SIGNS.iter().any(|sign| screen.contains(sign))
}
