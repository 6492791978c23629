//! A command that does not stand at the beginning of its line, or not quite.
//! Must not know what is done about it.
//!
//! Somebody types `/msg bob a secret` behind a space, behind a character that
//! nobody sees and a paste brought along, or behind a key that only some
//! terminals act upon. Said to everyone, it would tell them what was meant
//! for one.

use unicode_normalization::char::is_combining_mark;

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
        let alt = |c: char| is_esc && c.is_ascii_alphanumeric();
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
        Some('O') => body.strip_prefix(is_function_key).unwrap_or(body),
        Some(']' | 'P' | '^' | '_' | 'X') => behind_text(body),
        _ => rest,
    })
}

/// What follows the numbers and the last character of a control sequence.
fn behind_sequence(body: &str) -> &str {
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

fn is_function_key(c: char) -> bool {
    matches!(c, 'A'..='D' | 'F' | 'H' | 'P'..='S')
}

/// Whether nobody means to begin a line with this: it is not seen, or is what
/// a damaged text and a foreign key leave behind.
fn is_slip(c: char) -> bool {
    if c.is_ascii_graphic() {
        return false;
    }
    blanks::is_unseen(c)
        // An accent without its letter.
        || is_combining_mark(c)
        || is_format(c)
        // The pictures of control characters.
        || matches!(c, '\u{2400}'..='\u{2426}')
        // What stands for an object, and for bytes that are no text.
        || matches!(c, '\u{fffc}' | '\u{fffd}')
        // Private use, which some keyboards use for their arrows.
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
        // No character at all.
        || u32::from(c) & 0xfffe == 0xfffe
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// `Format` of Unicode, as far as [`blanks`] does not know it.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}')
}

/// The plain slash, the wide one of East Asian keyboards, and those that look
/// like it: a fraction's, a division's, a box's.
pub fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\u{ff0f}' | '⁄' | '∕' | '⧸' | '╱' | '⟋')
}
