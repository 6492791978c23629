//! What the clients of a load say: lines of a given length that carry who
//! says them, the how many-th they are, and when they should have been sent.
//!
//! The stamp stands at the end of the line, in digits of a fixed width, so
//! that it is found behind whatever a server puts in front, and is read in a
//! few nanoseconds: the load program hears millions of lines a second.

/// Digits of the speaker, the number of the line, and the time.
const WIDTHS: [usize; 3] = [5, 8, 10];
/// A `@` and the digits.
const STAMP_BYTES: usize = 1 + WIDTHS[0] + WIDTHS[1] + WIDTHS[2];
/// What the rest of the line is made of.
const FILLER: u8 = b'.';
/// The longest line a load says, in bytes, without its line break.
pub const TEXT_BYTES_MAX: usize = 1024;
const FILL: [u8; TEXT_BYTES_MAX] = [FILLER; TEXT_BYTES_MAX];

/// What a line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The client that says it.
    pub speaker: usize,
    /// How many lines this client has said before.
    pub nth: u32,
    /// When it should be sent, in microseconds since the load began.
    pub due_us: u64,
}

impl Stamp {
    /// Appends the line, `text_bytes` long, and the line break.
    pub fn write(self, text_bytes: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(&FILL[..text_bytes - STAMP_BYTES]);
        out.push(b'@');
        push_digits(self.speaker as u64, WIDTHS[0], out);
        push_digits(u64::from(self.nth), WIDTHS[1], out);
        push_digits(self.due_us, WIDTHS[2], out);
        out.push(b'\n');
    }

    /// Finds the stamp of a line heard without its line break. `None` when
    /// it is something else, or damaged.
    pub fn read(line: &[u8], text_bytes: usize) -> Option<Self> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = &line[line.len().checked_sub(text_bytes)?..];
        let (filler, stamp) = text.split_at(text_bytes - STAMP_BYTES);
        let digits = stamp.strip_prefix(b"@")?;
        if filler != &FILL[..filler.len()] {
            return None;
        }
        let (speaker, rest) = digits.split_at(WIDTHS[0]);
        let (nth, due) = rest.split_at(WIDTHS[1]);
        Some(Self {
            speaker: usize::try_from(number(speaker)?).ok()?,
            nth: u32::try_from(number(nth)?).ok()?,
            due_us: number(due)?,
        })
    }
}

fn push_digits(number: u64, width: usize, out: &mut Vec<u8>) {
    let mut rest = number;
    let start = out.len();
    out.resize(start + width, b'0');
    for digit in out[start..].iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number: u64, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp {
        speaker: 12,
        nth: 345,
        due_us: 6_789_012,
    };

    fn line() -> Vec<u8> {
        let mut line = b"[14:03:07] guest-12: ".to_vec();
        STAMP.write(63, &mut line);
        line.pop();
        line
    }

    #[test]
    fn a_stamp_is_read_back_behind_a_name_and_before_a_cr() {
        let mut line = line();
        assert_eq!(Stamp::read(&line, 63), Some(STAMP));
        line.push(b'\r');
        assert_eq!(Stamp::read(&line, 63), Some(STAMP));
    }

    #[test]
    fn a_damaged_line_has_no_stamp() {
        let whole = line();
        for nth in whole.len() - 63..whole.len() {
            let mut damaged = whole.clone();
            damaged[nth] = b'x';
            assert_eq!(Stamp::read(&damaged, 63), None, "byte {nth}");
            damaged.remove(nth);
            assert_eq!(Stamp::read(&damaged[21..], 63), None, "byte {nth}");
        }
        assert_eq!(Stamp::read(b"* bob joined", 63), None);
    }
}
