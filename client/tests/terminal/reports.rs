//! What terminals report, asked or not: it is no key, and it takes none with
//! it.

use super::{Visit, bob};

/// One of each kind; the decoder's own tests know more.
pub const REPORTS: [&str; 21] = [
    "\x1b[?997;1n",
    "\x1b[?2026;2$y",
    "\x1b[24;80R",
    "\x1b[8;24;80t",
    "\x1b[I",
    "\x1b[?62;22c",
    "\x1b[>0;276;0c",
    "\x1bP!|00000000\x1b\\",
    "\x1bP>|XTerm(390)\x1b\\",
    "\x1bP1+r544e=787465726d\x1b\\",
    "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
    "\x1b]52;c;aGVsbG8gd29ybGQ=\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b^private\x1b\\",
    "\x1b[<0;0;0M",
    "\x1b[M !!",
    "\x1b[?1u",
    "\x1bX/msg ada secret\x1b\\",
    "\x1bPhello\x07",
    "\x1b[T@@@@@@",
];

#[test]
fn no_report_is_typed_and_the_key_behind_it_is_heard() {
    let Visit {
        mut terminal,
        mut peer,
        ..
    } = bob();
    let mut draft = "bob> ".to_owned();
    for report in REPORTS {
        terminal.types(&format!("{report}x"));
        draft.push('x');
        terminal.edits(&draft, draft.len());
    }
    terminal.types("\r");
    assert_eq!(peer.hears(), "x".repeat(REPORTS.len()));
    terminal.types(&format!("{}\x03", REPORTS.concat()));
    assert_eq!(peer.hears_the_rest(), "");
    peer.closes();
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn no_report_in_eight_bits_is_typed_and_letters_are() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    for report in [
        &b"\x9b?62;22c"[..],
        b"\x9b24;80R",
        b"\x9bM !!",
        b"\x9d11;rgb:1e1e/1e1e/2e2e\x9c",
        b"\x90>|XTerm(390)\x9c",
        b"\x98/quit\x1b\\",
        b"\x9eprivate\x07",
        b"\x9fGi=31;OK\x9c",
        "\u{9b}?997;1n".as_bytes(),
        "\u{9d}11;rgb:1e1e/1e1e/2e2e\u{9c}".as_bytes(),
    ] {
        terminal.types_bytes(&[report, "Лx".as_bytes()].concat());
    }
    terminal.types("\r");
    assert_eq!(peer.hears(), "Лx".repeat(10));
}

#[test]
fn a_report_in_two_parts_is_not_typed_whatever_comes_between() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    let mut draft = "bob> ".to_owned();
    for (nth, report) in REPORTS.into_iter().enumerate() {
        // Not behind the Esc: that pause is a pause for a person as well.
        let cut = 2 + nth % (report.len() - 2);
        let (before, behind) = report.split_at(cut);
        terminal.types(before);
        peer.says(&format!("[14:03:09] ada: m{nth}\n"));
        terminal.shows(&format!("[14:03:09] ada: m{nth}"));
        terminal.types(&format!("{behind}x"));
        draft.push('x');
        terminal.edits(&draft, draft.len());
    }
}

#[test]
fn a_report_that_breaks_off_makes_nobody_deaf() {
    for report in REPORTS {
        let Visit {
            mut terminal,
            mut peer,
            ..
        } = bob();
        let end = report.char_indices().next_back();
        let (end, _) = end.expect("a last character");
        terminal.types(&report[..end]);
        // What the first one ends is up to the report.
        terminal.types("\x03\x03");
        assert_eq!(peer.hears_the_rest(), "", "{report:?}");
        peer.closes();
        assert_eq!(terminal.ends(), 0, "{report:?}");
    }
}

#[test]
fn a_paste_whose_end_never_comes_makes_nobody_deaf() {
    let Visit {
        terminal, mut peer, ..
    } = bob();
    terminal.types("draft\x1b[200~one\rtwo\x03");
    // The first two could be pasted; no text has three in a row.
    terminal.types("\x03\x03");
    terminal.edits("bob>", 5);
    terminal.types("x\r");
    assert_eq!(peer.hears(), "x");
}
