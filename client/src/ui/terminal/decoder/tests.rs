//! What a terminal may send, whole, cut anywhere, and with pauses.

use proptest::prelude::*;

use super::*;

/// What terminals report, asked or not.
const REPORTS: [&str; 60] = [
    // The theme, a mode, two cursor positions, the state, a size, focus.
    "\x1b[?997;1n",
    "\x1b[?2026;2$y",
    "\x1b[4;2$y",
    "\x1b[24;80R",
    "\x1b[?24;80;1R",
    "\x1b[0n",
    "\x1b[?0n",
    "\x1b[8;24;80t",
    "\x1b[48;24;80;600;800t",
    "\x1b[I",
    "\x1b[O",
    // Who it is.
    "\x1b[?62;22c",
    "\x1b[?64;1;2;6;9;15;18;21;22c",
    "\x1b[>0;276;0c",
    "\x1bP!|00000000\x1b\\",
    "\x1bP>|XTerm(390)\x1b\\",
    "\x1bP>|tmux 3.5a\x1b\\",
    "\x1b[>64;2500;0c",
    // Colors, the clipboard, titles.
    "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "\x1b]10;rgb:ffff/ffff/ffff\x07",
    "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    "\x1b]12;rgba:ffff/ffff/ffff/ffff\x1b\\",
    "\x1b]52;c;aGVsbG8gd29ybGQ=\x1b\\",
    "\x1b]52;c;\x07",
    "\x1b]ltitle é 日本 👍\x1b\\",
    "\x1b]Licon\x1b\\",
    "\x1b]99;i=1;\x1b\\",
    // Capabilities and settings.
    "\x1bP1+r544e=787465726d\x1b\\",
    "\x1bP0+r\x1b\\",
    "\x1bP1$r0 q\x1b\\",
    "\x1bP1$r0;1m\x1b\\",
    "\x1bP0$r\x1b\\",
    "\x1bP1!u8<=>\x1b\\",
    // Keyboard flags, a release, keys of the desktop alone.
    "\x1b[?1u",
    "\x1b[?31u",
    "\x1b[97;1:3u",
    "\x1b[57442;5u",
    // Pictures, messages, and the mouse in four ways.
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b^private\x1b\\",
    "\x1b[<0;0;0M",
    "\x1b[<35;70;12m",
    "\x1b[M !!",
    "\x1b[M\x60\x7e\x7e",
    "\x1b[35;70;12M",
    // Far out, and where a text begins and ends that was marked.
    "\x1b[M \u{a9}!",
    "\x1b[T@@@@@@",
    "\x1b[T!!!!!!",
    "\x1b[t@@",
    // Texts of any kind, with anything in them, ended in two ways.
    "\x1bXany string\x1b\\",
    "\x1bX/quit now\x07",
    "\x1bX\x1b\\",
    "\x1b^/msg bob secret\x07",
    "\x1b_hello é 日本\x07",
    "\x1b_line one\r\nline two\t.\x1b\\",
    "\x1bP1;2|17/656e64\x1b\\",
    "\x1bP1$r0m\x07",
    "\x1bP1$r1 Ü✜ü\x1b\\",
    "\x1b]0;e[Mail] O'X\x1b\\",
    "\x1b]\x1b\\",
    "\x1b]11;rgba:1e/1e/1e/ff\x1b\\",
];

/// A report as terminals of seven and of eight bits write it, these in bytes
/// and in letters.
fn forms(report: &str) -> [Vec<u8>; 3] {
    let mut letters = String::new();
    let mut alone = Vec::new();
    let mut rest = report.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next().unwrap_or_default();
        let is_one = c == '\x1b' && matches!(next, '@'..='_');
        let whole = match u8::try_from(next) {
            Ok(next) if is_one => {
                rest.next();
                char::from(next + 0x40)
            }
            _ => c,
        };
        letters.push(whole);
        match u8::try_from(whole) {
            Ok(byte @ 0x80..=0x9f) => alone.push(byte),
            _ => alone.extend(whole.to_string().bytes()),
        }
    }
    [report.into(), alone, letters.into()]
}

/// All reports in all forms.
fn reports() -> impl Iterator<Item = Vec<u8>> {
    REPORTS.into_iter().flat_map(forms)
}

/// How long the line stands still: almost as long as the decoder waits.
const PAUSE: Duration = Duration::from_millis(900);

/// Keys that a person may press next.
const KEYS: &str = "hi n\u{e9} \u{1f44d}R\x1b[A\x03\r";

/// Everything that comes, if it comes in these pieces.
fn told(pieces: &[&[u8]]) -> Vec<TerminalInput> {
    let mut decoder = Decoder::default();
    let told = pieces.iter().flat_map(|piece| decoder.push(piece));
    told.collect()
}

/// The same, with a pause between the pieces.
fn told_slowly(pieces: &[&[u8]]) -> Vec<TerminalInput> {
    let mut decoder = Decoder::default();
    let mut told = Vec::new();
    for piece in pieces {
        told.extend(decoder.push(piece));
        told.extend(pause(&mut decoder));
    }
    told
}

/// What a pause brings that is long for a sequence and short for a person.
fn pause(decoder: &mut Decoder) -> Vec<TerminalInput> {
    let mut told = Vec::new();
    let mut left = PAUSE;
    while let Some(patience) = decoder.patience()
        && let Some(rest) = left.checked_sub(patience)
    {
        told.extend(decoder.late());
        left = rest;
    }
    told
}

/// These inputs without an Esc that had come alone.
fn without_esc(inputs: Vec<TerminalInput>) -> Vec<TerminalInput> {
    let esc = TerminalInput::Key(KeyCode::Esc.into());
    inputs.into_iter().filter(|input| *input != esc).collect()
}

fn keys(text: &str) -> Vec<TerminalInput> {
    told(&[text.as_bytes()])
}

/// The text of these inputs, with what is no text left out.
fn text(inputs: &[TerminalInput]) -> String {
    let text = |input: &TerminalInput| match input {
        TerminalInput::Key(KeyEvent {
            code: KeyCode::Char(c),
            modifiers: KeyModifiers::NONE,
            ..
        }) => Some(*c),
        _ => None,
    };
    inputs.iter().filter_map(text).collect()
}

fn control(c: char) -> TerminalInput {
    TerminalInput::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL))
}

#[test]
fn no_report_is_a_key_and_the_keys_behind_it_are_whole() {
    let expected = keys(KEYS);
    assert_eq!(text(&expected), "hi né 👍R");
    for report in reports() {
        let found = told(&[&report, KEYS.as_bytes()]);
        assert_eq!(found, expected, "{}", report.escape_ascii());
    }
}

#[test]
fn no_report_cut_anywhere_is_a_key_however_long_the_pause() {
    let expected = keys(KEYS);
    for report in reports() {
        let shown = report.escape_ascii();
        // Behind a pause, lines and letters are a person's, wherever the mouse
        // may be.
        let is_mouse = report.ends_with("\u{a9}!".as_bytes());
        if is_mouse || report.contains(&b'\r') {
            continue;
        }
        for cut in 0..=report.len() {
            let (before, behind) = report.split_at(cut);
            let pieces = [before, behind, KEYS.as_bytes()];
            let found = without_esc(told_slowly(&pieces));
            assert_eq!(found, expected, "{shown} cut at {cut}");
        }
        let mut bytes: Vec<_> = report.chunks(1).collect();
        bytes.push(KEYS.as_bytes());
        let found = without_esc(told_slowly(&bytes));
        assert_eq!(found, expected, "{shown} byte by byte");
    }
}

#[test]
fn a_report_that_breaks_off_takes_no_key_with_it() {
    for report in reports() {
        let shown = report.escape_ascii();
        for cut in 1..report.len() {
            let part = &report[..cut];
            let mut decoder = Decoder::default();
            decoder.push(part);
            // Ctrl-C is heard at once, and so is all of it after a while.
            let found = decoder.push(b"\x03");
            let Some(TerminalInput::Key(key)) = found.last() else {
                panic!("no key behind {shown} cut at {cut}");
            };
            assert_eq!(key.code, KeyCode::Char('c'), "{shown}");
            assert!(key.modifiers.contains(KeyModifiers::CONTROL));
            decoder.push(part);
            while decoder.patience().is_some() {
                decoder.late();
            }
            let mut found = decoder.push(b"hi\r");
            // Half a letter is replaced by the next.
            let is_half = part == b"\xc2";
            found.drain(..usize::from(is_half));
            assert_eq!(found, keys("hi\r"), "{shown}");
        }
    }
}

#[test]
fn what_is_typed_behind_a_mouse_that_broke_off_is_kept() {
    for broken in ["\x1b[M", "\x1b[M ", "\x1b[M !", "\x1b[T@@@", "\x1b[t"] {
        for typed in ["hi\r", "yes, 42\r", " no\r", "é\r", "I see\r"] {
            for form in forms(broken) {
                let pieces = [&form[..], typed.as_bytes()];
                assert_eq!(told_slowly(&pieces), keys(typed), "{broken:?}");
                let mut pieces: Vec<_> = typed.as_bytes().chunks(1).collect();
                pieces.insert(0, &form);
                assert_eq!(told_slowly(&pieces), keys(typed), "{broken:?}");
            }
        }
    }
}

#[test]
fn what_is_typed_at_once_behind_a_mouse_that_broke_off_is_kept() {
    for broken in ["\x1b[M", "\x1b[T"] {
        for typed in ["hello", "hi\r", "y\x7f", "I see", "a", "42 of 50\r"] {
            for form in forms(broken) {
                let pieces = [&form[..], typed.as_bytes()];
                assert_eq!(told(&pieces), keys(typed), "{broken:?} {typed}");
                let mut pieces: Vec<_> = typed.as_bytes().chunks(1).collect();
                pieces.insert(0, &form);
                assert_eq!(told(&pieces), keys(typed), "{broken:?} {typed}");
            }
        }
    }
    // One that comes whole, or cut elsewhere, may have any bytes.
    for report in ["\x1b[MaH4", "\x1b[M H4"] {
        for cut in [0, 1, 2, 4, 5, 6] {
            let (start, end) = report.as_bytes().split_at(cut);
            let all = [start, end, KEYS.as_bytes()];
            assert_eq!(told(&all), keys(KEYS), "{report:?} {cut}");
        }
    }
}

#[test]
fn a_long_text_is_passed_over_and_one_that_breaks_off_ends() {
    for begin in ["\x1bX", "\x1bP", "\x1b]", "\x1b^", "\x1b_"] {
        for form in forms(begin) {
            let long = "long é ".repeat(100_000);
            for end in [&b"\x1b\\"[..], b"\x07", b"\x9c", b"\xc2\x9c"] {
                let all = [&form[..], long.as_bytes(), end, KEYS.as_bytes()];
                assert_eq!(told(&all), keys(KEYS), "{begin:?}");
            }
            // The next one begins behind a text that broke off.
            for next in forms("\x1b[D") {
                let all = [&form[..], long.as_bytes(), &next, b"hi"];
                assert_eq!(told(&all), keys("\x1b[Dhi"), "{begin:?}");
            }
            let broken = [&form[..], long.as_bytes()].concat();
            assert_eq!(told_slowly(&[&broken, b"hi\r"]), keys("hi\r"));
        }
    }
}

#[test]
fn bytes_of_letters_begin_nothing() {
    // Their last bytes are those that begin something when alone.
    for letter in ["Ï", "А", "И", "Л", "Н", "О", "П", "㐛", "👛"] {
        let typed = format!("{letter}[A{letter}hi");
        let bytes: Vec<_> = typed.as_bytes().chunks(1).collect();
        assert_eq!(text(&told(&bytes)), typed);
        assert_eq!(text(&told_slowly(&bytes)), typed);
    }
}

#[test]
fn what_is_typed_behind_a_report_that_broke_off_is_kept() {
    for broken in ["\x1b]11;rgb:1e", "\x1b[?997;1", "\x1b[", "\x1bP"] {
        let pieces: [&[u8]; 2] = [broken.as_bytes(), b"yes, 42\r"];
        assert_eq!(told_slowly(&pieces), keys("yes, 42\r"), "{broken:?}");
    }
    // Nothing tells an A there from an arrow; an Esc that was told does not
    // make a word a report.
    for typed in ["please", "over", "X", "Xenia", "]", "[", "no"] {
        let mut decoder = Decoder::default();
        let mut found = decoder.push(b"\x1b");
        found.extend(decoder.late());
        found.extend(decoder.push(typed.as_bytes()));
        while decoder.patience().is_some() {
            found.extend(decoder.late());
        }
        assert_eq!(text(&found), typed);
    }
}

#[test]
fn a_lone_esc_is_a_key_and_alt_goes_with_the_next() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.push(b"\x1b"), []);
    assert_eq!(decoder.late(), [TerminalInput::Key(KeyCode::Esc.into())]);
    decoder.late();
    assert_eq!(decoder.patience(), None);
    let alt = |code| TerminalInput::Key(KeyEvent::new(code, KeyModifiers::ALT));
    assert_eq!(keys("\x1bb"), [alt(KeyCode::Char('b'))]);
    assert_eq!(keys("\x1b\u{e9}"), [alt(KeyCode::Char('é'))]);
    assert_eq!(keys("\x1b\x7f"), [alt(KeyCode::Backspace)]);
    let twice = [
        TerminalInput::Key(KeyCode::Esc.into()),
        alt(KeyCode::Char('x')),
    ];
    assert_eq!(keys("\x1b\x1bx"), twice);
    assert_eq!(told_slowly(&[b"\x1b", b"b"]).len(), 2);
    assert_eq!(text(&told_slowly(&[b"\x1b", b"b"])), "b");
}

#[test]
fn an_arrow_whose_esc_came_first_is_an_arrow() {
    for arrow in ["\x1b[A", "\x1bOA"] {
        let (esc, rest) = arrow.as_bytes().split_at(1);
        let found = told_slowly(&[esc, rest]);
        assert_eq!(without_esc(found), keys("\x1b[A"));
    }
}

#[test]
fn keypads_and_consoles_are_known() {
    assert_eq!(text(&keys("\x1bOp\x1bOq\x1bOy\x1bOk")), "019+");
    assert_eq!(keys("\x1bOM"), keys("\r"));
    assert_eq!(keys("\x1b[[A\x1b[[Ex"), keys("x"));
    let home = KeyEvent::new(KeyCode::Home, KeyModifiers::SHIFT);
    let [space] = &keys(" ")[..] else {
        panic!("no space")
    };
    assert_eq!(keys("\x1b[7$ "), [TerminalInput::Key(home), space.clone()]);
}

#[test]
fn a_paste_is_whole_wherever_it_is_cut() {
    let text = "one\r\x1b[201 two\x03\u{1f44d}";
    let all = format!("\x1b[200~{text}\x1b[201~x");
    let expected =
        [TerminalInput::Paste(text.to_owned()), keys("x")[0].clone()];
    let bytes = all.as_bytes();
    for cut in 1..bytes.len() {
        let pieces = [&bytes[..cut], &bytes[cut..]];
        assert_eq!(told(&pieces), expected, "cut at {cut}");
        // Ctrl-C is a person's only where the paste has stood still.
        if bytes[cut] != CTRL_C {
            let found = without_esc(told_slowly(&pieces));
            assert_eq!(found, expected, "cut at {cut}");
        }
    }
}

#[test]
fn a_paste_that_never_ends_is_over_some_time() {
    let mut decoder = Decoder::default();
    decoder.push(b"\x1b[200~one\rtwo\x1b[20");
    decoder.late();
    let pasted = TerminalInput::Paste("one\rtwo".to_owned());
    assert_eq!(decoder.late(), [pasted]);
    assert_eq!(decoder.patience(), None);
    decoder.push(b"\x1b[200~one");
    decoder.late();
    assert_eq!(decoder.push(b"\x03"), [control('c')]);
    assert_eq!(decoder.push(b"x"), keys("x"));
    // Who is in a hurry does not let it stand still.
    assert_eq!(decoder.push(b"\x1b[200~one\x03\x03"), []);
    assert_eq!(decoder.push(b"\x03"), [control('c')]);
    assert_eq!(decoder.push(b"x"), keys("x"));
}

#[test]
fn a_paste_has_a_limit_and_the_keys_behind_it_are_whole() {
    let mut decoder = Decoder::default();
    decoder.push(b"\x1b[200~");
    let fits = vec![b'x'; PASTE_BYTES_MAX];
    decoder.push(&fits);
    let [TerminalInput::Paste(text)] = &decoder.push(PASTE_END)[..] else {
        panic!("no paste");
    };
    assert_eq!(text.len(), PASTE_BYTES_MAX);
    decoder.push(b"\x1b[200~");
    decoder.push(&vec![b'x'; 3 * PASTE_BYTES_MAX]);
    assert!(decoder.paste.len() <= PASTE_BYTES_MAX + 2 * PASTE_END.len());
    assert_eq!(decoder.push(PASTE_END), [TerminalInput::PasteTooLong]);
    assert_eq!(decoder.push(b"x"), keys("x"));
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    let found = told(&[b"a\xff\xc3(\xf0\x9f\x91\x8d\xe2\x82\rb\x80"]);
    assert_eq!(text(&found), "a\u{fffd}\u{fffd}(👍\u{fffd}b\u{fffd}");
}

#[test]
fn a_sequence_without_end_takes_no_memory() {
    let mut decoder = Decoder::default();
    decoder.push(b"\x1b[1");
    decoder.late();
    for _ in 0..100_000 {
        decoder.push(b"1");
    }
    assert!(decoder.body.len() <= BODY_BYTES_MAX + 1);
    assert!(decoder.kept.len() <= KEPT_BYTES_MAX);
}

/// Anything a terminal, a line or a person may bring about.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::sample::select(reports().collect::<Vec<_>>()),
        proptest::collection::vec(any::<u8>(), 0..6),
        proptest::collection::vec(0x18..0x80_u8, 0..6),
        Just(b"\x1b[200~a\rb\x1b[201~".to_vec()),
        Just(b"\x1b".to_vec()),
        Just("é👍".as_bytes().to_vec()),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn whatever_comes_is_the_same_cut_anywhere(
        bytes in anything(),
        cuts in proptest::collection::vec(0..80_usize, 0..6),
    ) {
        let mut cuts: Vec<_> =
            cuts.into_iter().map(|it| it.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> =
            cuts.windows(2).map(|it| &bytes[it[0]..it[1]]).collect();
        prop_assert_eq!(told(&pieces), told(&[&bytes]));
    }

    #[test]
    fn whatever_comes_the_decoder_hears_what_follows(
        bytes in anything(),
        pauses in proptest::collection::vec(any::<bool>(), 80),
    ) {
        let mut decoder = Decoder::default();
        for (nth, byte) in bytes.iter().enumerate() {
            decoder.push(&[*byte]);
            if pauses.get(nth) == Some(&true) && decoder.patience().is_some() {
                decoder.late();
            }
        }
        while decoder.patience().is_some() {
            decoder.late();
        }
        // A character that is cut off is replaced by the next.
        let found = decoder.push(b"hi\r");
        let found = found.split_at(found.len() - 3).1;
        prop_assert_eq!(found, keys("hi\r"));
    }
}
