//! What a terminal sends, as keys and pastes: bytes in, inputs out. Pure;
//! must not read, and must not look at a clock: it says how long it would
//! wait for more, and is told when nothing came.
//!
//! A terminal sends more than keys: who it is, where its cursor stands,
//! which colors it has, some of it unasked, and a slow line cuts all of it
//! anywhere. Nothing of that becomes text, and whatever comes, a control
//! character is a key. Where a sequence stalls, what comes behind the pause
//! is kept: if it turns out not to belong there, a person has typed it.

mod eight_bit;

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::ui::terminal::decoder::eight_bit::{Letter, TEXT_END, opened_by};
use crate::ui::terminal::keymap::{self, Meaning};
use crate::ui::terminal::widths::Widths;

/// How long an Esc may be the beginning of something, and a sequence may
/// rest without anybody thinking of a pause: nobody waits for Esc for long,
/// and the bytes of a sequence seldom come so far apart.
const ESC_WAIT: Duration = Duration::from_millis(100);

/// How long the rest of a sequence is waited for after a pause; long for a
/// bad line, and short for a person who wonders where the keys are.
const REST_WAIT: Duration = Duration::from_secs(1);

/// How long a paste that stands still is waited for once Ctrl-C ends it. A
/// line that has gone bad takes that long to send something again.
const PASTE_WAIT: Duration = Duration::from_secs(9);

/// The longest paste: 500 lines of 4096 bytes, and as much in blank lines.
pub const PASTE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The longest sequence that can mean a key. Reports may be longer.
const BODY_BYTES_MAX: usize = 64;

/// How much is kept that came behind a pause: more than a person types.
const KEPT_BYTES_MAX: usize = 4096;

/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

const ESC: u8 = 0x1b;
const CTRL_C: u8 = 0x03;
/// Ctrl-C twice: a person who presses it a third time wants out of a paste
/// that does not end. No text that is pasted holds three in a row.
const INSISTENCE: [u8; 2] = [CTRL_C; 2];
const BELL: u8 = 0x07;

/// What came from a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalInput {
    /// A key was pressed.
    Key(KeyEvent),
    /// This was pasted.
    Paste(String),
    /// More was pasted than [`PASTE_BYTES_MAX`], and it is gone.
    PasteTooLong,
    /// The terminal answers how wide it shows what may be narrow or wide.
    Widths(Widths),
}

/// Where in the terminal's language the decoder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between keys, or within a character.
    Ground,
    /// Behind an Esc.
    Escape,
    /// The same, but it has been told as a key.
    EscapeTold,
    /// Behind `ESC [`, in a control sequence.
    Sequence,
    /// Behind `ESC [ [`: a function key of the Linux console.
    Console,
    /// Behind `ESC [ M` and its like: so many bytes of a mouse are to come.
    Mouse(u8),
    /// Behind `ESC O`.
    Function,
    /// Behind Esc and this, before anything else of a text.
    TextBegins(u8),
    /// In a text: OSC, DCS, APC, PM or SOS.
    Text,
    /// In a text, behind an Esc.
    TextEscape,
    /// In a paste.
    Paste,
}

/// Whether the bytes of a sequence come one right after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Steady,
    Paused,
}

/// The decoder.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    flow: Flow,
    /// The parameters of a sequence.
    body: Vec<u8>,
    /// What has come since the sequence paused.
    kept: Vec<u8>,
    /// A character that is not complete.
    character: Vec<u8>,
    /// The letter that a text or a mouse is in the middle of.
    letter: Letter,
    /// The modifiers of that character: Alt, if an Esc came before it.
    modifiers: KeyModifiers,
    paste: Vec<u8>,
    is_paste_too_long: bool,
    inputs: Vec<TerminalInput>,
}

impl Default for Decoder {
    /// Nothing has come yet.
    fn default() -> Self {
        Self {
            state: State::Ground,
            flow: Flow::Steady,
            body: Vec::new(),
            kept: Vec::new(),
            character: Vec::new(),
            letter: Letter::default(),
            modifiers: KeyModifiers::NONE,
            paste: Vec::new(),
            is_paste_too_long: false,
            inputs: Vec::new(),
        }
    }
}

impl Decoder {
    /// Takes bytes in, and says what they tell.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<TerminalInput> {
        if self.is_typed(bytes) {
            self.rest();
        }
        bytes.iter().for_each(|&byte| self.take(byte));
        std::mem::take(&mut self.inputs)
    }

    /// Whether a person has typed these bytes, which came in a piece of their
    /// own right behind `ESC [ M`: some consoles send that alone for a key, and
    /// few reports are all letters and digits. No place is a space.
    fn is_typed(&self, bytes: &[u8]) -> bool {
        let State::Mouse(left @ (3 | 6)) = self.state else {
            return false;
        };
        let is_key = |byte: &&u8| **byte >= b' ' && **byte != 0x7f;
        let report = bytes.iter().take(usize::from(left)).take_while(is_key);
        let is_written =
            |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b' ';
        self.flow == Flow::Steady
            && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
            && report.copied().all(|byte| is_written(&byte))
    }

    /// How long to wait for the next byte before [`Decoder::late`] is to be
    /// called; `None`: as long as it takes.
    pub fn patience(&self) -> Option<Duration> {
        match (self.state, self.flow) {
            (State::Ground, _) => None,
            (State::EscapeTold, _) => Some(REST_WAIT),
            (State::Paste, Flow::Steady) => Some(REST_WAIT),
            (State::Paste, Flow::Paused) => Some(PASTE_WAIT),
            (_, Flow::Steady) => Some(ESC_WAIT),
            (_, Flow::Paused) => Some(REST_WAIT),
        }
    }

    /// Nothing has come for that long.
    pub fn late(&mut self) -> Vec<TerminalInput> {
        match (self.state, self.flow) {
            (State::Ground | State::EscapeTold, _) => self.rest(),
            (State::Escape, _) => {
                self.press(KeyCode::Esc.into());
                self.state = State::EscapeTold;
            }
            (_, Flow::Steady) => {
                self.flow = Flow::Paused;
                self.kept.clear();
                if self.state == State::TextEscape {
                    self.kept.push(ESC);
                }
            }
            (State::Paste, Flow::Paused) => self.end_paste(),
            (_, Flow::Paused) => self.give_up(&[]),
        }
        std::mem::take(&mut self.inputs)
    }

    fn take(&mut self, byte: u8) {
        if self.flow == Flow::Paused && self.kept.len() < KEPT_BYTES_MAX {
            self.kept.push(byte);
        }
        match self.state {
            State::Ground => self.take_plain(byte),
            State::Escape => self.take_escaped(byte),
            State::EscapeTold => self.take_after_escape(byte),
            State::Paste => self.take_pasted(byte),
            State::TextBegins(kind) => self.begin_text(kind, byte),
            State::Text => self.take_text(byte),
            State::Mouse(_) if byte == 0 => self.take_mouse(byte),
            // A person presses keys, whatever the terminal was about to say.
            _ if byte < b' ' || byte == 0x7f => self.give_up(&[byte]),
            State::Sequence => self.take_sequence(byte),
            State::Console if matches!(byte, b'A'..=b'E') => self.rest(),
            State::Console => self.give_up(&[byte]),
            State::Mouse(_) => self.take_mouse(byte),
            State::Function => self.take_function(byte),
            State::TextEscape if byte == b'\\' => self.rest(),
            State::TextEscape => self.give_up(&[ESC, byte]),
        }
    }

    /// Between keys again.
    fn rest(&mut self) {
        self.state = State::Ground;
        self.flow = Flow::Steady;
        self.body.clear();
        self.kept.clear();
        self.letter = Letter::default();
    }

    /// This is no sequence: what came before the pause is forgotten, what
    /// came behind it was typed; without a pause, only these last bytes.
    fn give_up(&mut self, last: &[u8]) {
        let typed = match self.flow {
            Flow::Paused => std::mem::take(&mut self.kept),
            Flow::Steady => last.to_vec(),
        };
        self.rest();
        typed.into_iter().for_each(|byte| self.take(byte));
    }

    fn press(&mut self, key: KeyEvent) {
        self.inputs.push(TerminalInput::Key(key));
    }

    fn take_plain(&mut self, byte: u8) {
        if byte >= 0x80 {
            let is_alone = self.character.is_empty();
            self.character.push(byte);
            return match is_alone && self.take_control(byte) {
                true => (),
                false => self.take_character(),
            };
        }
        if !self.character.is_empty() {
            self.press_character(char::REPLACEMENT_CHARACTER);
        }
        match byte {
            ESC => self.state = State::Escape,
            0..=0x1f | 0x7f => self.press(keymap::control(byte)),
            _ => self.press_character(char::from(byte)),
        }
    }

    /// Looks whether the character is complete; replaces what is none.
    fn take_character(&mut self) {
        match std::str::from_utf8(&self.character) {
            Ok(text) => {
                let found = text.chars().next();
                let found = found.unwrap_or(char::REPLACEMENT_CHARACTER);
                let control = u8::try_from(u32::from(found));
                if !control.is_ok_and(|it| self.take_control(it)) {
                    self.press_character(found);
                }
            }
            Err(error) => {
                let Some(bad) = error.error_len() else { return };
                let rest = self.character.split_off(bad);
                self.press_character(char::REPLACEMENT_CHARACTER);
                rest.into_iter().for_each(|byte| self.take(byte));
            }
        }
    }

    /// Takes a control character of eight bits, in place of what has come of
    /// a character; whether it is one that means something.
    fn take_control(&mut self, control: u8) -> bool {
        let opened = opened_by(control);
        if opened.is_none() && control != TEXT_END {
            return false;
        }
        self.character.clear();
        self.modifiers = KeyModifiers::NONE;
        opened.into_iter().for_each(|byte| self.take_escaped(byte));
        true
    }

    fn press_character(&mut self, c: char) {
        self.character.clear();
        let modifiers =
            std::mem::replace(&mut self.modifiers, KeyModifiers::NONE);
        self.press(KeyEvent::new(KeyCode::Char(c), modifiers));
    }

    fn take_escaped(&mut self, byte: u8) {
        match byte {
            ESC => self.press(KeyCode::Esc.into()),
            b'[' => self.state = State::Sequence,
            b'O' => self.state = State::Function,
            b']' | b'P' | b'_' | b'^' | b'X' => {
                self.state = State::TextBegins(byte);
            }
            0..=0x1f | 0x7f => {
                self.rest();
                let key = keymap::control(byte);
                let modifiers = key.modifiers | KeyModifiers::ALT;
                self.press(KeyEvent { modifiers, ..key });
            }
            _ => {
                self.rest();
                self.modifiers = KeyModifiers::ALT;
                self.take(byte);
            }
        }
    }

    /// A slow line has separated a sequence from its Esc, or a person types
    /// something behind an Esc.
    fn take_after_escape(&mut self, byte: u8) {
        match byte {
            b'[' | b']' | b'O' | b'P' | b'_' | b'^' | b'X' => {
                self.take_escaped(byte);
                self.flow = Flow::Paused;
                self.kept = vec![byte];
            }
            _ => {
                self.rest();
                self.take(byte);
            }
        }
    }

    fn take_sequence(&mut self, byte: u8) {
        // The key of an old terminal that ends where others go on.
        if let Some(number) = self.body.strip_suffix(b"$")
            && number.iter().all(u8::is_ascii_digit)
            && byte != b'y'
        {
            let meaning = keymap::sequence(number, b'$');
            self.rest();
            self.mean(meaning);
            return self.take(byte);
        }
        match byte {
            b'[' if self.body.is_empty() => self.state = State::Console,
            b'M' | b'T' | b't' if self.body.is_empty() => {
                self.state = State::Mouse(match byte {
                    b'M' => 3,
                    // Where a text begins that was marked, where it ends, and
                    // where the mouse is; if all are one, only the last.
                    b'T' => 6,
                    _ => 2,
                });
            }
            b'@'..=b'~' => self.end_sequence(byte),
            b' '..=b'?' if self.may_continue(byte) => {
                if self.body.len() <= BODY_BYTES_MAX {
                    self.body.push(byte);
                }
            }
            _ => self.give_up(&[byte]),
        }
    }

    /// Behind a pause, a space is more likely to be a person's.
    fn may_continue(&self, byte: u8) -> bool {
        self.flow == Flow::Steady || matches!(byte, b'0'..=b'?' | b'$')
    }

    fn end_sequence(&mut self, last: u8) {
        let is_paused = self.flow == Flow::Paused;
        if is_paused && !keymap::may_end(&self.body, last) {
            return self.give_up(&[last]);
        }
        let is_short = self.body.len() <= BODY_BYTES_MAX;
        let meaning = if is_short {
            keymap::sequence(&self.body, last)
        } else {
            Meaning::Nothing
        };
        self.rest();
        self.mean(meaning);
    }

    fn mean(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Key(key) => self.press(key),
            Meaning::Paste => self.state = State::Paste,
            Meaning::Widths(told) => {
                self.inputs.push(TerminalInput::Widths(told))
            }
            Meaning::Nothing => (),
        }
    }

    /// Any byte may be a place of the mouse; but behind a pause a letter or a
    /// digit is more likely to be a person's, and a space is no place.
    fn take_mouse(&mut self, byte: u8) {
        let is_button = self.state == State::Mouse(3);
        let is_written = byte.is_ascii_alphanumeric()
            || !byte.is_ascii()
            || byte == b' ' && !is_button;
        if self.flow == Flow::Paused && is_written {
            return self.give_up(&[byte]);
        }
        self.state = match self.state {
            // A place far out, as some terminals write it.
            _ if self.letter.goes_on(byte) => return,
            State::Mouse(left @ 2..) => State::Mouse(left - 1),
            _ => return self.rest(),
        };
    }

    fn take_function(&mut self, byte: u8) {
        match byte {
            b'0'..=b'9' if self.body.len() < BODY_BYTES_MAX => {
                self.body.push(byte);
            }
            // The keypad's characters are those a person types, too.
            b'a'..=b'z' if self.flow == Flow::Paused => self.give_up(&[byte]),
            b'@'..=b'~' => {
                let meaning = keymap::function(&self.body, byte);
                self.rest();
                self.mean(meaning);
            }
            _ => self.give_up(&[byte]),
        }
    }

    /// A terminal goes on at once. Behind a pause a person may have pressed
    /// Alt, and types what no terminal begins a text with.
    fn begin_text(&mut self, kind: u8, byte: u8) {
        let begins = match kind {
            b'P' => matches!(byte, b'0'..=b'9' | b'>' | b'!' | b'$' | b'+'),
            b']' => matches!(byte, b'0'..=b'9' | b'l' | b'L' | b'I'),
            _ => true,
        };
        let goes_on = begins || self.flow == Flow::Steady;
        match byte {
            ESC | BELL | TEXT_END => (),
            b' '..=0x7e | 0x80.. if goes_on => (),
            _ => return self.give_up(&[byte]),
        }
        self.state = State::Text;
        self.take_text(byte);
    }

    fn take_text(&mut self, byte: u8) {
        let control = self.letter.control(byte);
        match byte {
            ESC => self.state = State::TextEscape,
            BELL => self.rest(),
            _ if control == Some(TEXT_END) => self.rest(),
            // The next one begins, and this one has broken off.
            _ if control.and_then(opened_by).is_some() => {
                self.give_up(&[byte]);
            }
            // A text may have lines; behind a pause, Enter is a key.
            0x08..=0x0d if self.flow == Flow::Steady => (),
            0..=0x1f | 0x7f => self.give_up(&[byte]),
            _ => (),
        }
    }

    fn take_pasted(&mut self, byte: u8) {
        let is_person =
            self.flow == Flow::Paused || self.paste.ends_with(&INSISTENCE);
        if byte == CTRL_C && is_person {
            self.paste.clear();
            self.is_paste_too_long = false;
            self.rest();
            return self.take(byte);
        }
        self.flow = Flow::Steady;
        self.kept.clear();
        self.paste.push(byte);
        if self.paste.ends_with(PASTE_END) {
            self.end_paste();
        } else if self.paste.len() > PASTE_BYTES_MAX + PASTE_END.len() {
            self.is_paste_too_long = true;
            self.paste.drain(..PASTE_BYTES_MAX);
        }
    }

    /// Tells the paste, without as much of its end as has come.
    fn end_paste(&mut self) {
        self.rest();
        let mut paste = std::mem::take(&mut self.paste);
        let end = (1..=PASTE_END.len()).rev();
        let mut end = end.filter(|&it| paste.ends_with(&PASTE_END[..it]));
        paste.truncate(paste.len() - end.next().unwrap_or(0));
        let too_long = std::mem::take(&mut self.is_paste_too_long);
        self.inputs.push(if too_long {
            TerminalInput::PasteTooLong
        } else {
            TerminalInput::Paste(String::from_utf8_lossy(&paste).into_owned())
        });
    }
}

#[cfg(test)]
mod tests;
