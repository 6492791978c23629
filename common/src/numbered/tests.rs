//! Lines of numbered mode, written and read back.

use proptest::prelude::*;

use super::*;

#[test]
fn a_hello_reads_as_it_is_written() {
    let resume = Resume {
        epoch: "9f3c",
        last: 1042,
        token: "5ab1",
    };
    for (resume, line) in [
        (None, "/numbered 1"),
        (Some(resume), "/numbered 1 9f3c 1042 5ab1"),
    ] {
        let hello = Hello { resume };
        assert_eq!(hello.to_string(), line);
        assert_eq!(Hello::parse(line), Some(hello));
    }
}

#[test]
fn what_is_no_hello_is_none() {
    for line in [
        "",
        "hello",
        "numbered 1",
        "//numbered 1",
        "/numbered",
        "/numbered ",
        "/numbered x",
        "/numbered 2",
        "/numbered 01",
        "/numbered 1 ",
        "/numbered 1 9f3c",
        "/numbered 1 9f3c 1042",
        "/numbered 1 9f3c 1042 ",
        "/numbered 1 9f3c 1042 5ab1 ",
        "/numbered 1 9f3c 1042 5ab1 x",
        "/numbered 1 9f3c -1 5ab1",
        "/numbered 1 9f:3c 1 5ab1",
        "/numbered 1  1 5ab1",
    ] {
        assert_eq!(Hello::parse(line), None, "{line:?}");
    }
}

#[test]
fn a_client_numbers_what_it_sends() {
    let sent = |k, text| Some(ClientLine::Sent { k, text });
    assert_eq!(ClientLine::parse("7 hello"), sent(7, "hello"));
    assert_eq!(ClientLine::parse("8 /me  x "), sent(8, "/me  x "));
    assert_eq!(ClientLine::parse("9 "), sent(9, ""));
    assert_eq!(ClientLine::parse("? 3"), Some(ClientLine::Ping(3)));
    for line in [
        "",
        "7",
        "hello you",
        "/users all",
        "+7 x",
        "07 x",
        "?",
        "? x",
    ] {
        assert_eq!(ClientLine::parse(line), None, "{line:?}");
    }
}

#[test]
fn the_servers_lines_read_as_the_protocol_says() {
    let became = |number, at| Some(Became { number, at });
    for (control, line) in [
        (
            Control::Epoch {
                epoch: "9f3c",
                last: 1042,
            },
            "= epoch 9f3c 1042",
        ),
        (Control::Token("5ab1"), "= token 5ab1"),
        (Control::TakenTo(0), "= taken-to 0"),
        (Control::Taken { k: 8, became: None }, "= taken 8 -"),
        (
            Control::Taken {
                k: 7,
                became: became(1094, Some("14:03:08")),
            },
            "= taken 7 1094 [14:03:08]",
        ),
        (
            Control::Taken {
                k: 7,
                became: became(9, Some("2026-11-23 14:03:08")),
            },
            "= taken 7 9 [2026-11-23 14:03:08]",
        ),
        (
            Control::Taken {
                k: 7,
                became: became(1094, None),
            },
            "= taken 7 1094",
        ),
        (Control::Skipped(4711), "= skipped 4711"),
        (Control::Missed(51), "= missed 51"),
        (Control::End, "= end"),
        (Control::Pong(3), "= pong 3"),
    ] {
        let marked = Marked::Control(control);
        assert_eq!(marked.to_string(), line);
        assert_eq!(Marked::parse(line), Some(marked));
    }
    let line = "[14:03:07] ada: # 7 - = end";
    assert_eq!(
        Marked::parse("# 1042 [14:03:07] ada: # 7 - = end"),
        Some(Marked::Entry { number: 1042, line })
    );
    assert_eq!(Marked::parse("- * hi"), Some(Marked::Line("* hi")));
}

#[test]
fn garbage_is_none() {
    for line in [
        "",
        "#",
        "# ",
        "# x y",
        "# 7",
        "# 18446744073709551616 x",
        "#7 x",
        "=",
        "= ",
        "= ends",
        "= end ",
        "= missed",
        "= missed -1",
        "= missed 1e9",
        "= missed 51 ",
        "= taken 7",
        "= taken - -",
        "= taken 7 8 9",
        "= taken 7 8 [14:03]",
        "= taken 7 8 [14:03:07] x",
        "= epoch 9f3c",
        "= epoch ../x 7",
        "= token ",
        "= token a b",
        "= pong",
        "-",
        "[14:03:07] ada: = end",
        "* = end",
        "Welcome to the chatroom!",
    ] {
        assert_eq!(Marked::parse(line), None, "{line:?}");
    }
    let long = format!("= token {}", "a".repeat(WORD_BYTES_MAX + 1));
    assert_eq!(Marked::parse(&long), None);
}

/// Text that comes near to a line of numbered mode.
fn near() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/numbered 1".to_owned()),
        "[#=?-]",
        "(epoch|token|taken|taken-to|skipped|missed|end|pong)",
        "[0-9]{1,21}",
        "\\[[0-9]{2}:[0-9]{2}:[0-9]{2}\\]",
        "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn whatever_is_read_is_what_would_be_written(line in near()) {
        if let Some(marked) = Marked::parse(&line) {
            prop_assert_eq!(marked.to_string(), line.clone());
        }
        if let Some(sent) = ClientLine::parse(&line) {
            prop_assert_eq!(sent.to_string(), line.clone());
        }
        if let Some(hello) = Hello::parse(&line) {
            prop_assert_eq!(hello.to_string(), line);
        }
    }

    #[test]
    fn what_others_say_is_never_control(text in "\\PC{0,40}", number: u64) {
        let entry = Marked::Entry { number, line: &text };
        for marked in [entry, Marked::Line(&text)] {
            let line = marked.to_string();
            prop_assert_eq!(Marked::parse(&line), Some(marked));
        }
    }
}
