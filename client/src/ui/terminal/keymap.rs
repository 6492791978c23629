//! What a control character and an escape sequence of a terminal mean: a
//! key, or none. Pure; must not know where a sequence begins or ends.
//!
//! A terminal says more than keys: who it is, where its cursor stands, what
//! color it has. All of that is no key, and so is whatever is not known.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::ui::terminal::widths::Widths;

/// How a paste begins: the parameter of `CSI ~`.
const PASTE: u32 = 200;
/// `CSI 27 ; modifiers ; code ~`: a character with modifiers, of xterm.
const OTHER_KEY: u32 = 27;
/// Where kitty puts the keys that are no character.
const FUNCTIONAL: std::ops::RangeInclusive<u32> = 57344..=63743;

/// What a sequence stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A key was pressed.
    Key(KeyEvent),
    /// A paste begins.
    Paste,
    /// How wide the terminal shows what may be narrow or wide.
    Widths(Widths),
    /// A report, the release of a key, or a key that has no use here.
    Nothing,
}

/// The key of a control character, or of DEL.
pub fn control(byte: u8) -> KeyEvent {
    let held = |c: u8| {
        KeyEvent::new(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL)
    };
    match byte {
        b'\r' => KeyCode::Enter.into(),
        b'\t' => KeyCode::Tab.into(),
        0x1b => KeyCode::Esc.into(),
        0x7f => KeyCode::Backspace.into(),
        0 => held(b' '),
        0x01..=0x1a => held(byte - 1 + b'a'),
        _ => held(byte.saturating_sub(0x1c) + b'4'),
    }
}

/// What `ESC O` and these bytes mean: arrows, and the keypad.
pub fn function(body: &[u8], last: u8) -> Meaning {
    let modifiers = number(body).map_or(KeyModifiers::NONE, held);
    let code = match last {
        b'M' => Some(KeyCode::Enter),
        b'X' => Some(KeyCode::Char('=')),
        // The keypad has the characters from `*` on in their own order.
        b'j'..=b'y' => Some(KeyCode::Char(char::from(last - b'j' + b'*'))),
        _ => letter(last),
    };
    key(code, modifiers)
}

/// What `ESC [` and these bytes mean.
pub fn sequence(body: &[u8], last: u8) -> Meaning {
    // Whatever has a mark of its own is a report.
    if !body.iter().all(|it| matches!(it, b'0'..=b';')) {
        return Meaning::Nothing;
    }
    let fields = || body.split(|&it| it == b';');
    let nth = |nth| fields().nth(nth).and_then(first).unwrap_or(1);
    let modifiers = fields().nth(1).unwrap_or_default();
    if second(modifiers) == Some(3) {
        return Meaning::Nothing;
    }
    let modifiers = held(first(modifiers).unwrap_or(1));
    match last {
        b'~' if nth(0) == PASTE => Meaning::Paste,
        b'~' if nth(0) == OTHER_KEY => character(nth(2), None, modifiers),
        b'~' => key(numbered(nth(0)), modifiers),
        b'^' => key(numbered(nth(0)), KeyModifiers::CONTROL),
        b'@' => key(numbered(nth(0)), KeyModifiers::CONTROL),
        b'$' => key(numbered(nth(0)), KeyModifiers::SHIFT),
        b'u' => {
            let shifted = fields().next().and_then(second);
            character(nth(0), shifted, modifiers)
        }
        b'a'..=b'd' if body.is_empty() => {
            key(letter(last.to_ascii_uppercase()), KeyModifiers::SHIFT)
        }
        b'Z' => key(Some(KeyCode::BackTab), KeyModifiers::SHIFT),
        // With two numbers it is where the cursor stands.
        b'R' if fields().count() == 2 => {
            Widths::told_by(nth(1)).map_or(Meaning::Nothing, Meaning::Widths)
        }
        b'R' => Meaning::Nothing,
        _ => key(letter(last), modifiers),
    }
}

/// Whether a terminal may end such a sequence like this. Asked only behind
/// a pause, where it could as well be a person who begins to type.
pub fn may_end(body: &[u8], last: u8) -> bool {
    let ends: &[u8] = match body.first() {
        _ if body.ends_with(b"$") => b"y",
        None => b"ABCDEFHIMOPQRSZ[abcd",
        Some(b'?') => b"cnRuS",
        Some(b'<'..=b'>') => b"cmMqu",
        Some(_) => b"ABCDEFHMPQRSZ~^@cntux",
    };
    ends.contains(&last)
}

/// A key with modifiers, if there is such a key. Those of the desktop make
/// it a key of the desktop.
fn key(code: Option<KeyCode>, modifiers: KeyModifiers) -> Meaning {
    let desktop =
        KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META;
    match code {
        Some(code) if !modifiers.intersects(desktop) => {
            Meaning::Key(KeyEvent::new(code, modifiers))
        }
        _ => Meaning::Nothing,
    }
}

/// Modifiers as terminals number them: one more than the sum of their bits.
fn held(number: u32) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    let names = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    let set = names.iter().enumerate();
    let set = set.filter(|(nth, _)| bits & (1 << nth) != 0);
    set.fold(KeyModifiers::NONE, |all, (_, &name)| all | name)
}

/// A key that a terminal tells by its character.
fn character(
    code: u32,
    shifted: Option<u32>,
    modifiers: KeyModifiers,
) -> Meaning {
    let code = match code {
        8 | 127 => Some(KeyCode::Backspace),
        9 => Some(KeyCode::Tab),
        13 | 57414 => Some(KeyCode::Enter),
        27 => Some(KeyCode::Esc),
        // The keypad.
        57399..=57408 => char::from_digit(code - 57399, 10).map(KeyCode::Char),
        57417 => Some(KeyCode::Left),
        57418 => Some(KeyCode::Right),
        57419 => Some(KeyCode::Up),
        57420 => Some(KeyCode::Down),
        57423 => Some(KeyCode::Home),
        57424 => Some(KeyCode::End),
        57426 => Some(KeyCode::Delete),
        code if code < 32 || FUNCTIONAL.contains(&code) => None,
        code if modifiers.contains(KeyModifiers::SHIFT) => {
            let c = shifted.and_then(char::from_u32);
            let c = c.or_else(|| char::from_u32(code).map(upper));
            c.map(KeyCode::Char)
        }
        code => char::from_u32(code).map(KeyCode::Char),
    };
    key(code, modifiers)
}

/// A character with Shift, where that is one character.
fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// The keys with a letter.
fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

/// The keys with a number.
fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        _ => return None,
    })
}

/// The first number of a field whose parts stand between colons.
fn first(field: &[u8]) -> Option<u32> {
    field.split(|&it| it == b':').next().and_then(number)
}

fn second(field: &[u8]) -> Option<u32> {
    field.split(|&it| it == b':').nth(1).and_then(number)
}

/// A number, if there is one; what is too large to mean anything stays so.
fn number(digits: &[u8]) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let add = |sum: u32, &digit: &u8| {
        sum.saturating_mul(10)
            .saturating_add(u32::from(digit - b'0'))
    };
    is_number.then(|| digits.iter().fold(0, add))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(body: &str, last: char) -> Meaning {
        let last = u8::try_from(last).expect("ASCII");
        sequence(body.as_bytes(), last)
    }

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Meaning {
        Meaning::Key(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_of_several_terminals_are_known() {
        const NONE: KeyModifiers = KeyModifiers::NONE;
        const CONTROL: KeyModifiers = KeyModifiers::CONTROL;
        const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
        for (body, last, code, modifiers) in [
            ("", 'A', KeyCode::Up, NONE),
            ("1;5", 'D', KeyCode::Left, CONTROL),
            ("1;3", 'C', KeyCode::Right, KeyModifiers::ALT),
            ("", 'd', KeyCode::Left, SHIFT),
            ("3", '~', KeyCode::Delete, NONE),
            ("3;5", '~', KeyCode::Delete, CONTROL),
            ("7", '^', KeyCode::Home, CONTROL),
            ("8", '$', KeyCode::End, SHIFT),
            ("", 'Z', KeyCode::BackTab, SHIFT),
            ("99;5", 'u', KeyCode::Char('c'), CONTROL),
            ("97;2", 'u', KeyCode::Char('A'), SHIFT),
            ("49:33;2", 'u', KeyCode::Char('!'), SHIFT),
            ("97;129", 'u', KeyCode::Char('a'), NONE),
            ("27;5;99", '~', KeyCode::Char('c'), CONTROL),
            ("13", 'u', KeyCode::Enter, NONE),
            ("57400", 'u', KeyCode::Char('1'), NONE),
        ] {
            let found = means(body, last);
            assert_eq!(found, pressed(code, modifiers), "{body}{last}");
        }
        assert_eq!(means("200", '~'), Meaning::Paste);
        assert_eq!(means("24;3", 'R'), Meaning::Widths(Widths::Narrow));
        assert_eq!(means("24;5", 'R'), Meaning::Widths(Widths::Wide));
    }

    #[test]
    fn reports_and_releases_are_no_keys() {
        for (body, last) in [
            ("?997;1", 'n'),
            ("?2026;2$", 'y'),
            (">0;276;0", 'c'),
            ("<0;0;0", 'M'),
            ("24;80", 'R'),
            ("24;5;1", 'R'),
            ("4;600;800", 't'),
            ("", 'I'),
            ("", 'O'),
            ("97;1:3", 'u'),
            ("1;1:3", 'A'),
            ("97;9", 'u'),
            ("57442;5", 'u'),
            ("201", '~'),
            ("99999999999999", '~'),
            ("4294967295;4294967295", 'u'),
        ] {
            assert_eq!(means(body, last), Meaning::Nothing, "{body}{last}");
        }
    }

    #[test]
    fn every_control_character_is_a_key() {
        for byte in (0..=0x1f).chain([0x7f]) {
            control(byte);
        }
        let interrupt =
            KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(control(3), interrupt);
        let nine = function(b"", b'y');
        assert_eq!(nine, pressed(KeyCode::Char('9'), KeyModifiers::NONE));
    }
}
