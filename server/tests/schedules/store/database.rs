//! In the place of the server's `database`: a file made of memory, which takes
//! its time, and may fail.

use crate::circumstances::{dawdle, one_in};
use crate::platform::sync::{Arc, Mutex};
use crate::store::rows::Row;

pub const FORGOTTEN_AT_ONCE: usize = 1000;

/// For how many steps at most an entry is on its way to the disk.
const STEPS_OF_A_COMMIT: usize = 4;

/// What is in the file, as somebody finds it who comes after a kill -9.
pub type Rows = Arc<Mutex<Vec<Row>>>;

/// Whether the disk does what it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    Works,
    /// Not always.
    MayFail,
}

pub struct Database {
    pub rows: Rows,
    pub disk: Disk,
}

impl Database {
    pub fn append(&mut self, rows: &[Row]) -> Result<(), String> {
        dawdle(STEPS_OF_A_COMMIT);
        if self.disk == Disk::MayFail && one_in(2) {
            return Err("it is full".to_owned());
        }
        self.rows.lock().extend_from_slice(rows);
        dawdle(STEPS_OF_A_COMMIT);
        Ok(())
    }

    pub fn checkpoint(&self) -> Result<(), String> {
        Ok(())
    }

    pub fn index_some(&mut self) -> Result<bool, String> {
        dawdle(STEPS_OF_A_COMMIT);
        match self.disk == Disk::MayFail && one_in(4) {
            true => Err("it is full".to_owned()),
            false => Ok(false),
        }
    }

    pub fn forget_before(&mut self, _: i64) -> Result<usize, String> {
        Ok(0)
    }
}
