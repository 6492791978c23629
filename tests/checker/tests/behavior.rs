//! How the checker behaves: what it says first, and what it leaves behind.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chat_checker::catalog::Check;
use chat_checker::languages::{LANGUAGES, Language};
use chat_checker::own;
use chat_checker::runner::{self, Limits, Order};
use chat_checker::scene::Scene;
use chat_checker::trial::{
    PythonIs, SEED, check_alone, checked, in_python, python_is_here,
};
use chat_checker::verdict::Outcome;

/// How long anything may take that has to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often is looked whether it has come.
const LOOK_EVERY: Duration = Duration::from_millis(10);

fn step(number: u8) -> String {
    let path = format!("tests/checker/wrong/python/step{number:02}.py");
    in_python(&own::root().join(path))
}

/// The right program of a step with something else in one place, or nothing
/// where there is no Python.
fn changed(number: u8, old: &str, new: &str) -> Option<String> {
    if python_is_here() == PythonIs::Missing {
        return None;
    }
    let name = format!("step{number:02}.py");
    let path = own::root().join("tests/checker/wrong/python").join(name);
    let source = fs::read_to_string(path).expect("the right program");
    assert_eq!(source.matches(old).count(), 1, "{old:?}");
    let source = source.replace(old, new);
    let name = format!("behavior_{number}_{}.py", new.len());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, source).expect("the changed program");
    Some(in_python(&path))
}

/// Runs a check that is made for the test.
fn made(command: &str, check: Duration, run: fn(&Scene) -> Outcome) -> String {
    let order = Order {
        step: 1,
        title: "a test".to_owned(),
        command: command.to_owned(),
        seed: SEED,
        limits: Limits {
            check,
            ..Limits::default()
        },
    };
    let made = Check {
        name: "made",
        promise: "what a test asks",
        steps: 1..=1,
        run,
    };
    runner::run_one(&order, &made).text()
}

#[test]
fn a_program_that_does_not_start_is_told_once() {
    let (_, text) = checked(5, "nothing", "echo no such luck; exit 3");
    assert_eq!(text.matches("FAILED").count(), 1, "{text}");
    assert!(text.contains("FAILED  start"), "{text}");
    assert!(text.contains("no such luck"), "{text}");
}

#[test]
fn a_program_that_never_listens_is_told_once() {
    let (_, text) = checked(5, "nothing", "echo not yet; exec sleep 600");
    assert_eq!(text.matches("FAILED").count(), 1, "{text}");
    assert!(text.contains("nobody listened within 30s"), "{text}");
    assert!(text.contains("not yet"), "{text}");
}

#[test]
fn a_check_has_a_deadline_and_says_what_it_waited_for() {
    let Some(slow) = changed(
        1,
        "                client.sendall(data)",
        "                import time; time.sleep(1); client.sendall(data)",
    ) else {
        return;
    };
    let text = made(&slow, Duration::from_secs(5), |scene| {
        let mut ada = scene.server()?.connect("ada")?;
        (0..60).try_for_each(|_| {
            ada.sends(b"again\n")?;
            ada.hears_line("again")
        })
    });
    assert!(text.starts_with("FAILED"), "{text}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = [
        "ada hears \"again\\n\" (the checker was waiting for that)",
        "the check was not done 5s later",
    ];
    for part in parts {
        assert!(text.contains(part), "{part} in {text}");
    }
    // It was the checker who ended it.
    assert!(!text.contains("it ended"), "{text}");
}

#[test]
fn output_without_an_end_is_cut_and_said() {
    let Some(noisy) = changed(
        1,
        "while True:",
        "import threading\ndef noise():\n    while True:\n        \
         print('x' * 99)\nthreading.Thread(target=noise).start()\nwhile True:",
    ) else {
        return;
    };
    let text = made(&noisy, PATIENCE, |scene| {
        let server = scene.server()?;
        let noise = server.program.borrow();
        let cut = noise.shows(PATIENCE, |shown| shown.contains("1 MiB"));
        assert!(cut.is_ok(), "it was not cut");
        assert!(noise.shown().len() < 3 << 19, "{}", noise.shown().len());
        server.connect("ada")?.hears_line("what does not come")
    });
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("more than 1 MiB"), "{text}");
}

#[test]
fn what_a_program_complains_of_is_told_though_the_check_passes() {
    let Some(sad) = changed(
        1,
        "    with client:",
        "    import sys, threading\n    threading.Thread(target=lambda: 1 // \
         0).start()\n    with client:",
    ) else {
        return;
    };
    let text = check_alone(1, "pieces", &sad);
    assert!(text.starts_with("passed"), "{text}");
    assert!(text.contains("but:"), "{text}");
    assert!(text.contains("ZeroDivisionError"), "{text}");
}

#[test]
fn a_program_that_has_fallen_over_has_not_passed() {
    let Some(falls) = changed(
        1,
        "                client.sendall(data)",
        "                os._exit(3)",
    ) else {
        return;
    };
    let text = made(&falls, PATIENCE, |scene| {
        let server = scene.server()?;
        server.connect("ada")?.sends(b"fall\n")?;
        let ended = server.program.borrow_mut().ends(PATIENCE);
        assert!(ended.is_some(), "it did not end");
        Ok(())
    });
    assert!(text.starts_with("FAILED"), "{text}");
    assert!(text.contains("exit status: 3"), "{text}");
}

#[test]
fn one_mistake_in_every_line_is_told_once() {
    let Some(bare) = changed(5, "[%H:%M:%S] ", "%H:%M:%S ") else {
        return;
    };
    let (_, text) = checked(5, "without brackets", &bare);
    assert_eq!(text.matches("look at:").count(), 1, "{text}");
    assert!(text.contains("the same happened as above"), "{text}");
}

#[test]
fn a_command_that_compiles_each_time_is_told_to_compile_first() {
    let go = |language: &&Language| language.name == "go";
    let Some(_) = LANGUAGES.iter().find(go).filter(|go| go.is_here()) else {
        return;
    };
    let program = own::root().join("tests/checker/wrong/go/step08.go");
    let command = format!("go run {}", own::quoted(&program));
    let text = check_alone(9, "shutdown", &command);
    assert!(text.contains("`go run` ends with 1"), "{text}");
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
