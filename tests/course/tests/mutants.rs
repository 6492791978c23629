//! Builds the steps as the reader is asked to break them: every `diff` of a
//! page, applied to the step's source, all of them in one package.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use chat_checker::patch;
use chat_checker::{catalog, own};
use chat_course::page::blocks;

use crate::pages::pages;

const MANIFEST: &str = r#"[package]
name = "broken-on-purpose"
edition = "2024"

[workspace]

[dependencies]
ctrlc = { version = "3.5", features = ["termination"] }
shuttle = "0.9.9"
"#;

/// The name of the program made by the change at line `at` of a page.
fn name(step: u8, at: usize) -> String {
    format!("step{step:02}_at_{at}")
}

/// The program of `step` with the change that stands at line `at` of its
/// page. All of them are built the first time one is asked for.
pub fn mutant(step: u8, at: usize) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = BUILT.get_or_init(build_all).join(name(step, at));
    // Under the name of the step, as in the reader's own process list.
    let directory = program.with_extension("as");
    fs::create_dir_all(&directory).expect("a directory for one mutant");
    let step = catalog::step(step).expect("a step");
    let link = directory.join(step.program);
    // One of an earlier run may be there; it may as well stay.
    let _ = std::os::unix::fs::symlink(program, &link);
    link
}

fn build_all() -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken");
    let programs = package.join("src/bin");
    // Programs of pages that have changed since would be built as well.
    let _ = fs::remove_dir_all(&programs);
    fs::create_dir_all(&programs).expect("a directory for mutants");
    fs::write(package.join("Cargo.toml"), MANIFEST).expect("a manifest");
    fs::copy(own::root().join("Cargo.lock"), package.join("Cargo.lock"))
        .expect("the same versions as everywhere");
    for page in pages() {
        let Some(step) = catalog::step(page.step) else {
            continue;
        };
        let source = fs::read_to_string(own::source(step)).expect("a source");
        for block in blocks(&page.text) {
            if block.kind == "diff" {
                let broken = patch::apply(&source, &block.lines)
                    .unwrap_or_else(|why| panic!("{}: {why}", page.file));
                let file = format!("{}.rs", name(page.step, block.at));
                fs::write(programs.join(file), broken).expect("a mutant");
            }
        }
    }
    let cargo = env::var("CARGO").unwrap_or("cargo".to_owned());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--offline", "--target-dir"])
        .arg(package.join("target"))
        .env("RUSTFLAGS", "--allow warnings")
        .current_dir(&package)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the changes of the book compile");
    package.join("target/debug")
}
