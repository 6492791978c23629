//! In the place of the server's `store`: its threads, over a file made of
//! memory.

use chat_common::past::Question;

use crate::logging::log::Log;
use crate::past::{Archive, Asker};
use crate::platform::clock::Clock;
use crate::platform::sync::{Arc, scope};
use crate::room::Room;
use crate::store::checkpoints::checkpoints;
use crate::store::claim::Claim;
use crate::store::database::{Database, Disk, Rows};
use crate::store::journal::{JournalThread, Keep};
use crate::store::rows::Authors;

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

/// Where what is kept can be read: all of it at once.
#[derive(Debug)]
pub struct Kept(pub Rows);

impl Archive for Kept {
    fn answer(&self, _: &Question, _: Asker<'_>) -> Result<String, String> {
        let now = Clock.now();
        let rows = self.0.lock();
        let mut authors = Authors::default();
        let lines = rows
            .iter()
            .filter_map(|it| it.line(&Clock, now, &mut authors));
        Ok(lines.collect())
    }
}

/// There is no other server.
pub mod claim {
    pub struct Claim;
}
