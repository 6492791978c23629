//! The course's own programs: where they are, and how they are built. Must
//! not run them.

use std::io;
use std::path::{Path, PathBuf};

use chat_kit::programs::{self, workspace};

use super::catalog::{Side, Step};

/// A command for the shell that becomes the program at this path.
pub fn exec(path: &Path) -> String {
    format!("exec {}", quoted(path))
}

/// A path as one word of the shell, whatever characters it has.
pub fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// The top of the repository.
pub fn root() -> PathBuf {
    workspace().to_owned()
}

/// The source of a step.
pub fn source(step: &Step) -> PathBuf {
    root().join(source_from_root(step))
}

/// The source of a step, as seen from the top of the repository.
pub fn source_from_root(step: &Step) -> PathBuf {
    let package = match step.side {
        Side::Server => "server",
        Side::Client => "client",
    };
    let file = format!("{}.rs", step.program);
    PathBuf::from(package).join("examples").join(file)
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
    let what = ["--package", package, "--example", step.program];
    let folder = programs::build(&what)?;
    Ok(folder.join("examples").join(step.program))
}

/// Builds the shipped server and returns its path.
///
/// # Errors
/// When cargo cannot be started, or does not like the source.
pub fn build_server() -> io::Result<PathBuf> {
    build_program("chat-server", "chat-server")
}

/// Builds one of the clients that misbehave and returns its path.
///
/// # Errors
/// When cargo cannot be started, or does not like the source.
pub fn build_bad_client(name: &str) -> io::Result<PathBuf> {
    build_program("chat-checker", name)
}

fn build_program(package: &str, name: &str) -> io::Result<PathBuf> {
    let folder = programs::build(&["--package", package, "--bin", name])?;
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_takes_a_quoted_path_for_one_word() {
        let path = "/my room's $HOME/`step` \"4\" \\*";
        let command = format!("printf %s {}", quoted(Path::new(path)));
        let mut shell = std::process::Command::new("sh");
        let output = shell.args(["-c", &command]).output();
        let output = output.expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout), path);
    }
}
