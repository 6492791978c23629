//! A command that does not stand at the beginning of its line, or not quite.
//! Must not know what is done about it.
//!
//! Somebody types `/msg bob a secret` behind a space, behind a character that
//! nobody sees and a paste brought along, or behind a key that only some
//! terminals act upon. Said to everyone, it would tell them what was meant
//! for one.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use crate::blanks;
use crate::marks;

/// Such a command.
pub struct Displaced<'a> {
    /// Where its slashes begin.
    pub at: usize,
    /// All of them.
    pub slashes: &'a str,
    /// What follows them.
    pub words: &'a str,
    /// The verb, without what nobody sees in it.
    pub verb: String,
}

/// The command that somebody meant who typed before it, or within its verb,
/// what nobody means to say; or a slash that is not the plain one. Of a text
/// whose control characters are marks.
pub fn displaced(
    text: &str,
    is_verb: impl Fn(&str) -> bool,
) -> Option<Displaced<'_>> {
    let rest = behind_slips(text);
    let words = rest.trim_start_matches(is_slash);
    let slashes = &rest[..rest.len() - words.len()];
    if slashes.is_empty() {
        // As in most lines: nothing more is looked for.
        return None;
    }
    Some(Displaced {
        at: text.len() - rest.len(),
        slashes,
        words,
        verb: verb_of(words, is_verb)?,
    })
}

/// The verb at the beginning, where there is one.
fn verb_of(words: &str, is_verb: impl Fn(&str) -> bool) -> Option<String> {
    let mut rest = words.split(char::is_whitespace).next()?;
    let mut seen = String::new();
    while let Some(c) = rest.chars().next() {
        let mark = marks::unmarked(rest).map(|(_, behind)| behind);
        rest = match mark.or_else(|| behind_slip(rest)) {
            // What follows is an argument, behind a blank of another kind.
            Some(_) if is_verb(&seen) => break,
            Some(behind) => behind,
            None => {
                seen.push(c);
                &rest[c.len_utf8()..]
            }
        };
    }
    is_verb(&seen).then_some(seen)
}

/// What follows what nobody means to say at the beginning of a line.
fn behind_slips(mut text: &str) -> &str {
    while let Some(rest) = behind_slip(text) {
        // Behind Esc alone, a key that was pressed with Alt.
        let is_esc = text.strip_prefix('␛') == Some(rest);
        let alt = |c: char| is_esc && c.is_ascii_graphic() && !is_slash(c);
        text = rest.strip_prefix(alt).unwrap_or(rest);
    }
    text
}

/// What follows a character that nobody means to say, or what is left of a
/// key, as marks: Up is `␛[A` where no program knows it.
fn behind_slip(text: &str) -> Option<&str> {
    let Some((control, rest)) = marks::unmarked(text) else {
        let c = text.chars().next()?;
        return is_slip(c).then(|| &text[c.len_utf8()..]);
    };
    let (opened, rest) = match control {
        '\u{1b}' => (rest.chars().next(), rest),
        '\u{80}'..='\u{9f}' => {
            (char::from_u32(u32::from(control) - 0x40), rest)
        }
        _ => return Some(rest),
    };
    let body = match (control, opened) {
        ('\u{1b}', Some(c)) if !is_slash(c) => &rest[c.len_utf8()..],
        _ => rest,
    };
    Some(match opened {
        Some('[') => behind_sequence(body),
        Some('O') => {
            let body = body.trim_start_matches(|c: char| c.is_ascii_digit());
            body.strip_prefix(is_function_key).unwrap_or(body)
        }
        Some(']' | 'P' | '^' | '_' | 'X') => behind_text(body),
        _ => rest,
    })
}

/// What follows the numbers and the last character of a control sequence.
fn behind_sequence(body: &str) -> &str {
    if let Some(mouse) = body.strip_prefix('M')
        && !mouse.starts_with(is_slash)
    {
        // Which button, and where, in three characters.
        return mouse.char_indices().nth(3).map_or("", |it| &mouse[it.0..]);
    }
    // The console of Linux has a second bracket for F1 to F5.
    let body = body.strip_prefix('[').unwrap_or(body);
    let last = body.trim_start_matches(|c| matches!(c, '0'..='?'));
    last.strip_prefix(|c| matches!(c, '@'..='~'))
        .unwrap_or(last)
}

/// What follows the end of a text that a terminal reports, if it has one.
fn behind_text(body: &str) -> &str {
    let ends = ["␛\\", "␇", "<U+009C>"];
    let ends = ends.iter().filter_map(|end| {
        let at = body.find(end)?;
        Some(at + end.len())
    });
    &body[ends.min().unwrap_or(0)..]
}

/// Arrows, F1 to F4, and the keys of the number pad.
fn is_function_key(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'j'..='y')
}

/// Whether nobody means to begin a line with this: it is not seen, or is what
/// a damaged text and a foreign key leave behind.
fn is_slip(c: char) -> bool {
    if c.is_ascii_graphic() {
        return false;
    }
    blanks::is_unseen(c)
        || is_no_letter(c.general_category())
        // A vowel or an end of a Korean syllable without its beginning.
        || matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}')
        // The pictures of control characters.
        || matches!(c, '\u{2400}'..='\u{2426}')
        // What stands for an object, and for bytes that are no text.
        || matches!(c, '\u{fffc}' | '\u{fffd}')
}

/// Accents without their letter, formats, what Unicode has nothing for, and
/// private use, which some keyboards use for their arrows.
fn is_no_letter(category: GeneralCategory) -> bool {
    use GeneralCategory::{
        EnclosingMark, Format, NonspacingMark, PrivateUse, SpacingMark,
        Unassigned,
    };
    matches!(
        category,
        EnclosingMark
            | Format
            | NonspacingMark
            | PrivateUse
            | SpacingMark
            | Unassigned
    )
}

/// The plain slash, the wide one of East Asian keyboards, and those that look
/// like it: a fraction's, a division's, a box's.
pub fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\u{ff0f}' | '⁄' | '∕' | '⧸' | '╱' | '⟋')
}
