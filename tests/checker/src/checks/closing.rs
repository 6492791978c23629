//! Closing: nobody is let in behind the goodbye, and the program can be
//! started again at once.

use std::thread;
use std::time::Duration;

use super::shutdown::goodbye;
use super::stop::{STOP_MAX, still_runs};
use crate::person::Heard;
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

/// How long after the goodbye the newcomer waits: a listener that is just
/// being closed may let somebody in a moment too late.
const GAP: Duration = Duration::from_millis(200);
/// How long the newcomer waits for an answer.
const ANSWER_MAX: Duration = Duration::from_millis(1500);

/// Somebody comes when the goodbye has been said.
pub fn closed(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    // Stays, so that the program has somebody to wait for.
    let mut silent = server.enter("silent")?;
    server.program.borrow().interrupt();
    goodbye(&mut silent)?;
    thread::sleep(GAP);
    // Refused, or cut off: that is as it should be.
    let Ok(mut zoe) = server.connect("zoe") else {
        return Ok(());
    };
    if zoe.sends(b"zoe\n").is_err() {
        return Ok(());
    }
    loop {
        match zoe.hears_within(ANSWER_MAX) {
            Heard::Line(line) if line.contains("you are zoe") => {
                return Err(Trouble::failed(
                    "Ctrl-C; silent heard the goodbye, and then zoe came",
                    "zoe is not let in: refused, cut off, or not answered",
                    zoe.came(&Heard::Line(line)),
                    "close the listening socket, or leave the loop around \
                     accept, before the goodbye: who is let in behind it \
                     hears none",
                ));
            }
            Heard::Line(_) => {}
            Heard::End(_) | Heard::Reset | Heard::Nothing(_) => return Ok(()),
        }
    }
}

/// It ends while people are there, and is started again.
pub fn again(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut ada = server.enter("ada")?;
    ada.says("first")?;
    bob.hears_said("ada", "first")?;
    if server.ends_after_ctrl_c(STOP_MAX).is_none() {
        return Err(still_runs("ada and bob are there"));
    }
    // They leave after the program, whose side of the connections then stays
    // in the system for a minute.
    for mut person in [ada, bob] {
        while let Heard::Line(_) = person.hears() {}
    }
    server.starts_again(scene.command()).map_err(|trouble| {
        trouble
            .after(
                "Ctrl-C ended the program while ada and bob were there, and \
                 then it was started again, with the same PORT",
            )
            .look_at(
                "set SO_REUSEADDR before bind: connections that the old \
                 program has closed keep its port for a minute. (C and C++ \
                 and a plain socket() of Python need that; Rust, Go, Node, \
                 Java and create_server of Python do it by themselves)",
            )
    })
}
