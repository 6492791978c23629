//! Calm: who watches over a room says nothing while nobody waits.

use std::time::Duration;

use crate::excerpt::excerpt;
use crate::scene::Scene;
use crate::verdict::{Outcome, Trouble};

/// How much is said in the healthy room.
const LINES: usize = 100;
/// How long it is quiet afterwards: as long as a watcher may take to notice
/// something, and a little.
const QUIET: Duration = Duration::from_millis(4500);
/// Who cries once may have been right: on a busy machine a write can take a
/// second. A note that is never cleared makes a watcher cry again and again.
const CRIES: usize = 2;
const PEOPLE: [&str; 3] = ["ada", "bob", "eve"];

/// Some talk, one is lost, then it is quiet, and nobody is called stuck.
pub fn calm(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let [mut ada, mut bob, eve] = [
        server.enter(PEOPLE[0])?,
        server.enter(PEOPLE[1])?,
        server.enter(PEOPLE[2])?,
    ];
    let mut eve = Some(eve);
    for nth in 0..LINES {
        if nth == LINES / 2 {
            eve.take().into_iter().for_each(|eve| eve.resets());
        }
        let line = format!("line {nth}");
        ada.says(&line)?;
        bob.hears_said("ada", &line)?;
    }
    let program = server.program.borrow();
    match program.shows(QUIET, |screen| cries(screen) >= CRIES) {
        Err(_) => Ok(()),
        Ok(()) => Err(Trouble::failed(
            "ada said some lines, which bob heard, eve was lost meanwhile, \
             and then it was quiet",
            "the server says of nobody that they are stuck",
            format!("it printed: {}", excerpt(&program.shown())),
            "take the note of whom is written to away when the write has \
             ended, also when it has failed, and measure from the beginning \
             of this write",
        )),
    }
}

fn cries(screen: &str) -> usize {
    let cries = |line: &&str| {
        line.contains("stuck")
            && PEOPLE.iter().any(|person| line.contains(person))
    };
    screen.lines().filter(cries).count()
}
