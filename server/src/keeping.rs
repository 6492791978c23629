//! Where what is said is kept, as the command line and the environment decide,
//! and what the operator and newcomers are told of it.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chat_server::logging::log::Log;
use chat_server::store::opening::{self, Opened, Options};
use chat_server::store::place::{self, Environment};

use crate::args::Data;

/// Opens the file, if what is said is to be kept. `port` is the one that was
/// asked for, `bound` where the server listens.
///
/// # Errors
/// A sentence for the person who started the server.
pub fn prepare(
    (data, port): (&Data, u16),
    bound: SocketAddr,
    options: Options,
    log: &Log,
) -> Result<Option<Opened>, String> {
    let file = match data {
        Data::Off => return Ok(None),
        Data::File(file) => file.clone(),
        Data::Default => match usual_file(port, bound) {
            Ok(file) => file,
            Err(why) => {
                log.event(format_args!("what is said is not kept: {why}"));
                return Ok(None);
            }
        },
    };
    if *data == Data::Default {
        place::make_folder(&file).map_err(|error| cannot(&file, error))?;
    }
    let opened = opening::open(&file, options, &log.clock());
    let mut opened = opened.map_err(|why| cannot(&file, why))?;
    opened.record.notice = Some(notice(log));
    log.event(format_args!("what is said is kept in {}", file.display()));
    Ok(Some(opened))
}

/// What a newcomer is told.
fn notice(log: &Log) -> String {
    format!(
        "what is said to everyone is kept; times are those of {}",
        log.clock().zone()
    )
}

fn usual_file(port: u16, bound: SocketAddr) -> Result<PathBuf, &'static str> {
    if port == 0 {
        return Err(
            "it listens on another port each time; --data FILE keeps it",
        );
    }
    let look_up = |name: &str| env::var_os(name).map(PathBuf::from);
    let file = Environment::read(look_up).file(bound);
    file.ok_or("there is no home for it; --data FILE keeps it")
}

fn cannot(file: &Path, why: impl std::fmt::Display) -> String {
    format!("cannot keep what is said in {}: {why}", file.display())
}
