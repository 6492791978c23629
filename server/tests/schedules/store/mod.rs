//! In the place of the server's `store`: its threads, over a file made of
//! memory.

use crate::logging::log::Log;
use crate::platform::sync::{Arc, scope};
use crate::room::Room;
use crate::store::checkpoints::checkpoints;
use crate::store::claim::Claim;
use crate::store::database::{Database, Disk, Rows};
use crate::store::journal::{JournalThread, Keep};

pub mod database;

#[path = "../../../src/store/checkpoints.rs"]
pub mod checkpoints;
#[path = "../../../src/store/journal.rs"]
pub mod journal;
#[path = "../../../src/store/plan.rs"]
pub mod plan;
#[path = "../../../src/store/rows.rs"]
pub mod rows;

/// Keeps what happens in the room there, until the room is closed.
pub fn keep(rows: &Rows, disk: Disk, room: &Room, log: &Log) {
    let file = || Database {
        rows: Arc::clone(rows),
        disk,
    };
    let (commits, checkpoints) = checkpoints(file());
    let journal = JournalThread::new((Claim, file()), commits, Keep::Days(1));
    scope(|scope| {
        scope.spawn(|| checkpoints.work(log));
        journal.work(room, log);
    });
}

/// There is no other server.
pub mod claim {
    pub struct Claim;
}
