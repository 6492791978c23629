//! The main loop with plain lines: waits for news, asks the visit what is to
//! be done, does it. May not decide anything: [`crate::visit`] does.

use std::io::Write;
use std::time::Instant;

use chat_common::address::Address;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use crate::config::Config;
use crate::exit::Exit;
use crate::news::News;
use crate::paper::{Audience, Paper};
use crate::reader;
use crate::sender::Connection;
use crate::visit::{Step, Visit};

/// A visit, and where it is shown.
struct Plain<Out, Told> {
    visit: Visit,
    paper: Paper<Out, Told>,
    address: Address,
    /// For the readers this loop starts.
    sender: Sender<News>,
    /// What all threads send.
    news: Receiver<News>,
    /// The writing half, while there is a server.
    connection: Option<Connection>,
    /// How the visit ended.
    exit: Option<Exit>,
}

/// Runs a visit until it is over. `news` is what `sender` sends: the
/// keyboard has a clone of it too, and whoever waits for Ctrl-C. The room's
/// lines go to `out`, what this program has to say to `told`.
pub fn run(
    config: Config,
    (sender, news): (Sender<News>, Receiver<News>),
    out: impl Write,
    told: impl Write,
) -> Exit {
    let mut plain = Plain {
        paper: Paper::new(out, told, config.keyboard),
        address: config.address.clone(),
        visit: Visit::new(config),
        sender,
        news,
        connection: None,
        exit: None,
    };
    let mut steps = plain.visit.begin(Instant::now());
    loop {
        plain.take_all(steps);
        if let Some(exit) = plain.exit {
            return exit;
        }
        steps = plain.wait();
    }
}

impl<Out: Write, Told: Write> Plain<Out, Told> {
    /// Waits for the next piece of news, or for the visit's deadline.
    fn wait(&mut self) -> Vec<Step> {
        let news = match self.visit.deadline() {
            Some(deadline) => self.news.recv_deadline(deadline),
            None => self.news.recv().map_err(RecvTimeoutError::from),
        };
        match news {
            Ok(news) => self.ask_visit(news),
            // Only time can have run out: this loop holds a sender itself.
            Err(_) => self.visit.late(),
        }
    }

    fn ask_visit(&mut self, news: News) -> Vec<Step> {
        let now = Instant::now();
        match news {
            News::Typed(typed) => {
                self.paper.answered();
                self.visit.typed(typed, now)
            }
            News::TypedTooLong => self.visit.typed_too_long(),
            News::KeyboardEnded => self.visit.keyboard_ended(now),
            News::Connected(connection) => {
                self.connection = Some(connection);
                self.visit.connected(now)
            }
            News::Unreachable(error) => self.visit.unreachable(&error),
            News::Heard(lines) => self.visit.heard(lines, now),
            News::Gone(gone) => self.visit.gone(&gone),
            News::Interrupted => self.visit.interrupted(now),
        }
    }

    /// Takes these steps, and shows what they wrote.
    fn take_all(&mut self, steps: Vec<Step>) {
        for step in steps {
            self.take(step);
        }
        if self.paper.settle() == Audience::Gone {
            // Who cannot hear the room any more has no more to say to it.
            let following = self.visit.keyboard_ended(Instant::now());
            following.into_iter().for_each(|step| self.take(step));
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Call => self.call(),
            Step::Show(line) => self.paper.show(line.as_str()),
            Step::Tell(text) => self.paper.tell(&text),
            Step::Ask => self.paper.ask(),
            Step::Send(typed) => self.with_server(|it| it.send(typed)),
            Step::HalfClose => self.with_server(Connection::half_close),
            Step::BePatient => self.with_server(Connection::be_patient),
            Step::End(exit) => self.exit = Some(exit),
        }
    }

    /// Without a server there is nobody to do it with.
    fn with_server(&self, act: impl FnOnce(&Connection)) {
        if let Some(connection) = &self.connection {
            act(connection);
        }
    }

    fn call(&mut self) {
        let called = reader::start(&self.address, self.sender.clone());
        if let Err(error) = called {
            let steps = self.visit.unreachable(&error);
            steps.into_iter().for_each(|step| self.take(step));
        }
    }
}
