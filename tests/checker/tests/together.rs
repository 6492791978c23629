//! Many programs at once, as a teacher has them, and reports for programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chat_checker::own;
use chat_checker::runner::{self, Limits, Order};
use chat_checker::trial::{PythonIs, SEED, python_is_here};
use chat_checker::verdict::Verdict;
use serde_json::Value;

/// An empty folder of this name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn echo() -> String {
    let path = own::root().join("tests/checker/wrong/python/step01.py");
    fs::read_to_string(path).expect("the right program")
}

/// What others have handed in: right, wrong, broken and endless programs.
fn handed_in() -> PathBuf {
    let all = folder("handed in");
    let write = |name: &str, text: &str| {
        let path = all.join(name);
        let above = path.parent().expect("a folder");
        fs::create_dir_all(above).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let deaf = echo().replace("while data :=", "if data :=");
    write("ada.py", &echo());
    write("bob/run.sh", "exec python3 \"my echo.py\"\n");
    write("bob/my echo.py", &echo());
    write("carl.rs", "fn main() { nothing }\n");
    write("dora.py", "import time; print('so far'); time.sleep(600)\n");
    write("eve/main.py", &deaf);
    write("eve/other.py", "");
    write("fay/one.py", &echo());
    write("fay/two.py", &echo());
    write("gus/notes.txt", "");
    write("names.txt", "ada, bob\n");
    write(".hidden.py", "");
    all
}

fn check_all(folder: &Path, more: &[&str]) -> Output {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept");
    Command::new(env!("CARGO_BIN_EXE_check_all"))
        .arg("1")
        .arg(folder)
        .args(more)
        .env("CARGO_TARGET_DIR", kept)
        .output()
        .expect("the checker")
}

#[test]
fn each_program_has_a_line_and_none_holds_up_the_rest() {
    if python_is_here() == PythonIs::Missing {
        return;
    }
    let output = check_all(&handed_in(), &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let line = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{name} in {text}"))
    };
    for name in ["ada.py", "bob"] {
        assert!(line(name).contains("6 of 6"), "{text}");
    }
    for (name, why) in [
        ("carl.rs", "does not compile: error"),
        ("dora.py", "nobody listened within 30s; it said: so far"),
        ("eve", "pieces: ada heard"),
        ("fay", "add a file run.sh"),
        ("gus", "no source is in it"),
        ("left out", "names.txt"),
    ] {
        assert!(line(name).contains(why), "{text}");
    }
    assert!(!text.contains("hidden"), "{text}");
    let (_, kept) = line("the reports").split_once(" in ").expect("where");
    let report = fs::read_to_string(Path::new(kept).join("eve.txt"));
    assert!(report.is_ok_and(|text| text.contains("FAILED  pieces")));
}

#[test]
fn a_program_can_read_what_came_out() {
    if python_is_here() == PythonIs::Missing {
        return;
    }
    let all = folder("for programs");
    fs::write(all.join("ada.py"), echo()).expect("a program");
    let output = check_all(&all, &["--json"]);
    assert!(output.status.success());
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(value[0]["title"], "ada.py");
    assert_eq!(value[0]["all_passed"], true);

    let output = Command::new(env!("CARGO_BIN_EXE_check_step"))
        .args(["--json", "1", "echo no such luck; false"])
        .output()
        .expect("the checker");
    assert_eq!(output.status.code(), Some(1));
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(value["all_passed"], false);
    let report = &value["reports"][0];
    assert_eq!(report["check"], "start");
    assert_eq!(report["verdict"], "failed");
    let came = report["came"].as_str().unwrap_or_default();
    assert!(came.contains("no such luck"), "{came}");
}

#[test]
fn what_there_is_no_time_for_is_said() {
    if python_is_here() == PythonIs::Missing {
        return;
    }
    let path = folder("no time").join("echo.py");
    fs::write(&path, echo()).expect("a program");
    let order = Order {
        step: 1,
        title: "no time".to_owned(),
        command: format!("exec python3 {}", own::quoted(&path)),
        seed: SEED,
        limits: Limits {
            all: std::time::Duration::ZERO,
            ..Limits::default()
        },
    };
    let reports = runner::run(&order, |_| {});
    assert_eq!(reports.len(), 6);
    for report in reports {
        let verdict = report.verdict;
        assert!(matches!(verdict, Verdict::CouldNotTell(_)), "{verdict:?}");
    }
}
