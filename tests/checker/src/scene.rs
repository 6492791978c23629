//! What a check is given: the program to start, and the seed of its chance.

use std::cell::OnceCell;
use std::os::unix::process::ExitStatusExt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::client::Client;
use super::excerpt::excerpt;
use super::program::Heap;
use super::random::Random;
use super::server::Server;
use super::verdict::Trouble;

/// How long a program that is ending may take until it has ended.
const LAST_BREATH_MAX: Duration = Duration::from_millis(50);

/// SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV: the program itself was wrong.
const CRASHES: [i32; 5] = [4, 6, 7, 8, 11];

/// How the server of a step talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// Says back what it hears (step 1).
    Echo,
    /// Passes each line on to everyone else, as it came (step 4).
    Relay,
    /// Asks for a name first (step 5 and later).
    Names,
}

impl Manners {
    /// How the server of this step talks.
    pub fn of(step: u8) -> Self {
        match step {
            0..=3 => Self::Echo,
            4 => Self::Relay,
            _ => Self::Names,
        }
    }
}

/// How a program has ended that ought to run, or to end otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Not in peace: its status, in words.
    Badly(String),
    /// In peace, but it is a server, and nobody had asked it to.
    ServerUnasked,
}

/// One check's own stage: nothing on it is shared with another check.
#[derive(Debug)]
pub struct Scene {
    command: String,
    step: u8,
    manners: Manners,
    seed: u64,
    server: OnceCell<Server>,
    client: OnceCell<Client>,
    /// The process group of the program, once it runs; who watches over the
    /// time knows it, too.
    group: Arc<OnceLock<u32>>,
}

impl Scene {
    /// A stage for the program that `command` starts.
    pub fn new(command: &str, step: u8, seed: u64) -> Self {
        Self {
            command: command.to_owned(),
            step,
            manners: Manners::of(step),
            seed,
            server: OnceCell::new(),
            client: OnceCell::new(),
            group: Arc::default(),
        }
    }

    /// The server, which is started when it is first asked for.
    ///
    /// # Errors
    /// When it does not start.
    pub fn server(&self) -> Result<&Server, Trouble> {
        self.server_with(Heap::AsItIs)
    }

    /// As [`Scene::server`], for checks that measure what it keeps.
    ///
    /// # Errors
    /// When it does not start.
    pub fn measured_server(&self) -> Result<&Server, Trouble> {
        self.server_with(Heap::Young)
    }

    fn server_with(&self, heap: Heap) -> Result<&Server, Trouble> {
        if let Some(server) = self.server.get() {
            return Ok(server);
        }
        let server = Server::start(&self.command, self.manners, heap)?;
        let _ = self.group.set(server.program.borrow().group());
        Ok(self.server.get_or_init(|| server))
    }

    /// The client, which is started when it is first asked for.
    ///
    /// # Errors
    /// When it does not start or does not connect.
    pub fn client(&self) -> Result<&Client, Trouble> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::start(&self.command)?;
        let _ = self.group.set(client.program.borrow().group());
        Ok(self.client.get_or_init(|| client))
    }

    /// The process group of the program, once it runs.
    pub fn group(&self) -> Arc<OnceLock<u32>> {
        Arc::clone(&self.group)
    }

    /// What happened last.
    pub fn moments(&self) -> Vec<String> {
        match (self.server.get(), self.client.get()) {
            (Some(server), _) => server.story.moments(),
            (None, Some(client)) => client.story.moments(),
            (None, None) => Vec::new(),
        }
    }

    /// How a server has fallen over, if it has; one that was told to end may
    /// have done so in any way but a crash.
    pub fn crash(&self) -> Option<End> {
        let mut program = self.server.get()?.program.borrow_mut();
        let status = program.ended()?;
        let crashed = match status.signal() {
            Some(signal) => CRASHES.contains(&signal),
            None => !status.success() && !program.was_interrupted(),
        };
        crashed.then(|| End::Badly(status.to_string()))
    }

    /// All that the program has said on its own screen.
    pub fn shown(&self) -> String {
        match (self.server.get(), self.client.get()) {
            (Some(server), _) => server.program.borrow().shown(),
            (None, Some(client)) => client.program.borrow().shown(),
            (None, None) => String::new(),
        }
    }

    /// The command that starts the program.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The number of the step.
    pub fn step(&self) -> u8 {
        self.step
    }

    /// How the server of this step talks.
    pub fn manners(&self) -> Manners {
        self.manners
    }

    /// Chance for this check.
    pub fn random(&self) -> Random {
        Random::new(self.seed)
    }

    /// Where the program's threads stand now.
    pub fn stands(&self) -> Vec<String> {
        match (self.server.get(), self.client.get()) {
            (Some(server), _) => server.story.stands(),
            (None, Some(client)) => client.story.stands(),
            (None, None) => Vec::new(),
        }
    }

    /// A line of the server whose time nobody could read, if there was one.
    pub fn odd_time(&self) -> Option<String> {
        self.server.get().and_then(|server| server.story.odd_time())
    }

    /// How the program has ended, if it has and should not have, or not so.
    pub fn end(&self) -> Option<End> {
        let (program, is_server) = match (self.server.get(), self.client.get())
        {
            (Some(server), _) => (&server.program, true),
            (None, Some(client)) => (&client.program, false),
            (None, None) => return None,
        };
        let mut program = program.borrow_mut();
        let status = program.ends(LAST_BREATH_MAX)?;
        if !status.success() {
            return Some(End::Badly(status.to_string()));
        }
        (is_server && !program.was_interrupted()).then_some(End::ServerUnasked)
    }

    /// What matters of what the program has said on its own screen.
    pub fn last_words(&self) -> String {
        if self.group.get().is_none() {
            // It never ran: the failure itself tells what it said.
            return String::new();
        }
        excerpt(&self.shown())
    }
}
