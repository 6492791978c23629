//! The main loop, and the thread it runs on: waits for news, asks the visit
//! what is to be done, does it. May not decide anything ([`crate::visit`]
//! does) and may not know how it looks ([`Face`] does).
//!
//! Whatever the person sees is written by this thread alone. The threads
//! that wait for keys and for the room only send news.

use std::time::Instant;

use chat_common::address::Address;

use crate::config::Config;
use crate::decoder::Event;
use crate::exit::Exit;
use crate::face::{Audience, Face, Wish};
use crate::news::{Inbox, News, Senders};
use crate::reader;
use crate::sender::Connection;
use crate::typed::Typed;
use crate::visit::{Step, Visit};

/// How many pieces of news are followed before the person is shown what
/// came of them: a burst is drawn once for so many.
const NEWS_PER_DRAW_MAX: usize = 4;

/// A visit, and where it is shown.
struct Run<F> {
    visit: Visit,
    face: F,
    address: Address,
    /// For the readers this loop starts.
    senders: Senders,
    /// What all threads send.
    inbox: Inbox,
    /// The writing half, while there is a server.
    connection: Option<Connection>,
    /// How the visit ended.
    exit: Option<Exit>,
}

/// Runs a visit until it is over. The inbox holds what is sent by the
/// senders: the keyboard has a clone of them too, and whoever waits for
/// signals.
pub fn run(
    config: Config,
    (senders, inbox): (Senders, Inbox),
    face: impl Face,
) -> Exit {
    let mut run = Run {
        face,
        address: config.address.clone(),
        visit: Visit::new(config),
        senders,
        inbox,
        connection: None,
        exit: None,
    };
    let steps = run.visit.begin(Instant::now());
    run.take_all(steps);
    let exit = loop {
        run.settle();
        if let Some(exit) = run.exit {
            break exit;
        }
        run.wait();
    };
    run.face.finish();
    exit
}

impl<F: Face> Run<F> {
    /// Waits for the next piece of news, or for the visit's deadline; then
    /// follows what else has come meanwhile.
    fn wait(&mut self) {
        let Some(news) = self.inbox.wait(self.visit.deadline()) else {
            let steps = self.visit.late(Instant::now());
            return self.take_all(steps);
        };
        self.follow(news);
        for _ in 1..NEWS_PER_DRAW_MAX {
            if self.exit.is_some() {
                break;
            }
            let Some(news) = self.inbox.take() else { break };
            self.follow(news);
        }
    }

    fn follow(&mut self, news: News) {
        let now = Instant::now();
        let steps = match news {
            News::Typed(typed) => return self.say(typed),
            News::TypedTooLong => self.visit.typed_too_long(),
            News::KeyboardEnded => self.visit.keyboard_ended(now),
            News::Pressed(events, at) => {
                return events.into_iter().for_each(|it| self.press(it, at));
            }
            News::Connected(connection) => {
                self.connection = Some(connection);
                self.visit.connected(now)
            }
            News::Unreachable(error) => self.visit.unreachable(&error, now),
            News::Heard(lines) => self.visit.heard(lines, now),
            News::Gone(gone) => self.visit.gone(&gone, now),
            News::Interrupted => self.visit.interrupted(now),
            News::Suspended => return self.face.suspend(),
            News::Continued => return self.face.resume(),
            News::Resized => return self.face.measure(),
        };
        self.take_all(steps);
    }

    fn say(&mut self, typed: Typed) {
        self.face.answered();
        let steps = self.visit.typed(typed, Instant::now());
        self.take_all(steps);
    }

    fn press(&mut self, event: Event, at: Instant) {
        // Keys behind the one that ended the visit are not for it.
        if self.exit.is_some() {
            return;
        }
        for wish in self.face.press(event, at) {
            let steps = match wish {
                Wish::Say(typed) => {
                    self.say(typed);
                    continue;
                }
                Wish::Leave => self.visit.keyboard_ended(Instant::now()),
                Wish::Interrupt => self.visit.interrupted(Instant::now()),
            };
            self.take_all(steps);
        }
    }

    fn settle(&mut self) {
        if self.face.settle(&self.visit.prompt()) == Audience::Gone {
            // Who cannot hear the room any more has no more to say to it.
            let steps = self.visit.keyboard_ended(Instant::now());
            self.take_all(steps);
        }
    }

    fn take_all(&mut self, steps: Vec<Step>) {
        steps.into_iter().for_each(|step| self.take(step));
    }

    fn take(&mut self, step: Step) {
        let me = self.visit.name();
        match step {
            Step::Call => self.call(),
            Step::Show(line) => self.face.show(&line, me),
            Step::Tell(text) => self.face.tell(&text),
            Step::Ask => self.face.ask(),
            Step::Say(typed) => {
                self.face.own(&typed.line, me);
                self.with_server(|it| it.send(typed));
            }
            Step::Send(typed) => self.with_server(|it| it.send(typed)),
            Step::HalfClose => self.with_server(Connection::half_close),
            Step::BePatient => self.with_server(Connection::be_patient),
            Step::HangUp => self.connection = None,
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
        let called = reader::start(&self.address, self.senders.room.clone());
        if let Err(error) = called {
            let steps = self.visit.unreachable(&error, Instant::now());
            self.take_all(steps);
        }
    }
}
