//! What an operator does with the file, also while a server writes it. Must
//! not be needed by a server.

use std::path::{Path, PathBuf};

use crate::store::database::Database;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Remove the text of the entry with this number.
    Forget(u64),
    /// Copy everything into this file, which must not be there.
    BackUp(PathBuf),
    /// Look whether the file is whole.
    Check,
}

/// Does it, and says what was done in a sentence.
///
/// # Errors
/// A sentence that says why not.
pub fn run(file: &Path, task: &Task) -> Result<String, String> {
    let failed = |why| format!("{}: {why}", file.display());
    if !file.exists() {
        return Err(failed("there is no such file".to_owned()));
    }
    let mut database = Database::look_into(file).map_err(failed)?;
    let done = match task {
        Task::Forget(number) => forget(&mut database, *number),
        Task::BackUp(to) => back_up(&database, to),
        Task::Check => check(&database),
    };
    done.map_err(failed)
}

fn forget(database: &mut Database, number: u64) -> Result<String, String> {
    match database.forget(number)? {
        true => Ok(format!("the text of {number} is forgotten")),
        false => Err(format!("there is no text with the number {number}")),
    }
}

fn back_up(database: &Database, to: &Path) -> Result<String, String> {
    // A link that leads nowhere is there, too.
    if to.symlink_metadata().is_ok() {
        return Err(format!("{} is there already", to.display()));
    }
    database.back_up(to)?;
    Ok(format!("copied to {}", to.display()))
}

fn check(database: &Database) -> Result<String, String> {
    let faults = database.faults()?;
    match faults.is_empty() {
        true => Ok("the file is whole".to_owned()),
        false => Err(format!("it is damaged: {}", faults.join("; "))),
    }
}
