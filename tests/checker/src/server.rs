//! The program under test when it is a server, and the ways into it. Does
//! not judge: checks do.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use super::listening::listening_elsewhere;
use super::person::{Heard, Person};
use super::port::Port;
use super::program::{Heap, Program};
use super::scene::Manners;
use super::story::Story;
use super::verdict::{Outcome, Trouble};
use super::{PATIENCE_MAX, START_MAX};

/// How often a starting program is knocked at.
const KNOCK_EVERY: Duration = Duration::from_millis(10);
/// How often if it is slow: perhaps it is still being compiled.
const KNOCK_SELDOM: Duration = Duration::from_millis(100);
/// How long a program may listen on other addresses only. Most of those that
/// do have the port written in their source.
const ELSEWHERE_MAX: Duration = Duration::from_millis(800);
/// How long somebody waits for an answer to hello before saying it again.
const HELLO_AGAIN: Duration = Duration::from_millis(200);
/// What a line begins with that only says that its author is there.
pub const HELLO: &str = "(hello)";

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    /// Its keyboard, its screen and its end.
    pub program: RefCell<Program>,
    /// Where it listens.
    pub address: SocketAddr,
    /// What happened to it.
    pub story: Story,
    manners: Manners,
    /// No other checker starts a program there meanwhile.
    _port: Port,
}

impl Server {
    /// Starts `command` and waits until somebody can connect.
    ///
    /// # Errors
    /// When the program ends before that, or takes too long.
    pub fn start(
        command: &str,
        manners: Manners,
        heap: Heap,
    ) -> Result<Self, Trouble> {
        let port = Port::free()?;
        let address = port.address();
        let program = listening(command, address, heap)?;
        let story = Story::default();
        story.begin(program.group());
        Ok(Self {
            program: RefCell::new(program),
            address,
            story,
            manners,
            _port: port,
        })
    }

    /// Starts the program once more, at the same address, when it has ended.
    ///
    /// # Errors
    /// As in [`Server::start`].
    pub fn starts_again(&self, command: &str) -> Outcome {
        let program = listening(command, self.address, Heap::AsItIs)?;
        self.story.begin(program.group());
        self.program.replace(program);
        Ok(())
    }

    /// Somebody connects.
    ///
    /// # Errors
    /// When the program takes no connection any more.
    pub fn connect(&self, name: &str) -> Result<Person, Trouble> {
        self.introduce(Person::connect(self.address, name, &self.story), name)
    }

    fn introduce(
        &self,
        person: std::io::Result<Person>,
        name: &str,
    ) -> Result<Person, Trouble> {
        let mut person = person.map_err(|error| {
            let ended = self.program.borrow_mut().ended();
            let slow = error.kind() == ErrorKind::TimedOut;
            Trouble::failed(
                format!("{name} connected"),
                "the program accepts the connection",
                match ended {
                    Some(status) => {
                        format!("the whole program has ended ({status})")
                    }
                    None => format!("it does not: {error}"),
                },
                if slow {
                    "does the program come back to accept, and is the queue \
                     of those who wait long enough? The number that listen \
                     takes may be 128"
                } else {
                    "one client's error must end that client only: is there \
                     a read or write whose error ends the loop around accept?"
                },
            )
        })?;
        person.manners = self.manners;
        self.story.meet(person.address, name);
        Ok(person)
    }

    /// Somebody connects and is in the room for certain when this returns.
    ///
    /// # Errors
    /// When the program does not let the person in.
    pub fn enter(&self, name: &str) -> Result<Person, Trouble> {
        let person = self.connect(name)?;
        self.settle(person)
    }

    /// As [`Server::enter`], with a receive buffer of about so many bytes.
    ///
    /// # Errors
    /// When the program does not let the person in.
    pub fn enter_narrow(
        &self,
        name: &str,
        bytes: usize,
    ) -> Result<Person, Trouble> {
        let person =
            Person::connect_narrow(self.address, name, &self.story, bytes);
        let person = self.introduce(person, name)?;
        self.settle(person)
    }

    fn settle(&self, mut person: Person) -> Result<Person, Trouble> {
        match self.manners {
            Manners::Echo => {}
            Manners::Relay => self.say_hello(&mut person)?,
            Manners::Names => self.give_name(&mut person)?,
        }
        Ok(person)
    }

    /// A relay answers nobody, so a second person says hello until the new
    /// one hears it. Everybody else skips such lines.
    fn say_hello(&self, person: &mut Person) -> Result<(), Trouble> {
        let mut usher = self.connect("usher")?;
        let deadline = Instant::now() + PATIENCE_MAX;
        loop {
            usher.sends(format!("{HELLO} {}\n", person.name).as_bytes())?;
            match person.hears_within(HELLO_AGAIN) {
                Heard::Line(line) if line.starts_with(HELLO) => return Ok(()),
                Heard::Nothing(_) if Instant::now() < deadline => {}
                other => {
                    self.story.look();
                    return Err(Trouble::failed(
                        format!(
                            "two people connected, and one said {HELLO:?} \
                             again and again"
                        ),
                        "the other one hears it",
                        person.came(&other),
                        "is everyone served at the same time, and is a line \
                         written to every client but the one it came from?",
                    ));
                }
            }
        }
    }

    fn give_name(&self, person: &mut Person) -> Result<(), Trouble> {
        let name = person.name.clone();
        person.sends(format!("{name}\n").as_bytes())?;
        loop {
            match person.hears() {
                Heard::Line(line)
                    if line.starts_with(&format!("* you are {name}")) =>
                {
                    return Ok(());
                }
                Heard::Line(line) if !line.contains("taken") => {}
                other => {
                    return Err(Trouble::failed(
                        format!("connected, and sent the line {name:?}"),
                        format!(
                            "among the answers a line that begins with \
                             \"* you are {name}\""
                        ),
                        person.came(&other),
                        "the first line of a client is its name, and the \
                         server says whether the client has it now. (If the \
                         threads below wait for a lock: is it taken twice?)",
                    ));
                }
            }
        }
    }

    /// Presses Ctrl-C, and waits for the end; `None` is a program that still
    /// runs, and the story then knows where its threads stand.
    pub fn ends_after_ctrl_c(&self, within: Duration) -> Option<ExitStatus> {
        self.program.borrow().interrupt();
        let status = self.program.borrow_mut().ends(within);
        if status.is_none() {
            self.story.look();
        }
        status
    }
}

/// Starts a program and waits until somebody can connect.
fn listening(
    command: &str,
    address: SocketAddr,
    heap: Heap,
) -> Result<Program, Trouble> {
    let mut program = Program::start_with(command, address.port(), heap)?;
    let started = Instant::now();
    while TcpStream::connect_timeout(&address, KNOCK_EVERY * 10).is_err() {
        let waited = started.elapsed();
        if let Some(came) = in_vain(&mut program, address, waited) {
            let expected = "it listens on 127.0.0.1 on that port";
            return Err(Trouble::never_began(expected, &came, &program));
        }
        // The longer it takes, the less a moment matters.
        thread::sleep((waited / 10).clamp(KNOCK_EVERY, KNOCK_SELDOM));
    }
    Ok(program)
}

/// Why waiting is in vain, if it is.
fn in_vain(
    program: &mut Program,
    wanted: SocketAddr,
    waited: Duration,
) -> Option<String> {
    if let Some(status) = program.ends(Duration::ZERO) {
        return Some(format!("it ended ({status}) before that"));
    }
    if waited > START_MAX {
        return Some(format!("nobody listened within {START_MAX:?}"));
    }
    if waited < ELSEWHERE_MAX {
        return None;
    }
    let elsewhere = listening_elsewhere(program.group(), wanted).join(", ");
    let swapped = format!(":{}", wanted.port().swap_bytes());
    match elsewhere {
        none if none.is_empty() => None,
        one if one.ends_with(&swapped) => Some(format!(
            "it listens on {one} instead, which is the port with its two \
             bytes swapped (htons)"
        )),
        some => Some(format!("it listens on {some} instead")),
    }
}
