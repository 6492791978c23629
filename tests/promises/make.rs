//! Promise: with a Rust toolchain and make, `make` is all there is to know.

use std::process::{Command, Output};

use chat_kit::programs::workspace;

/// Runs make at the top of the workspace; `None` where there is no make.
fn make(command: &mut Command) -> Option<Output> {
    let output = command.current_dir(workspace()).output();
    if output.is_err() {
        println!("skipped: there is no make here");
    }
    output.ok()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn make_alone_lists_the_targets_with_one_line_each() {
    let Some(output) = make(&mut Command::new("make")) else {
        return;
    };
    let list = text(&output.stdout);
    assert!(output.status.success(), "{list}");
    for target in ["run-server", "run-client", "test", "check"] {
        let line = format!("make {target} ");
        let lines = list.lines().filter(|l| l.starts_with(&line));
        assert_eq!(lines.count(), 1, "{target}: {list}");
    }
}

#[test]
fn a_missing_cargo_gets_a_sentence_that_says_what_to_install() {
    // The shell that make starts finds no program at all.
    let mut command = Command::new("make");
    command.args(["run-server", "PATH=/nowhere"]);
    let Some(output) = make(&mut command) else {
        return;
    };
    assert!(!output.status.success());
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("cargo is missing: install Rust"), "{said}");
}
