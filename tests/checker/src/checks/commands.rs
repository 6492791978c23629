//! Commands: answered to one person, and no business of the others.

use crate::person::Heard;
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

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
    bob.hears_said("ada", "done").map_err(|trouble| {
        trouble.look_at("commands must not be passed on to the room")
    })?;
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
