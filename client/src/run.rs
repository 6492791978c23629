//! The main loop, and the thread it runs on: waits for an event, asks the
//! visit what is to be done, does it. Must not decide anything
//! ([`crate::visit`] does) and must not know how it looks ([`Ui`] does).
//!
//! Whatever the person sees is written by this thread alone. The threads
//! that wait for keys and for the room only send events.

use std::time::Instant;

use chat_common::address::Address;

use crate::config::Config;
use crate::exit::Exit;
use crate::places::Places;
use crate::threads::inbox::{Event, Inbox, Senders};
use crate::threads::reader;
use crate::threads::sender::Connection;
use crate::typed::Typed;
use crate::ui::audience::Audience;
use crate::ui::terminal::decoder::TerminalInput;
use crate::ui::{Ui, Wish};
use crate::visit::Visit;
use crate::visit::action::Action;
use crate::visit::room_line::RoomLine;

/// How many events are followed before the person is shown what came of
/// them: a burst is drawn once for so many.
const EVENTS_PER_DRAW_MAX: usize = 4;

/// A visit, and where it is shown.
struct Run<U> {
    visit: Visit,
    ui: U,
    address: Address,
    /// For the readers this loop starts.
    senders: Senders,
    /// What all threads send.
    inbox: Inbox,
    /// Where the person was in this room, under each of their names.
    places: Places,
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
    ui: impl Ui,
) -> Exit {
    let mut run = Run {
        ui,
        places: Places::of(&config.address),
        address: config.address.clone(),
        visit: Visit::new(config),
        senders,
        inbox,
        connection: None,
        exit: None,
    };
    let actions = run.visit.begin(Instant::now());
    run.do_all(actions);
    let exit = loop {
        run.settle();
        if let Some(exit) = run.exit {
            break exit;
        }
        run.wait();
    };
    let actions = run.visit.finish(Instant::now());
    run.do_all(actions);
    run.ui.finish();
    exit
}

impl<U: Ui> Run<U> {
    /// Waits for the next event, or for the visit's deadline; then follows
    /// what else has come meanwhile.
    fn wait(&mut self) {
        let Some(event) = self.inbox.wait(self.visit.deadline()) else {
            let actions = self.visit.late(Instant::now());
            return self.do_all(actions);
        };
        self.follow(event);
        for _ in 1..EVENTS_PER_DRAW_MAX {
            if self.exit.is_some() {
                break;
            }
            let Some(event) = self.inbox.take() else {
                break;
            };
            self.follow(event);
        }
    }

    fn follow(&mut self, event: Event) {
        let now = Instant::now();
        let actions = match event {
            Event::Typed(typed) => return self.say(typed),
            Event::TypedTooLong => self.visit.typed_too_long(),
            Event::KeyboardEnded => self.visit.keyboard_ended(now),
            Event::Pressed(inputs, at) => {
                return inputs.into_iter().for_each(|it| self.press(it, at));
            }
            Event::Connected(connection) => {
                self.connection = Some(connection);
                self.visit.connected(now)
            }
            Event::Unreachable(error) => {
                self.visit.unreachable(&error.to_string(), now)
            }
            Event::Heard(lines) => {
                let actions = self.visit.heard(&lines, now);
                return self.do_all(actions);
            }
            Event::Gone(gone) => self.visit.gone(&gone, now),
            Event::Interrupted => self.visit.interrupted(now),
            Event::Suspended => return self.ui.suspend(),
            Event::Continued => return self.ui.resume(),
            Event::Resized => return self.ui.measure(),
        };
        self.do_all(actions);
    }

    fn say(&mut self, typed: Typed) {
        self.ui.answered();
        let actions = self.visit.typed(typed, Instant::now());
        self.do_all(actions);
    }

    fn press(&mut self, input: TerminalInput, at: Instant) {
        // Keys behind the one that ended the visit are not for it.
        if self.exit.is_some() {
            return;
        }
        for wish in self.ui.press(input, at) {
            let actions = match wish {
                Wish::Say(typed) => {
                    self.say(typed);
                    continue;
                }
                Wish::Leave => self.visit.keyboard_ended(Instant::now()),
                Wish::Interrupt => self.visit.interrupted(Instant::now()),
            };
            self.do_all(actions);
        }
    }

    fn settle(&mut self) {
        let waiting: Vec<_> = self.visit.waiting().collect();
        let prompt = self.visit.prompt();
        if self.ui.settle(&prompt, &waiting) == Audience::Gone {
            // Who cannot hear the room any more has no more to say to it.
            let actions = self.visit.keyboard_ended(Instant::now());
            self.do_all(actions);
        }
    }

    fn do_all(&mut self, actions: Vec<Action<'_>>) {
        actions.into_iter().for_each(|action| self.perform(action));
    }

    fn perform(&mut self, action: Action<'_>) {
        let me = self.visit.name();
        match action {
            Action::Call => self.call(),
            Action::Recall => self.recall(),
            Action::Keep(place) => {
                if let Err(complaint) = self.places.keep(me, &place) {
                    self.ui.tell(&complaint);
                }
            }
            Action::Show(line) => self.ui.show(&line, me),
            Action::ShowKept(line) => {
                self.ui.show(&RoomLine::read(&line), me);
            }
            Action::ShowMissed(line) => {
                self.ui.show(&RoomLine::read(&line).of_the_past(), me);
            }
            Action::Own(line, at) => self.ui.own(&line, at.as_deref(), me),
            Action::Tell(text) => self.ui.tell(&text),
            Action::Ask => self.ui.ask(),
            Action::Say(typed) => {
                self.ui.own(&typed.line, None, me);
                self.with_server(|it| it.send(typed));
            }
            Action::Send(typed) => self.with_server(|it| it.send(typed)),
            Action::HalfClose => self.with_server(Connection::half_close),
            Action::BePatient => self.with_server(Connection::be_patient),
            Action::HangUp => self.connection = None,
            Action::End(exit) => self.exit = Some(exit),
        }
    }

    /// Without a server there is nobody to do it with.
    fn with_server(&self, act: impl FnOnce(&Connection)) {
        if let Some(connection) = &self.connection {
            act(connection);
        }
    }

    fn recall(&mut self) {
        match self.places.recall(self.visit.name()) {
            Ok(place) => self.visit.recalled(place),
            Err(complaint) => self.ui.tell(&complaint),
        }
    }

    fn call(&mut self) {
        let called = reader::start(&self.address, self.senders.room.clone());
        if let Err(error) = called {
            let actions =
                self.visit.unreachable(&error.to_string(), Instant::now());
            self.do_all(actions);
        }
    }
}
