//! Promise: with a Rust toolchain and make, `make` is all there is to know.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use chat_kit::programs::workspace;

/// Every target that hands something over to cargo.
const OF_CARGO: [&str; 18] = [
    "run-server",
    "run-client",
    "test",
    "check",
    "check-fast",
    "check-long",
    "format",
    "lint",
    "docs",
    "bench",
    "soak",
    "step",
    "diff",
    "check-step",
    "check-all",
    "freeze",
    "flood",
    "measure",
];

/// What is run in the place of cargo: says with what, an argument a line.
const CARGO: &str = "#!/bin/sh\n\
    for argument; do printf '<%s>\\n' \"$argument\"; done\n";

/// Runs make at the top of the workspace; `None` where there is no make.
fn make(command: &mut Command) -> Option<Output> {
    output(command.current_dir(workspace()))
}

fn output(command: &mut Command) -> Option<Output> {
    let output = command.output();
    if output.is_err() {
        println!("NOT RUN: there is no make here");
    }
    output.ok()
}

/// A copy of what make looks at, in a folder with strange characters in its
/// path, and a cargo that only says what it was asked. Removed at the end.
struct Checkout(PathBuf);

impl Checkout {
    fn new(test: &str) -> Self {
        let name = format!("thread room's $HOME {}{test}", std::process::id());
        let checkout = Self(env::temp_dir().join(name));
        let (top, cargo) = (&checkout.0, checkout.0.join("bin/cargo"));
        fs::create_dir_all(top.join("bin")).expect("a folder");
        fs::copy(workspace().join("Makefile"), top.join("Makefile"))
            .expect("a copy");
        fs::write(&cargo, CARGO).expect("a script");
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755))
            .expect("one that can be run");
        checkout
    }

    /// A make in it, with this asked of it.
    fn make(&self, arguments: &[&str]) -> Command {
        let mut path = OsString::from(self.0.join("bin"));
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new("make");
        command
            .current_dir(&self.0)
            .args(arguments)
            .env("PATH", path);
        // Those of a make that runs these tests.
        command.env_remove("MAKEFLAGS").env_remove("MAKEOVERRIDES");
        command
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
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
    let listed = [
        "run-server",
        "run-client",
        "test",
        "check",
        "check-fast",
        "check-long",
        "step",
        "diff",
        "check-step",
        "check-all",
        "freeze",
        "flood",
        "measure",
        "bench",
        "soak",
        "book",
    ];
    for target in listed {
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

#[test]
fn every_target_works_wherever_cargo_builds_and_the_checkout_lies() {
    let checkout = Checkout::new("targets");
    let elsewhere = checkout.0.join("built elsewhere");
    let elsewhere = elsewhere.to_str().expect("a path in plain characters");
    for folder in [None, Some("built here"), Some(elsewhere)] {
        for target in OF_CARGO {
            let mut command = checkout.make(&[target, "N=4"]);
            match folder {
                Some(folder) => command.env("CARGO_TARGET_DIR", folder),
                None => command.env_remove("CARGO_TARGET_DIR"),
            };
            let Some(output) = output(&mut command) else {
                return;
            };
            let said = text(&output.stdout) + &text(&output.stderr);
            assert!(output.status.success(), "{target} {folder:?}: {said}");
            assert!(said.contains("<--"), "{target} asked nothing: {said}");
        }
        let made = checkout.0.join(folder.unwrap_or("target"));
        assert!(made.is_dir(), "no place for results in {made:?}");
    }
}

#[test]
fn what_is_written_behind_make_reaches_the_program_as_it_was_written() {
    let checkout = Checkout::new("words");
    let command = r#"python3 "$HOME/my room's.py" $1 $$ `x` \y #z"#;
    let words = "o'$USER \"b\" $(x)";
    for (target, variable, value) in [
        ("check-step", "CMD", command),
        ("measure", "CMD", command),
        ("check-all", "DIR", words),
        ("run-client", "NAME", words),
        ("run-client", "ADDR", words),
        ("run-server", "ADDR", words),
    ] {
        let argument = format!("{variable}={value}");
        let Some(output) = output(&mut checkout.make(&[target, &argument]))
        else {
            return;
        };
        let said = text(&output.stdout) + &text(&output.stderr);
        let wanted = format!("<{value}>\n");
        assert!(said.contains(&wanted), "{target} {argument}: {said}");
    }
}

#[test]
fn a_dollar_in_options_is_the_shells() {
    let checkout = Checkout::new("options");
    for (target, variable) in
        [("bench", "BENCH"), ("soak", "SOAK"), ("check-all", "CHECK")]
    {
        let argument = format!("{variable}=--seed $SEED_OF_TEST");
        let mut command = checkout.make(&[target, &argument]);
        let Some(output) = output(command.env("SEED_OF_TEST", "7")) else {
            return;
        };
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(said.contains("<--seed>\n<7>\n"), "{argument}: {said}");
    }
}

/// The manifests of all packages.
fn manifests() -> Vec<String> {
    let folders = [workspace().to_owned(), workspace().join("tests")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder").flatten());
    let manifests = entries.map(|entry| entry.path().join("Cargo.toml"));
    manifests.flat_map(fs::read_to_string).collect()
}

#[test]
fn every_package_that_the_makefile_names_is_there() {
    let makefile = fs::read_to_string(workspace().join("Makefile"));
    let makefile = makefile.expect("a Makefile");
    let manifests = manifests();
    let mut named = 0;
    let words: Vec<&str> = makefile.split_whitespace().collect();
    for name in words.windows(2).filter(|pair| pair[0] == "--package") {
        let line = format!("name = \"{}\"", name[1]);
        let there = manifests.iter().any(|text| text.contains(&line));
        assert!(there, "there is no package {}", name[1]);
        named += 1;
    }
    assert!(named > 5, "only {named} packages are named");
}
