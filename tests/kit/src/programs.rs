//! Where the programs of this workspace are: builds them when a test asks,
//! because `cargo test` does not build the programs of other packages. Must
//! not start them.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What is built for [`program`].
const SHIPPED: [&str; 4] =
    ["--package", "chat-server", "--package", "chat-client"];

/// The path of a shipped program, built once in each test run.
///
/// # Panics
/// When it cannot be built.
pub fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let built = || build(&SHIPPED).expect("the programs can be built");
    FOLDER.get_or_init(built).join(name)
}

/// Builds what these arguments of `cargo build` name, as whoever asks was
/// built, and returns the folder of the results: `target/debug`, say.
///
/// # Errors
/// When cargo cannot be started, or does not like a source.
pub fn build(what: &[&str]) -> io::Result<PathBuf> {
    let folder = folder_of_results()?;
    let mark = folder.join(format!("built{}", what.join("-")));
    // cargo-nextest runs each test as a program of its own, and says to all of
    // them which run this is: the first one builds.
    let run = env::var("NEXTEST_RUN_ID").ok();
    if run.is_some() && fs::read_to_string(&mark).ok() == run {
        return Ok(folder);
    }
    let target = folder.parent().unwrap_or(&folder);
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(workspace())
        .args(["build", "--quiet", "--profile", profile(&folder)])
        .args(what)
        .arg("--target-dir")
        .arg(target)
        .status()?;
    if !status.success() {
        let why = format!("cargo could not build {}", what.join(" "));
        return Err(io::Error::other(why));
    }
    if let Some(run) = run {
        // Without the mark, the next one builds once more.
        let _ = fs::write(mark, run);
    }
    Ok(folder)
}

/// Where cargo has put this program. A test is one folder further below.
fn folder_of_results() -> io::Result<PathBuf> {
    let own = env::current_exe()?;
    let mut folder = own.parent();
    if folder.is_some_and(|folder| folder.ends_with("deps")) {
        folder = folder.and_then(Path::parent);
    }
    let nowhere = || io::Error::other("this program is in no folder");
    folder.map(Path::to_owned).ok_or_else(nowhere)
}

/// The profile whose results are in this folder.
fn profile(folder: &Path) -> &str {
    match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    }
}

/// The folder of the workspace, for those who look at its sources.
///
/// # Panics
/// When the tests have been moved out of it.
pub fn workspace() -> &'static Path {
    let kit = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = kit.ancestors().nth(2);
    workspace.expect("the kit is two folders below the workspace")
}
