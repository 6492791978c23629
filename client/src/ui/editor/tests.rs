//! What each key makes of the line that is being typed.

use super::*;
use chat_common::events::ServerLine;

const NONE: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

/// What is left of these keys, with a bar for the cursor.
fn typed(keys: &[(KeyCode, KeyModifiers)]) -> String {
    let mut editor = Editor::new(History::default());
    for (code, modifiers) in keys {
        let key = KeyEvent::new(*code, *modifiers);
        editor.press(key, &People::default(), "bob");
    }
    let (before, behind) = editor.halves();
    format!("{before}|{behind}")
}

fn text(text: &str) -> Vec<(KeyCode, KeyModifiers)> {
    text.chars().map(|c| (KeyCode::Char(c), NONE)).collect()
}

#[test]
fn keys_edit_as_in_a_shell() {
    let char = KeyCode::Char;
    for (key, left) in [
        ((KeyCode::Home, NONE), "|one two 👍"),
        ((char('a'), CONTROL), "|one two 👍"),
        ((KeyCode::Left, NONE), "one two |👍"),
        ((KeyCode::Backspace, NONE), "one two |"),
        ((KeyCode::Left, KeyModifiers::ALT), "one two |👍"),
        ((char('w'), CONTROL), "one two |"),
        ((char('u'), CONTROL), "|"),
        ((char('c'), CONTROL), "|"),
        ((char('x'), KeyModifiers::ALT), "one two 👍|"),
        ((KeyCode::F(1), NONE), "one two 👍|"),
    ] {
        let keys = [text("one two 👍"), vec![key]].concat();
        assert_eq!(typed(&keys), left, "{key:?}");
    }
}

#[test]
fn what_was_deleted_can_be_put_back() {
    let control = |c| (KeyCode::Char(c), CONTROL);
    let keys = [text("one two"), vec![control('w'), control('y')]];
    assert_eq!(typed(&keys.concat()), "one two|");
}

#[test]
fn a_full_line_is_told_once_and_takes_no_more() {
    let mut editor = Editor::new(History::default());
    let x = KeyEvent::new(KeyCode::Char('x'), NONE);
    let mut press = |key| editor.press(key, &People::default(), "bob");
    for _ in 0..DRAFT_BYTES_MAX {
        assert_eq!(press(x), Pressed::Edit);
    }
    assert_eq!(press(x), Pressed::Full);
    assert_eq!(press(x), Pressed::Edit);
    let enter = KeyEvent::new(KeyCode::Enter, NONE);
    assert_eq!(press(enter), Pressed::Enter);
    assert_eq!(editor.take(), "x".repeat(DRAFT_BYTES_MAX));
    assert_eq!(editor.text(), "");
}

fn hearing(lines: &[&str]) -> People {
    let mut people = People::default();
    for line in lines {
        people.hear(&ServerLine::parse(line).expect(line));
    }
    people
}

#[test]
fn no_way_into_the_line_makes_it_longer_than_it_may_be() {
    let char = KeyCode::Char;
    let people = hearing(&[
        "* here (2): bob, adalovelace",
        "[14:03:07] adalovelace -> you: psst",
    ]);
    for (before, key) in [
        ("a", (KeyCode::Tab, NONE)),
        ("word", (char('y'), CONTROL)),
        ("", (KeyCode::Up, NONE)),
        ("/reply", (char(' '), NONE)),
    ] {
        let mut history = History::default();
        history.add(&"h".repeat(DRAFT_BYTES_MAX + 1));
        let mut editor = Editor::new(history);
        let mut press = |code, modifiers| {
            editor.press(KeyEvent::new(code, modifiers), &people, "bob")
        };
        for c in before.chars() {
            press(char(c), NONE);
        }
        press(char('w'), CONTROL);
        press(char('y'), CONTROL);
        press(KeyCode::Home, NONE);
        press(KeyCode::End, NONE);
        let filler = DRAFT_BYTES_MAX - before.len() - 1;
        editor.paste(&"é".repeat(filler / 2), &people);
        let mut press = |code, modifiers| {
            editor.press(KeyEvent::new(code, modifiers), &people, "bob")
        };
        for _ in before.chars() {
            press(KeyCode::Home, NONE);
        }
        for _ in 0..3 {
            press(key.0, key.1);
        }
        assert!(editor.text().len() <= DRAFT_BYTES_MAX, "{key:?}");
    }
}

#[test]
fn a_reply_is_addressed_while_it_is_typed() {
    let people = hearing(&["[14:03:07] ada -> you: psst"]);
    let typed = |people: &People, text: &str| {
        let mut editor = Editor::new(History::default());
        for c in text.chars() {
            let key = KeyEvent::new(KeyCode::Char(c), NONE);
            editor.press(key, people, "bob");
        }
        let (before, behind) = editor.halves();
        format!("{before}|{behind}")
    };
    assert_eq!(typed(&people, "/reply"), "/reply|");
    assert_eq!(typed(&people, "/reply "), "/msg ada |");
    assert_eq!(typed(&people, "/REPLY hi"), "/msg ada hi|");
    assert_eq!(typed(&people, "see /reply hi"), "see /reply hi|");
    assert_eq!(typed(&people, "/replying hi"), "/replying hi|");
    assert_eq!(typed(&People::default(), "/reply hi"), "/reply hi|");
    let mut editor = Editor::new(History::default());
    editor.paste("/reply one two", &People::default());
    for code in [KeyCode::Left, KeyCode::Left] {
        editor.press(KeyEvent::new(code, NONE), &people, "bob");
    }
    assert_eq!(editor.halves(), ("/msg ada one t", "wo"));
    let mut editor = Editor::new(History::default());
    let tab = KeyEvent::new(KeyCode::Tab, NONE);
    editor.paste("/re", &people);
    editor.press(tab, &people, "bob");
    assert_eq!(editor.text(), "/msg ada ");
}

#[test]
fn nothing_a_terminal_obeys_comes_in() {
    let bad = "a\x1b[2J\u{9b}b\u{202e}\x07";
    let good = "a␛[2J<U+009B>b<U+202E>␇";
    let nobody = People::default();
    let mut history = History::default();
    history.add(bad);
    let mut editor = Editor::new(history);
    let up = KeyEvent::new(KeyCode::Up, NONE);
    editor.press(up, &nobody, "bob");
    assert_eq!(editor.text(), good);
    editor.take();
    editor.paste(bad, &nobody);
    assert_eq!(editor.text(), good);
    editor.take();
    for c in bad.chars() {
        let key = KeyEvent::new(KeyCode::Char(c), NONE);
        editor.press(key, &nobody, "bob");
    }
    assert_eq!(editor.text(), good);
}
