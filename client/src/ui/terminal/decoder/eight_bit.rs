//! Control characters of one byte where others take two: what stands for Esc
//! and a letter. Pure; must not know what follows them.
//!
//! The same bytes go on a letter of UTF-8 that has begun, and then they are
//! text. A terminal that writes UTF-8 may write the control character so,
//! too: 0xC2 comes before it.

/// The end of a text: `ESC \`.
pub const TEXT_END: u8 = 0x9c;

/// What follows the Esc that this byte stands for, where something begins
/// there: `[` for a control sequence, `]` for a text.
pub fn opened_by(control: u8) -> Option<u8> {
    match control {
        0x8f | 0x90 | 0x98 | 0x9b | 0x9d..=0x9f => Some(control - 0x40),
        _ => None,
    }
}

/// How far a letter of UTF-8 is, in what is not kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Letter {
    /// Its first byte.
    first: u8,
    /// How many bytes are to come.
    left: u8,
}

impl Letter {
    /// Takes a byte in; whether it goes on what has begun.
    pub fn goes_on(&mut self, byte: u8) -> bool {
        if self.left > 0 && matches!(byte, 0x80..=0xbf) {
            self.left -= 1;
            return true;
        }
        self.first = byte;
        self.left = match byte {
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => 0,
        };
        false
    }

    /// Takes a byte in; the control character that it is, or completes.
    pub fn control(&mut self, byte: u8) -> Option<u8> {
        let goes_on = self.goes_on(byte);
        let is_control = matches!(byte, 0x80..=0x9f);
        (is_control && (!goes_on || self.first == 0xc2)).then_some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_character_is_none_within_a_letter() {
        let found = |bytes: &[u8]| {
            let mut letter = Letter::default();
            bytes.iter().filter_map(|&it| letter.control(it)).count()
        };
        for text in ["Ü", "✜", "日本", "👍", "\u{75b}"] {
            assert_eq!(found(text.as_bytes()), 0, "{text}");
        }
        assert_eq!(found("\u{9c}".as_bytes()), 1);
        assert_eq!(found(b"\x9c"), 1);
        assert_eq!(found(b"\xc3x\x9c"), 1);
        assert_eq!(found("Ü\u{9c}".as_bytes()), 1);
    }
}
