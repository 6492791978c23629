//! What a line is made of, so that it can be told at a glance: who, when,
//! and whether it is meant for the reader alone. Must not know how wide a
//! screen is.

use chat_common::commands::Command;
use chat_common::events::{Event, ServerLine};
use chat_common::lines::Line;
use chat_common::names;
use crossterm::style::{Color, ContentStyle, Stylize as _};

use crate::visit::mentions::mentions;
use crate::visit::room_line::RoomLine;

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// What people say.
    Words,
    /// When, and what only matters when one looks for it.
    Faint,
    /// Somebody's name; the number picks a color.
    Name(usize),
    /// The reader's own name in what another says.
    Mention,
    /// What the server or this program says.
    Notice,
    /// What is between two people alone.
    Private,
}

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// What it is.
    pub tone: Tone,
    /// Its text.
    pub text: &'a str,
}

/// Colors for names, of the 256 most terminals have: each can be read on
/// black and on white.
const NAME_COLORS: [u8; 12] =
    [32, 35, 64, 67, 96, 99, 130, 133, 161, 166, 170, 172];

/// How this part looks.
pub fn style(tone: Tone) -> ContentStyle {
    let plain = ContentStyle::new();
    match tone {
        Tone::Words => plain,
        Tone::Faint => plain.dim(),
        Tone::Name(nth) => {
            let color = NAME_COLORS[nth % NAME_COLORS.len()];
            plain.with(Color::AnsiValue(color)).bold()
        }
        Tone::Mention => plain.reverse().bold(),
        Tone::Notice => plain.with(Color::DarkCyan),
        Tone::Private => plain.with(Color::DarkMagenta).bold(),
    }
}

/// The tone of somebody's name: the same wherever and whenever it is seen.
pub fn name_tone(name: &str) -> Tone {
    let mix =
        |sum: usize, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte));
    Tone::Name(names::key(name).bytes().fold(0, mix))
}

/// The parts of a line of the room, in order and complete.
pub fn parts<'a>(line: &RoomLine<'a>, me: &str) -> Vec<Part<'a>> {
    let part = |tone, text| Part { tone, text };
    let Some(heard) = line.parsed() else {
        return vec![part(Tone::Words, line.text())];
    };
    let (start, rest) = line.text().split_at(start_bytes(&heard));
    let mut parts = vec![part(Tone::Faint, start)];
    match heard.event {
        Event::Said { name, text } => {
            parts.push(part(name_tone(name), name));
            parts.push(part(Tone::Words, ": "));
            push_words(&mut parts, text, me);
        }
        Event::Acted { name, text } => {
            parts.push(part(Tone::Words, "~ "));
            parts.push(part(name_tone(name), name));
            parts.push(part(Tone::Words, " "));
            push_words(&mut parts, text, me);
        }
        Event::Private { .. } => parts.push(part(Tone::Private, rest)),
        _ => parts.push(part(Tone::Notice, rest)),
    }
    parts
}

/// How many bytes stand before what happened: the time, and the word that
/// says that it was earlier.
fn start_bytes(heard: &ServerLine<'_>) -> usize {
    let at = heard.at.map_or(0, |at| "[] ".len() + at.len());
    let earlier = if heard.earlier { "(earlier) ".len() } else { 0 };
    at + earlier
}

fn push_words<'a>(parts: &mut Vec<Part<'a>>, text: &'a str, me: &str) {
    let mut done = 0;
    for range in mentions(text, me) {
        let (from, to) = (range.start, range.end);
        let tone = Tone::Words;
        parts.push(Part {
            tone,
            text: &text[done..from],
        });
        parts.push(Part {
            tone: Tone::Mention,
            text: &text[range],
        });
        done = to;
    }
    parts.push(Part {
        tone: Tone::Words,
        text: &text[done..],
    });
}

/// The parts of a line of the person's own, behind its time: as it was typed.
/// Whether a command has been done, the room says below it.
pub fn own_parts<'a>(line: &'a Line, me: &'a str) -> [Part<'a>; 3] {
    let part = |tone, text| Part { tone, text };
    let [name, sign, words] = match Command::parse(line.clone()) {
        Ok(Command::Msg { .. } | Command::Reply(_)) => [Tone::Private; 3],
        _ => [name_tone(me), Tone::Faint, Tone::Words],
    };
    [part(name, me), part(sign, "> "), part(words, line.as_str())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tones(line: &str, me: &str) -> Vec<(Tone, String)> {
        let read = Line::new(line);
        let parts = parts(&RoomLine::read(&read), me);
        let whole: String = parts.iter().map(|part| part.text).collect();
        assert_eq!(whole, line);
        let owned = |part: Part<'_>| (part.tone, part.text.to_owned());
        parts.into_iter().map(owned).collect()
    }

    fn has(line: &str, tone: Tone, text: &str) {
        let tones = tones(line, "bob");
        assert!(tones.contains(&(tone, text.to_owned())), "{tones:?}");
    }

    #[test]
    fn every_part_of_a_line_has_its_tone() {
        has("[14:03:07] ada: hi", Tone::Faint, "[14:03:07] ");
        has("[14:03:07] ada: hi", name_tone("ada"), "ada");
        has("[14:03:07] ~ Ada hi", name_tone("ada"), "Ada");
        has("[14:03:07] ada -> you: x", Tone::Private, "ada -> you: x");
        has("[14:03:07] * ada left", Tone::Notice, "* ada left");
        has("* text", Tone::Notice, "* text");
        has("anything else", Tone::Words, "anything else");
        let earlier = "[14:03:07] (earlier) ada: hi";
        has(earlier, Tone::Faint, "[14:03:07] (earlier) ");
        has("[14:03:07] ada: so, Bob.", Tone::Mention, "Bob");
    }
}
