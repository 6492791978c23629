//! Where the shipped programs are: builds them once in each test run, because
//! `cargo test` does not build the programs of other packages. May not start
//! them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The programs that are built.
const PACKAGES: [&str; 2] = ["chat-server", "chat-client"];

/// The path of a program of this workspace, freshly built.
///
/// # Panics
/// When it cannot be built.
pub fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(build).join(name)
}

/// Builds the programs as the tests were built, and says where they are.
fn build() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    // target/debug/deps/promises-0123456789abcdef
    let folder = test.ancestors().nth(2).expect("a test is below target");
    let target = folder.parent().expect("a profile is below target");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(workspace())
        .args(["build", "--quiet", "--profile", profile(folder)])
        .args(PACKAGES.iter().flat_map(|name| ["--package", name]))
        .arg("--target-dir")
        .arg(target)
        .status()
        .expect("cargo runs");
    assert!(built.success(), "the programs cannot be built");
    folder.to_owned()
}

/// The profile whose artifacts are in this folder.
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
