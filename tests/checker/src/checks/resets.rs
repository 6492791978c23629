//! Resets: a connection that breaks ends nothing but itself.

use crate::random::Random;
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::Outcome;

/// More than one buffer, and less than the system takes at once.
const MUCH_BYTES: usize = 50_000;

const LOOK: &str = "an error of one client (here: \"connection reset\") must \
                    be handled where that client is served, and not end the \
                    loop or the program";

const LOOK_ROOM: &str = "an error of one client (here: \"connection reset\") \
                         must be handled where that client is served or \
                         written to. It may come up in the session of whoever \
                         speaks: catch it in the loop over the list, and go \
                         on to the next client";

/// A client resets the connection in the middle of a line; the next comes.
pub fn echo(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut random = scene.random();
    lose_in_turn(server, &mut random).map_err(|trouble| trouble.look_at(LOOK))
}

fn lose_in_turn(server: &Server, random: &mut Random) -> Outcome {
    let word = random.word();
    for _ in 0..3 {
        let mut ada = server.connect("ada")?;
        ada.sends(b"half a li")?;
        ada.resets();
    }
    // Much is on its way to somebody who has said goodbye and is gone: here
    // writing fails, and not reading.
    for _ in 0..3 {
        let mut eve = server.connect("eve")?;
        eve.hush();
        eve.sends(&[b'x'; MUCH_BYTES])?;
        eve.says_no_more();
    }
    let mut bob = server.connect("bob")?;
    bob.sends(format!("{word}\n").as_bytes())?;
    bob.hears_line(&word)
}

/// One listener resets the connection while somebody speaks to another.
pub fn room(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut random = scene.random();
    lose_listeners(server, &mut random)
        .map_err(|trouble| trouble.look_at(LOOK_ROOM))
}

fn lose_listeners(server: &Server, random: &mut Random) -> Outcome {
    let mut ada = server.enter("ada")?;
    let mut bob = server.enter("bob")?;
    for nth in 0..4 {
        let victim = server.enter(&format!("victim{nth}"))?;
        let before = random.word();
        ada.says(&before)?;
        bob.hears_said("ada", &before)?;
        victim.resets();
        for _ in 0..5 {
            let word = random.word();
            ada.says(&word)?;
            bob.hears_said("ada", &word)?;
        }
    }
    Ok(())
}
