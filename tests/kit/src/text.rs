//! What the lines of the room look like, as the tests expect them: the time
//! replaced by `[t]`. Must not know where a line came from.

/// How many bytes `[14:03:07]` has.
const STAMP_BYTES: usize = 10;

/// The line with its time, if it has one, replaced by `[t]`.
pub fn timeless(line: &str) -> String {
    match minute_of_day(line) {
        Some(_) => format!("[t]{}", &line[STAMP_BYTES..]),
        None => line.to_owned(),
    }
}

/// The hour and minute in the time of a line, if it has one, in minutes.
pub fn minute_of_day(line: &str) -> Option<u16> {
    let (stamp, _) = line.split_at_checked(STAMP_BYTES)?;
    let number = |at: usize| stamp[at..at + 2].parse::<u16>().ok();
    is_stamp(stamp).then_some(number(1)? * 60 + number(4)?)
}

/// The rest of a line that begins with a time of day.
pub fn cut_time(line: &str) -> Option<&str> {
    let (stamp, rest) = line.split_at_checked(STAMP_BYTES)?;
    is_stamp(stamp).then(|| rest.strip_prefix(' '))?
}

/// Whether a line begins with a time of day, but not as `[14:03:07] `: with
/// other brackets or none, another number of digits, or in color.
pub fn has_odd_time(line: &str) -> bool {
    if cut_time(line).is_some() {
        return false;
    }
    let colored = line.strip_prefix("\u{1b}[");
    let plain = colored.map_or(line, |line| {
        line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
            .trim_start_matches('m')
    });
    let digit = |c: char| c.is_ascii_digit();
    match plain.strip_prefix(['[', '(', '<']) {
        Some(inner) => inner.starts_with(digit),
        None => {
            let hours = plain.trim_start_matches(digit);
            let minutes = hours.strip_prefix(':').unwrap_or_default();
            hours != plain && minutes.starts_with(digit)
        }
    }
}

fn is_stamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let part = |from: usize, max: u8| {
        let (tens, ones) = (bytes[from], bytes[from + 1]);
        tens.is_ascii_digit()
            && ones.is_ascii_digit()
            && (tens - b'0') * 10 + (ones - b'0') <= max
    };
    bytes.len() == STAMP_BYTES
        && [bytes[0], bytes[3], bytes[6], bytes[9]] == *b"[::]"
        && part(1, 23)
        && part(4, 59)
        && part(7, 60)
}

/// Whether a terminal might obey this character instead of showing it.
pub fn is_control(c: char) -> bool {
    let c = u32::from(c);
    c < 0x20
        || (0x7f..0xa0).contains(&c)
        || (0x2028..=0x202e).contains(&c)
        || (0x2066..=0x2069).contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_is_what_a_terminal_obeys() {
        assert!(
            "\0\t\n\u{1b}\u{7f}\u{9b}\u{202e}\u{2069}"
                .chars()
                .all(is_control)
        );
        assert!(!" ~é日🎉\u{200d}\u{a0}\u{2027}".contains(is_control));
    }

    #[test]
    fn only_a_time_is_replaced() {
        assert_eq!(timeless("[14:03:07] ada: hi"), "[t] ada: hi");
        assert_eq!(minute_of_day("[14:03:07] ada: hi"), Some(843));
        for line in ["[14:03:77] x", "[24:00:00] x", "[14:03] ada", "", "é"] {
            assert_eq!(timeless(line), line);
        }
    }

    #[test]
    fn only_a_time_of_day_is_cut_off() {
        assert_eq!(cut_time("[14:03:07] ada: hi"), Some("ada: hi"));
        for line in ["ada: hi", "[14:03] ada: hi", "[14:03:07]ada", "[日本語"]
        {
            assert_eq!(cut_time(line), None, "{line}");
        }
    }

    #[test]
    fn a_time_in_another_form_is_odd() {
        let odd = [
            "[6:49:06 AM] * ada joined",
            "[14:03] ada: hi",
            "14:03:07 ada: hi",
            "(14:03:07) ada: hi",
            "\u{1b}[90m[14:03:07]\u{1b}[0m ada: hi",
            "\u{1b}[1;90m14:03:07 ada: hi",
        ];
        for line in odd {
            assert!(has_odd_time(line), "{line}");
        }
        for line in
            ["[14:03:07] ada: 1:2", "ada: [1]", "[not a time] hi", "7 up"]
        {
            assert!(!has_odd_time(line), "{line}");
        }
    }
}
