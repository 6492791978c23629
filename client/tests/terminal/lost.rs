//! A terminal that is gone without a word, or takes no more output: nobody
//! looks at it, so nothing but a signal or the end of it ends the program.

use std::fs;
use std::io::Read;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{
    Child, CommandBuilder, MasterPty, PtySize, native_pty_system,
};
use rustix::process::{Pid, Signal, kill_process};

use super::leaving::children;
use crate::kit::program::DEADLINE;
use crate::kit::server::{Peer, Server};

/// A client on a terminal at which nobody looks any more.
struct Unseen {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    /// The settings of the terminal in the beginning.
    before: String,
    peer: Peer,
}

/// Lets bob in, behind these words of a program that starts the client.
fn bob(starter: &[&str]) -> Unseen {
    let server = Server::start();
    let client = env!("CARGO_BIN_EXE_chat-client");
    let own = [client, &server.address, "--name", "bob", "--no-history"];
    let all = [starter, &own].concat();
    let pair = native_pty_system().openpty(PtySize::default());
    let pair = pair.expect("a pty");
    let before = termios(&*pair.master);
    let mut command = CommandBuilder::new(all[0]);
    command.args(&all[1..]);
    command.env("TERM", "xterm-256color");
    let child = pair.slave.spawn_command(command).expect("a child");
    let reader = pair.master.try_clone_reader().expect("a reader");
    let seen = sees(reader, "bob joined");
    let peer = server.lets_in("bob");
    seen.recv_timeout(DEADLINE).expect("bob in the room");
    Unseen {
        child,
        master: pair.master,
        before,
        peer,
    }
}

/// Reads until this has come, and no further.
fn sees(
    mut terminal: Box<dyn Read + Send>,
    what: &'static str,
) -> Receiver<()> {
    let (sender, seen) = channel();
    thread::spawn(move || {
        let mut text = String::new();
        while !text.contains(what) {
            let mut bytes = [0; 256];
            let count = terminal.read(&mut bytes).expect("a terminal");
            text.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        drop(terminal);
        sender.send(())
    });
    seen
}

fn termios(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

/// Whether the main thread of this process waits in a write.
fn is_writing(id: u32) -> bool {
    let call = fs::read_to_string(format!("/proc/{id}/syscall"));
    let call = call.expect("a process");
    let number = if cfg!(target_arch = "x86_64") {
        "1 "
    } else {
        "64 "
    };
    call.starts_with(number)
}

fn waits_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < end, "no {what}");
        // Nobody tells us: what is waited for is what does not happen.
        thread::sleep(Duration::from_millis(2));
    }
}

fn code(child: &mut dyn Child) -> u32 {
    let mut code = None;
    waits_for("end of the program", || {
        let status = child.try_wait().expect("a child");
        code = status.map(|it| it.exit_code());
        code.is_some()
    });
    code.expect("a code")
}

/// Whether this process is there and has not ended.
fn is_running(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"));
    stat.is_ok_and(|it| !it.contains(") Z "))
}

#[test]
fn a_terminal_that_vanishes_ends_the_visit() {
    // No signal comes where the terminal is not that of the session, or
    // where a hangup is ignored.
    let is_deaf = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"];
    let is_elsewhere = ["sh", "-c", "trap '' HUP; setsid -w \"$@\"", "sh"];
    for starter in [&[][..], &is_deaf, &is_elsewhere] {
        let Unseen {
            child,
            master,
            mut peer,
            ..
        } = bob(starter);
        let mut id = child.process_id().expect("a process");
        while let Some(&started) = children(id).first() {
            id = started;
        }
        drop(master);
        // Who was hung up on says nothing, and who read an end says goodbye.
        assert!(["", "/quit\n"].contains(&&*peer.hears_the_rest()));
        peer.closes();
        waits_for("end of the program", || !is_running(id));
    }
}

#[test]
fn signals_end_a_client_whose_terminal_takes_no_output() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let Unseen {
            mut child,
            master,
            before,
            mut peer,
        } = bob(&[]);
        thread::spawn(move || peer.floods());
        let id = child.process_id().expect("a process");
        waits_for("a client that is stuck", || is_writing(id));
        let id = i32::try_from(id).ok().and_then(Pid::from_raw);
        kill_process(id.expect("an id"), signal).expect("a process");
        assert_eq!(code(&mut *child), 0, "{signal:?}");
        assert_eq!(termios(&*master), before, "{signal:?}");
    }
}
