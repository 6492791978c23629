//! Telnet commands, swallowed before anybody looks at the text. Must not know
//! about lines.
//!
//! A telnet client mixes commands into what is typed: the byte IAC and one or
//! two more, or IAC SB ... IAC SE (RFC 854). They must not be shown, and all
//! but one need no answer. No byte of UTF-8 text is ever 255, so a client that
//! is not telnet loses nothing.
//!
//! The one is DO TIMING-MARK (RFC 860). Whoever presses Ctrl-C in telnet sends
//! it, and telnet throws away all it hears until the answer comes.

use std::borrow::Cow;

/// How many bytes after IAC SB are swallowed while IAC SE does not come.
/// A real sub-negotiation is a terminal name or a window size.
pub const SUBNEGOTIATION_BYTES_MAX: usize = 64;

/// "Interpret as command": the byte that starts every telnet command.
const IAC: u8 = 255;
/// The commands WILL, WONT, DO and DONT are followed by one more byte.
const WILL: u8 = 251;
const DO: u8 = 253;
const DONT: u8 = 254;
/// The option that only marks a place in the stream.
const TIMING_MARK: u8 = 6;
/// Sub-negotiation begins and ends.
const SB: u8 = 250;
const SE: u8 = 240;

/// The answer to DO TIMING-MARK: "everything up to here has been read".
pub const TIMING_MARK_ANSWER: [u8; 3] = [IAC, WILL, TIMING_MARK];

/// Where in a telnet command the stream stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    AfterIac,
    AfterOptionVerb {
        verb: u8,
    },
    Inside {
        swallowed: usize,
        after_iac: bool,
    },
}

/// Takes the telnet commands out of a stream that comes in pieces.
#[derive(Clone, Debug, Default)]
pub struct Telnet {
    place: Place,
    mark_asked: bool,
}

impl Telnet {
    /// The bytes without the telnet commands in them, borrowed where there
    /// are none. A command cut by the end of `bytes` is carried over to the
    /// next call.
    pub fn strip<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let plain =
            self.place == Place::Text && memchr::memchr(IAC, bytes).is_none();
        if plain {
            return Cow::Borrowed(bytes);
        }
        let mut text = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            self.place = self.step(byte, &mut text);
        }
        Cow::Owned(text)
    }

    /// Whether a timing mark has been asked for since the last call.
    pub fn take_mark_asked(&mut self) -> bool {
        std::mem::take(&mut self.mark_asked)
    }

    fn step(&mut self, byte: u8, text: &mut Vec<u8>) -> Place {
        match self.place {
            Place::Text if byte == IAC => Place::AfterIac,
            Place::Text => {
                text.push(byte);
                Place::Text
            }
            Place::AfterIac => after_iac(byte, text),
            Place::AfterOptionVerb { verb } => {
                self.mark_asked |= (verb, byte) == (DO, TIMING_MARK);
                Place::Text
            }
            Place::Inside { after_iac, .. } if after_iac && byte == SE => {
                Place::Text
            }
            Place::Inside { swallowed, .. }
                if swallowed + 1 >= SUBNEGOTIATION_BYTES_MAX =>
            {
                Place::Text
            }
            Place::Inside {
                swallowed,
                after_iac,
            } => Place::Inside {
                swallowed: swallowed + 1,
                // IAC IAC inside stands for one byte 255, not for a command.
                after_iac: byte == IAC && !after_iac,
            },
        }
    }
}

fn after_iac(byte: u8, text: &mut Vec<u8>) -> Place {
    match byte {
        SB => Place::Inside {
            swallowed: 0,
            after_iac: false,
        },
        WILL..=DONT => Place::AfterOptionVerb { verb: byte },
        SE..=IAC => Place::Text,
        // No telnet command: a stray byte 255 must not take a newline along.
        _ => {
            text.extend([IAC, byte]);
            Place::Text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(bytes: &[u8]) -> Vec<u8> {
        Telnet::default().strip(bytes).into_owned()
    }

    #[test]
    fn commands_of_two_and_three_bytes_are_swallowed() {
        assert_eq!(strip(b"a\xff\xf4b"), b"ab");
        assert_eq!(strip(b"a\xff\xfd\x06b"), b"ab");
        assert_eq!(strip(b"a\xff\xffb"), b"ab");
        assert_eq!(strip(b"\xff\xfd\nb"), b"b");
    }

    #[test]
    fn a_timing_mark_is_asked_for_once() {
        let mut telnet = Telnet::default();
        let _ = telnet.strip(b"\xff\xf4\xff\xfb\x06");
        assert!(!telnet.take_mark_asked());
        let _ = telnet.strip(b"a\xff\xfd\x06b");
        assert!(telnet.take_mark_asked());
        assert!(!telnet.take_mark_asked());
    }

    #[test]
    fn a_subnegotiation_ends_at_iac_se() {
        assert_eq!(strip(b"a\xff\xfa\x18\0xterm\xff\xf0b"), b"ab");
        assert_eq!(strip(b"a\xff\xfa\xff\xff\xf0z\xff\xf0b"), b"ab");
    }

    #[test]
    fn a_subnegotiation_without_end_is_given_up() {
        let mut bytes = b"\xff\xfa".to_vec();
        bytes.extend([b'x'; SUBNEGOTIATION_BYTES_MAX]);
        bytes.extend(b"said\n");
        assert_eq!(strip(&bytes), b"said\n");
    }

    #[test]
    fn a_stray_255_does_not_swallow_the_newline() {
        assert_eq!(strip(b"a\xff\nb"), b"a\xff\nb");
    }

    #[test]
    fn commands_may_be_cut_anywhere() {
        let bytes = b"a\xff\xfd\x06b\xff\xfa\x1f\0\x50\xff\xf0c\xff\xf1d";
        for cut in 0..=bytes.len() {
            let mut telnet = Telnet::default();
            let mut text = telnet.strip(&bytes[..cut]).into_owned();
            text.extend(telnet.strip(&bytes[cut..]).iter());
            assert_eq!(text, b"abcd", "cut at {cut}");
        }
    }
}
