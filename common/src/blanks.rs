//! Which characters nobody sees. Must not know what they are used for.
//!
//! White space is not all of it: Unicode has fillers that are drawn as a
//! blank, and characters that are not drawn at all. A line of those says
//! nothing, and a row of those could push what follows to where only the
//! room writes.

/// Whether nothing is seen of this text.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_unseen)
}

/// Whether nothing is seen of this character: it is a blank, or not drawn.
pub fn is_unseen(c: char) -> bool {
    c.is_whitespace() || is_ignorable(c) || is_drawn_blank(c)
}

/// `Default_Ignorable_Code_Point` of Unicode: not drawn where a program knows
/// what it is for. Terminals often draw it as a blank.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Characters whose picture is empty.
fn is_drawn_blank(c: char) -> bool {
    matches!(c,
        // The Braille pattern without a dot.
        '\u{2800}'
        // Around annotations of East Asian text.
        | '\u{fff9}'..='\u{fffb}'
        // Blanks of Egyptian and Khitan writing.
        | '\u{13441}'..='\u{13442}' | '\u{16fe4}'
        // A note without a head.
        | '\u{1d159}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_security::skeleton;

    #[test]
    fn what_nobody_sees_is_blank() {
        for text in [
            "",
            " \t\u{a0}\u{2003}\u{3000}",
            "\u{3164}\u{ffa0}\u{115f}\u{1160}\u{ad}",
            "\u{200b}\u{200d}\u{2060}\u{feff}\u{fe0f}\u{34f}",
            "\u{2800}\u{13441}\u{16fe4}\u{1d159}\u{fffa}",
            "\u{e0001}\u{e0041}\u{e0100}\u{1d173}\u{fff0}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["x", ".", " \u{3164}é", "\u{301}", "\u{fffd}", "␛", "日"]
        {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    /// A skeleton leaves out what is ignorable, and nothing else.
    #[test]
    fn the_ignorable_ones_are_those_of_unicode() {
        for c in '\0'..=char::MAX {
            let mut bytes = [0; 4];
            let is_left_out = skeleton(c.encode_utf8(&mut bytes)).count() == 0;
            assert_eq!(is_ignorable(c), is_left_out, "{:?}", u32::from(c));
        }
    }
}
