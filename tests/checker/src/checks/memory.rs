//! Memory: what a frozen reader costs. Apart from [`super::frozen`], because
//! a server can be lively and eat the machine.

use super::frozen::{Cast, Talk, stalled};
use crate::holding::holding;
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How much is said before the memory is looked at.
const SAID_BYTES: usize = 24 << 20;
/// How much of it a server may still hold: a queue, and what its language
/// has not given back yet.
const HELD_KIB_MAX: usize = 10 << 10;

/// Step 7: the flaw shows.
pub fn grows(scene: &Scene) -> Outcome {
    let grown = growth(scene.server()?)?;
    if grown > HELD_KIB_MAX {
        return Ok(());
    }
    Err(Trouble::failed(
        sent(),
        "memory grows by most of it: this step is there to show it",
        format!("it grew by {} MiB", grown >> 10),
        "nothing, if your queues are bounded already: go on to step 8",
    ))
}

/// From step 8: the cost is bounded.
pub fn bounded(scene: &Scene) -> Outcome {
    let grown = growth(scene.server()?)?;
    if grown <= HELD_KIB_MAX {
        return Ok(());
    }
    Err(Trouble::failed(
        sent(),
        format!(
            "the server's memory grows by less than {} MiB",
            HELD_KIB_MAX >> 10
        ),
        format!("it grew by {} MiB", grown >> 10),
        "something keeps lines for a client who does not take them, with no \
         limit: a channel, a list, or the buffer of a framework",
    ))
}

fn sent() -> String {
    format!(
        "somebody called frozen stopped reading, and ada said {} MiB, which \
         bob heard",
        SAID_BYTES >> 20
    )
}

/// By how many KiB the memory grew.
fn growth(server: &Server) -> Result<usize, Trouble> {
    let group = server.program.borrow().group();
    let mut cast = Cast::enter(server)?;
    let before = holding(group).ok_or_else(|| {
        Trouble::CouldNotTell(
            "there is no /proc here that shows memory".to_owned(),
        )
    })?;
    if let Talk::Stalled(bytes) = cast.talk(SAID_BYTES)? {
        return Err(stalled(bytes));
    }
    let after = holding(group).unwrap_or_default();
    Ok(after.resident_kib.saturating_sub(before.resident_kib))
}
