//! Commands: answered to one person, and no business of the others.

use chat_kit::text::cut_time;

use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

/// Neither what ada asked nor what she was answered is heard by bob.
fn nobody_else_was_answered(bob: &mut Person) -> Outcome {
    let mut came = false;
    loop {
        let heard = bob.hears();
        let look = match &heard {
            Heard::Line(line) if cut_time(line) == Some("ada: done") => {
                return Ok(());
            }
            Heard::Line(line) if line.contains("ada joined") => {
                came = true;
                continue;
            }
            // The rest of bob's own welcome.
            Heard::Line(_) if !came => continue,
            Heard::Line(line) if line.starts_with("* ") => {
                "the answer to a command is for the one who sent it: write it \
                 to that client alone"
            }
            _ => "commands must not be passed on to the room",
        };
        return Err(Trouble::failed(
            "ada sent \"/users\", \"/help\" and \"/dance\", and said \"done\"",
            "bob hears \"[HH:MM:SS] ada: done\" and nothing else",
            bob.came(&heard),
            look,
        ));
    }
}

/// `/users`, `/help`, something unknown, and `/quit`.
pub fn commands(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut ada = server.enter("ada")?;
    for (command, parts) in [
        ("/users", &["ada", "bob"][..]),
        ("/help", &["/users", "/quit"]),
        ("/dance", &["/dance"]),
    ] {
        ada.sends(format!("{command}\n").as_bytes())?;
        let heard = ada.hears_notice();
        if let Heard::Line(line) = &heard
            && parts.iter().all(|part| line.contains(part))
        {
            continue;
        }
        return Err(Trouble::failed(
            format!("ada sent {command:?}"),
            format!("a line that begins with \"* \" and holds {parts:?}"),
            ada.came(&heard),
            "a line that begins with a slash is a command: answer the one \
             who sent it, and if nobody knows the command, repeat it in the \
             answer",
        ));
    }
    ada.says("done")?;
    nobody_else_was_answered(&mut bob)?;
    ada.sends(b"/quit\n")?;
    match ada.hears() {
        Heard::End(_) | Heard::Reset => Ok(()),
        other => Err(Trouble::failed(
            "ada sent \"/quit\"",
            "the server closes the connection",
            format!("ada heard {other}"),
            "close every copy of the socket: the one in the list as well",
        )),
    }
}
