//! The languages in which programs for the checker's own tests are written:
//! how one is built and started. Decides nothing about the programs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::own::{exec, quoted};

/// One language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its name, and that of the folder with its programs.
    pub name: &'static str,
    /// What the names of its files end with.
    pub extension: &'static str,
    /// Whatever must be there, and how it is asked.
    tool: [&'static str; 2],
    start: fn(&Path, &Path) -> Result<String, String>,
}

/// All of them.
pub const LANGUAGES: [Language; 5] = [
    Language {
        name: "python",
        extension: "py",
        tool: ["python3", "--version"],
        start: |source, _| Ok(format!("exec python3 {}", quoted(source))),
    },
    Language {
        name: "node",
        extension: "js",
        tool: ["node", "--version"],
        start: |source, _| Ok(format!("exec node {}", quoted(source))),
    },
    Language {
        name: "c",
        extension: "c",
        tool: ["cc", "--version"],
        start: in_c,
    },
    Language {
        name: "go",
        extension: "go",
        tool: ["go", "version"],
        start: in_go,
    },
    Language {
        name: "java",
        extension: "java",
        tool: ["javac", "-version"],
        start: in_java,
    },
];

impl Language {
    /// Whether its programs can be run here; says so if not.
    pub fn is_here(&self) -> LanguageIs {
        let [tool, question] = self.tool;
        let found = Command::new(tool)
            .arg(question)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if found {
            LanguageIs::Here
        } else {
            eprintln!("NOT RUN: there is no {tool} here");
            LanguageIs::Missing
        }
    }

    /// Builds `source`, if that is needed, into `folder`, and returns the
    /// command that starts it.
    ///
    /// # Errors
    /// What the compiler said.
    pub fn command(
        &self,
        source: &Path,
        folder: &Path,
    ) -> Result<String, String> {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        (self.start)(source, folder)
    }
}

/// Whether programs of a language can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageIs {
    /// They can.
    Here,
    /// They are reported as not run.
    Missing,
}

fn in_c(source: &Path, folder: &Path) -> Result<String, String> {
    let program = folder.join("program");
    build(
        Command::new("cc")
            .args(["-O1", "-pthread", "-o"])
            .args([&program, source]),
    )?;
    Ok(exec(&program))
}

fn in_go(source: &Path, folder: &Path) -> Result<String, String> {
    let program = folder.join("program");
    build(
        Command::new("go")
            .args(["build", "-o"])
            .args([&program, source]),
    )?;
    Ok(exec(&program))
}

fn in_java(source: &Path, folder: &Path) -> Result<String, String> {
    build(Command::new("javac").arg("-d").args([folder, source]))?;
    Ok(format!("exec java -cp {} Room", quoted(folder)))
}

fn build(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
