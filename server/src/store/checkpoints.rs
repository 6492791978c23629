//! The thread that moves what was committed from the log of changes into the
//! file itself. Must not hold up the journal, which would hold up the room: it
//! has a connection of its own, and the journal goes on meanwhile.

use std::time::Duration;

use crate::logging::log::Log;
use crate::platform::sync::{
    Instant, Receiver, RecvTimeoutError, Sender, bounded, unbounded,
};
use crate::store::database::Database;

/// How long after a commit. With `--sync normal` a power cut costs about as
/// much.
const CHECKPOINT_AFTER: Duration = Duration::from_secs(1);

/// The end of whoever commits. Without it the thread ends.
pub struct Commits {
    committed: Sender<()>,
    _ended: Sender<()>,
}

impl Commits {
    /// Tells that something has been committed. Never waits, and wakes nobody
    /// who has been told already.
    pub fn tell(&self) {
        let _ = self.committed.try_send(());
    }
}

/// The thread's end.
pub struct Checkpoints {
    database: Database,
    committed: Receiver<()>,
    ended: Receiver<()>,
}

/// Both ends; the connection is the thread's own.
pub fn checkpoints(database: Database) -> (Commits, Checkpoints) {
    let (committed, are_committed) = bounded(1);
    let (ended, has_ended) = unbounded();
    let commits = Commits {
        committed,
        _ended: ended,
    };
    let checkpoints = Checkpoints {
        database,
        committed: are_committed,
        ended: has_ended,
    };
    (commits, checkpoints)
}

impl Checkpoints {
    /// Works until nothing is committed any more.
    pub fn work(self, log: &Log) {
        let mut is_failing = false;
        while self.committed.recv().is_ok() {
            let due = Instant::now() + CHECKPOINT_AFTER;
            let ended = self.ended.recv_deadline(due);
            if ended != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let done = self.database.checkpoint();
            let failed_before =
                std::mem::replace(&mut is_failing, done.is_err());
            if let (Err(why), false) = (done, failed_before) {
                log.trouble(format_args!(
                    "what is kept cannot be moved into the file: {why}"
                ));
            }
        }
    }
}
