//! How the checker behaves: what it says first, and what it leaves behind.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chat_checker::own;
use chat_checker::trial::{
    PythonIs, check_alone, checked, in_python, python_is_here,
};

/// How long anything may take that has to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often is looked whether it has come.
const LOOK_EVERY: Duration = Duration::from_millis(10);

fn step(number: u8) -> String {
    let path = format!("tests/checker/wrong/python/step{number:02}.py");
    in_python(&own::root().join(path))
}

#[test]
fn a_program_that_does_not_start_is_told_once() {
    let (_, text) = checked(5, "nothing", "echo no such luck; exit 3");
    assert_eq!(text.matches("FAILED").count(), 1, "{text}");
    assert!(text.contains("FAILED  start"), "{text}");
    assert!(text.contains("no such luck"), "{text}");
}

#[test]
fn a_shell_around_a_program_does_not_hide_its_exit_code() {
    if python_is_here() == PythonIs::Missing {
        return;
    }
    let program = step(9).replace("exec ", "");
    let text = check_alone(9, "shutdown", &format!("cd .; {program}; exit $?"));
    assert!(text.starts_with("passed"), "{text}");
}

#[test]
fn how_it_ended_comes_first() {
    let dies = "exec python3 -c \"import os,socket; s=socket.create_server(\
                ('127.0.0.1',int(os.environ['PORT']))); s.accept(); \
                c=s.accept()[0]; c.recv(9); os.kill(os.getpid(),11)\"";
    if python_is_here() == PythonIs::Missing {
        return;
    }
    let text = check_alone(1, "pieces", dies);
    let first = text.lines().nth(1).unwrap_or_default();
    assert!(first.contains("it ended: signal: 11"), "{text}");
}

#[test]
fn whoever_ends_the_checker_ends_the_program() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("left_behind");
    let _ = fs::remove_file(&file);
    let program = format!("echo $$ > {}; sleep 600", own::quoted(&file));
    let mut checker = Command::new(env!("CARGO_BIN_EXE_check_step"))
        .args(["1", &program])
        .stdout(Stdio::null())
        .spawn()
        .expect("the checker");
    let mut number = String::new();
    wait(|| {
        number = fs::read_to_string(&file).unwrap_or_default();
        number.ends_with('\n')
    });
    let process = Path::new("/proc").join(number.trim());
    let kill = format!("kill -TERM {}", checker.id());
    let killed = Command::new("sh").args(["-c", &kill]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    assert!(checker.wait().is_ok_and(|status| !status.success()));
    wait(|| {
        let state = fs::read_to_string(process.join("stat"));
        state.is_ok_and(|state| state.contains(") Z ")) || !process.exists()
    });
}

fn wait(mut come: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !come() {
        assert!(Instant::now() < deadline, "it did not come");
        thread::sleep(LOOK_EVERY);
    }
}
