//! Bytes in any cut become lines. Must not know what the lines say.
//!
//! TCP is a stream: one `read` brings half a line, or three and a half. A
//! program that treats what `read` returned as a line works as long as
//! everyone types slowly, and damages lines as soon as they do not.

use crate::blanks;
use crate::marks;
use crate::telnet::Telnet;

/// What a line may have on the average, in bytes, where clients are paced: five
/// rows of a terminal. With the server's defaults one client may say 10 KiB a
/// second and 50 KiB at once, so that twenty may say their bursts together
/// before somebody is a backlog behind, and forty may talk on to somebody whose
/// network takes 4 Mbit/s.
pub const BYTES_PER_LINE: u32 = 512;

/// One line as it may be shown to others: valid UTF-8, no line break and no
/// control character. There is no way to make one that does not go through
/// [`crate::marks`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// A line of this text: what a terminal would obey becomes a mark.
    pub fn new(text: &str) -> Self {
        Self(marks::defused(text).into_owned())
    }

    /// The text of the line, without its line break.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is seen of the line: it holds nothing but white space
    /// and characters that are blank or not drawn at all.
    pub fn is_blank(&self) -> bool {
        blanks::is_blank(&self.0)
    }
}

/// What a [`LineReader`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole line.
    Line(Line),
    /// A line longer than the limit. It is reported as soon as it is too
    /// long, once; the rest of it, up to its line break, is passed over.
    TooLong,
    /// Telnet asked for an answer, [`crate::telnet::TIMING_MARK_ANSWER`].
    TimingMark,
}

/// Cuts a stream of bytes into lines: LF ends a line, CR LF does too.
///
/// Holds at most one line of at most the limit, however much comes in.
#[derive(Debug)]
pub struct LineReader {
    telnet: Telnet,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    /// Whether the line that comes was too long and is being passed over.
    passing_over: bool,
    line_bytes_max: usize,
}

impl LineReader {
    /// A reader for lines of at most `line_bytes_max` bytes, their line break
    /// not counted, as they arrive and as they are shown.
    pub fn new(line_bytes_max: usize) -> Self {
        Self {
            telnet: Telnet::default(),
            partial: Vec::new(),
            passing_over: false,
            line_bytes_max,
        }
    }

    /// Takes bytes from the front of `bytes` until a line is complete, and
    /// returns it; `None` when all bytes are taken and none is.
    ///
    /// Whoever has no use for the next line yet leaves the rest where it is:
    /// a line takes more room than its bytes.
    pub fn take(&mut self, bytes: &mut &[u8]) -> Option<Incoming> {
        loop {
            if self.telnet.take_mark_asked() {
                return Some(Incoming::TimingMark);
            }
            if bytes.is_empty() {
                return None;
            }
            let newline = memchr::memchr(b'\n', bytes);
            let end = newline.map_or(bytes.len(), |at| at + 1);
            let (piece, rest) = bytes.split_at(end);
            *bytes = rest;
            let text = self.telnet.strip(piece);
            let found = match text.strip_suffix(b"\n") {
                Some(text) => self.end_line(text),
                None => self.keep(&text),
            };
            if found.is_some() {
                return found;
            }
        }
    }

    /// Takes all bytes; gives every line that is now complete to `found`, in
    /// order.
    pub fn push(&mut self, mut bytes: &[u8], mut found: impl FnMut(Incoming)) {
        while let Some(incoming) = self.take(&mut bytes) {
            found(incoming);
        }
    }

    /// The stream has ended: a last line without a line break counts too.
    pub fn finish(&mut self) -> Option<Incoming> {
        let rest = std::mem::take(&mut self.partial);
        let passing_over = std::mem::take(&mut self.passing_over);
        (!passing_over && !rest.is_empty()).then(|| self.line(&rest))
    }

    fn end_line(&mut self, bytes: &[u8]) -> Option<Incoming> {
        if self.partial.is_empty() && !self.passing_over {
            return Some(self.line(bytes));
        }
        let too_long = self.keep(bytes);
        let whole = (!self.passing_over).then(|| self.line(&self.partial));
        self.partial.clear();
        self.passing_over = false;
        too_long.or(whole)
    }

    /// Keeps the beginning of a line, unless that is already too long.
    fn keep(&mut self, bytes: &[u8]) -> Option<Incoming> {
        // One byte more than the limit may be the CR of a CR LF.
        if self.passing_over {
            None
        } else if self.partial.len() + bytes.len() > self.line_bytes_max + 1 {
            self.partial.clear();
            self.passing_over = true;
            Some(Incoming::TooLong)
        } else {
            self.partial.extend_from_slice(bytes);
            None
        }
    }

    fn line(&self, bytes: &[u8]) -> Incoming {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.len() > self.line_bytes_max {
            return Incoming::TooLong;
        }
        // The second arm alone would do; for most lines it is the slower.
        let line = match str::from_utf8(bytes) {
            Ok(text) => Line::new(text),
            Err(_) => Line::new(&String::from_utf8_lossy(bytes)),
        };
        // U+FFFD and marks are longer than the byte they stand for.
        if line.0.len() > self.line_bytes_max {
            return Incoming::TooLong;
        }
        Incoming::Line(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMIT: usize = 16;

    /// What a reader finds in these pieces: texts, or "TOO LONG".
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let mut reader = LineReader::new(LIMIT);
        let mut found = Vec::new();
        for piece in pieces {
            reader.push(piece, |incoming| found.push(incoming));
        }
        found.extend(reader.finish());
        found
            .into_iter()
            .filter_map(|incoming| match incoming {
                Incoming::Line(line) => Some(line.as_str().to_owned()),
                Incoming::TooLong => Some("TOO LONG".to_owned()),
                Incoming::TimingMark => None,
            })
            .collect()
    }

    #[test]
    fn lf_and_cr_lf_end_a_line() {
        assert_eq!(read([&b"a\r\nb\n\n"[..]]), ["a", "b", ""]);
    }

    #[test]
    fn a_last_line_without_newline_counts() {
        assert_eq!(read([&b"a\nb"[..]]), ["a", "b"]);
        assert_eq!(read([&b"a\nb\r"[..]]), ["a", "b"]);
    }

    #[test]
    fn a_line_of_the_limit_passes_and_one_byte_more_does_not() {
        let longest = [b'x'; LIMIT];
        let mut bytes = longest.to_vec();
        bytes.extend(b"\r\nx");
        bytes.extend(longest);
        bytes.extend(b"\nok\n");
        let whole = String::from_utf8_lossy(&longest);
        assert_eq!(read([&bytes[..]]), [&whole, "TOO LONG", "ok"]);
    }

    #[test]
    fn a_line_of_the_limit_passes_in_pieces_too() {
        let longest = [b'x'; LIMIT];
        let whole = String::from_utf8_lossy(&longest);
        let pieces = [&longest[..], b"\r", b"\n", b"x", &longest, b"\nok\n"];
        assert_eq!(read(pieces), [&whole, "TOO LONG", "ok"]);
    }

    #[test]
    fn a_line_too_long_is_reported_once_and_then_passed_over() {
        let flood = [b'x'; 1000];
        let pieces = [&flood[..], &flood, &flood, b"x\nok\n"];
        assert_eq!(read(pieces), ["TOO LONG", "ok"]);
    }

    #[test]
    fn a_line_without_end_takes_no_more_memory_than_the_limit() {
        let mut reader = LineReader::new(LIMIT);
        for _ in 0..1000 {
            reader.push(&[b'x'; 1000], |_| ());
        }
        assert!(reader.partial.capacity() <= 4 * LIMIT);
    }

    #[test]
    fn a_line_is_not_longer_than_the_limit_when_shown() {
        assert_eq!(read([&[0xc3; LIMIT][..], b"\n"]), ["TOO LONG"]);
        assert_eq!(read([&[0x1b; LIMIT][..], b"\n"]), ["TOO LONG"]);
    }

    #[test]
    fn invalid_utf_8_becomes_replacement_characters() {
        assert_eq!(read([&b"a\xc3(\n"[..]]), ["a\u{fffd}("]);
    }

    #[test]
    fn a_timing_mark_is_asked_for() {
        let mut marks = 0;
        LineReader::new(LIMIT).push(b"a\n\xff\xfd\x06b\n", |incoming| {
            marks += usize::from(incoming == Incoming::TimingMark);
        });
        assert_eq!(marks, 1);
    }

    #[test]
    fn telnet_is_swallowed_before_utf_8_is_looked_at() {
        assert_eq!(read([&b"\xc3\xff\xfd\x06\xa9\r\n"[..]]), ["é"]);
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(
            pieces in prop::collection::vec(
                prop::collection::vec(
                    prop_oneof![
                        4 => any::<u8>(),
                        2 => Just(b'\n'), 1 => Just(b'\r'),
                        1 => Just(0xff), 1 => Just(0xfa),
                    ],
                    0..40,
                ),
                0..8,
            )
        ) {
            let whole = pieces.concat();
            let bytewise = read(whole.chunks(1));
            prop_assert_eq!(&read(pieces.iter().map(Vec::as_slice)), &bytewise);
            prop_assert_eq!(&read([&whole[..]]), &bytewise);
        }

        #[test]
        fn what_goes_in_comes_out(texts in prop::collection::vec("[a-zé日]{0,5}", 0..9)) {
            let bytes: String = texts.iter().map(|t| format!("{t}\n")).collect();
            prop_assert_eq!(read([bytes.as_bytes()]), texts);
        }
    }
}
