//! Every session and every verdict the book prints is made again and
//! compared.

use chat_tests::book::page::blocks;
use chat_tests::book::{lanes, transcript};

use crate::mutants::mutant;
use crate::pages::{Page, pages};
use crate::programs::{checked, own_command};

/// What `$ make` of a session starts: a step, or one of the bad clients.
fn command(text: &str) -> Result<String, String> {
    let (settings, target) =
        text.split_once("make ").ok_or("not a make command")?;
    let program = match target {
        "freeze" => format!("exec '{}'", env!("CARGO_BIN_EXE_freeze")),
        "flood" => format!("exec '{}'", env!("CARGO_BIN_EXE_flood")),
        _ => {
            let number = target.strip_prefix("step N=");
            let number = number.and_then(|number| number.parse().ok());
            own_command(number.ok_or("no such target of make")?)
        }
    };
    // Settings such as `POLICY=drop` stand before a command in any shell.
    Ok(match settings {
        "" => program,
        settings => format!("export {settings}; {program}"),
    })
}

#[test]
fn every_session_happens_as_it_is_printed() {
    for page in pages() {
        for block in blocks(&page.text) {
            if block.kind == "session" {
                let played = lanes::play(&block.lines, &command);
                if let Err(why) = played {
                    panic!("{}:{}: {why}", page.file, block.at);
                }
            }
        }
    }
}

#[test]
fn every_verdict_is_given_as_it_is_printed() {
    for page in pages() {
        let mut broken = None;
        for block in blocks(&page.text) {
            match block.kind.as_str() {
                "diff" => broken = Some(block.at),
                "console" => {
                    verdict(&page, &block.lines, block.at, broken.take())
                }
                _ => broken = None,
            }
        }
    }
}

/// One `console` block: a command, and what the checker says.
fn verdict(page: &Page, lines: &[String], at: usize, broken: Option<usize>) {
    let place = format!("{}:{at}", page.file);
    let (command, told) = lines.split_first().expect("a command");
    let step = command
        .strip_prefix("$ make check-step STEP=")
        .and_then(|step| step.parse().ok())
        .unwrap_or_else(|| panic!("{place}: {command:?}"));
    let program = match broken {
        Some(change) => {
            format!("exec '{}'", mutant(page.step, change).display())
        }
        None => own_command(page.step),
    };
    let (_, came) = checked(step, "our own program", &program);
    if let Err(line) = transcript::matches(told, &came) {
        panic!("{place}: {line:?} is not what came:\n{came}");
    }
}
