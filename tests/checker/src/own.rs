//! The course's own steps: where they are, and how they are built.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use chat_kit::programs::workspace;

use super::catalog::{Side, Step};

/// The top of the repository.
pub fn root() -> PathBuf {
    workspace().to_owned()
}

/// The source of a step.
pub fn source(step: &Step) -> PathBuf {
    let package = match step.side {
        Side::Server => "server",
        Side::Client => "client",
    };
    root()
        .join(package)
        .join("examples")
        .join(format!("{}.rs", step.program))
}

/// Builds the program of a step and returns its path.
///
/// # Errors
/// When cargo cannot be started, or does not like the source.
pub fn build(step: &Step) -> io::Result<PathBuf> {
    let package = match step.side {
        Side::Server => "chat-server",
        Side::Client => "chat-client",
    };
    cargo_build(&["--package", package, "--example", step.program])?;
    Ok(target()?.join("debug/examples").join(step.program))
}

/// Builds the shipped server and returns its path.
///
/// # Errors
/// When cargo cannot be started, or does not like the source.
pub fn build_server() -> io::Result<PathBuf> {
    cargo_build(&["--package", "chat-server", "--bin", "chat-server"])?;
    Ok(target()?.join("debug/chat-server"))
}

/// Builds one of the clients that misbehave and returns its path.
///
/// # Errors
/// When cargo cannot be started, or does not like the source.
pub fn build_bad_client(name: &str) -> io::Result<PathBuf> {
    cargo_build(&["--package", "chat-checker", "--bin", name])?;
    Ok(target()?.join("debug").join(name))
}

fn cargo_build(what: &[&str]) -> io::Result<()> {
    let status = Command::new(env::var("CARGO").unwrap_or("cargo".to_owned()))
        .args(["build", "--quiet"])
        .args(what)
        .arg("--target-dir")
        .arg(target()?)
        .current_dir(root())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{what:?} was not built")))
    }
}

/// Where cargo puts what it builds: this program itself is somewhere below.
fn target() -> io::Result<PathBuf> {
    let own = env::current_exe()?;
    let above = own.ancestors().find(|path| {
        path.file_name()
            .is_some_and(|name| name == "debug" || name == "release")
    });
    let profile = above
        .ok_or_else(|| io::Error::other("not inside a target directory"))?;
    Ok(profile.parent().unwrap_or(profile).to_owned())
}
