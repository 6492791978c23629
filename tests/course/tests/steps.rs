//! `make step` and `make diff` find a step by its number.

use std::process::{Command, Output};

use chat_checker::catalog;

fn step(verb: &str, number: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_step"))
        .args([verb, number])
        .output()
        .expect("the program starts")
}

#[test]
fn each_step_is_compared_with_the_one_it_grew_out_of() {
    for own in catalog::STEPS {
        let output = step("diff", &own.number.to_string());
        assert!(output.status.success(), "{own:?}");
        let shown = String::from_utf8(output.stdout).expect("text");
        let before = match own.before.and_then(catalog::step) {
            Some(before) => format!("{}.rs", before.program),
            None => "/dev/null".to_owned(),
        };
        let heads: Vec<&str> = shown.lines().take(2).collect();
        assert!(heads[0].contains(&before), "{own:?}: {heads:?}");
        assert!(heads[1].contains(own.program), "{own:?}: {heads:?}");
    }
}

#[test]
fn what_is_no_step_gets_a_sentence() {
    for verb in ["run", "diff"] {
        for number in ["0", "12", "-1", "four", "", "256"] {
            let output = step(verb, number);
            assert_eq!(output.status.code(), Some(2), "{verb} {number:?}");
            let said = String::from_utf8(output.stderr).expect("text");
            let wanted = format!("step {number} has no program");
            assert!(said.starts_with(&wanted), "{said}");
        }
    }
    let said = step("walk", "1").stderr;
    assert!(said.starts_with(b"usage: "), "{said:?}");
}
