//! What a person can ask of the past, as it is typed. Must not know where it
//! is kept, or what the time is.

/// How many lines `/last` shows unless somebody says: what a newcomer is
/// shown.
pub const LAST_LINES: usize = 20;

/// How many lines one answer shows at most: some ten screens. Who wants more
/// asks again for those before them.
pub const LINES_SHOWN_MAX: usize = 500;

/// How long what is searched for can be, in characters: nobody remembers more.
pub const WORDS_CHARS_MAX: usize = 100;

/// The word in front of a number: what was said before that entry.
pub const BEFORE: &str = "before";

/// What somebody wants to read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// `/last 50`, `/last 50 before 1042`: the last so many lines.
    Last {
        /// How many: 1 to [`LINES_SHOWN_MAX`].
        count: usize,
        /// Only those with a lower number than this.
        before: Option<u64>,
    },
    /// `/since 14:03`: all since then.
    Since {
        /// As it was typed.
        at: String,
    },
    /// `/search WORDS`, `/search WORDS before 1042`: the last lines in which
    /// all of these words are.
    Search {
        /// As they were typed.
        words: String,
        /// Only lines with a lower number than this.
        before: Option<u64>,
    },
}

impl Question {
    /// The verb that asks for it, without its slash.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Last { .. } => "last",
            Self::Since { .. } => "since",
            Self::Search { .. } => "search",
        }
    }
}

/// Reads what stands behind `/last`: nothing, a number, `before` and a number,
/// or both. A number above [`LINES_SHOWN_MAX`] is as good as that.
pub fn last(text: &str) -> Option<Question> {
    let (count, before) = cut_before(text);
    let count = match count {
        "" => LAST_LINES,
        count => number(count)?.try_into().unwrap_or(LINES_SHOWN_MAX),
    };
    let count = (count > 0).then_some(count.min(LINES_SHOWN_MAX))?;
    Some(Question::Last { count, before })
}

/// Reads what stands behind `/search`: words, and perhaps `before` and a number
/// behind them. Without other words, those two are what is searched for.
pub fn search(text: &str) -> Question {
    let (words, before) = match cut_before(text) {
        ("", Some(_)) => (text, None),
        cut => cut,
    };
    let words = words.to_owned();
    Question::Search { words, before }
}

/// Cuts `before 1042` off the end.
fn cut_before(text: &str) -> (&str, Option<u64>) {
    let cut = || {
        let (rest, last) = cut_last_word(text)?;
        let before = number(last)?;
        let (rest, word) = cut_last_word(rest)?;
        word.eq_ignore_ascii_case(BEFORE).then_some((rest, before))
    };
    match cut() {
        Some((rest, before)) => (rest, Some(before)),
        None => (text, None),
    }
}

fn cut_last_word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let at = text
        .char_indices()
        .rfind(|(_, c)| c.is_whitespace())
        .map_or(0, |(at, space)| at + space.len_utf8());
    let (rest, word) = text.split_at(at);
    (!word.is_empty()).then_some((rest.trim_end(), word))
}

/// A number without a sign. One beyond all counting is a large one.
fn number(text: &str) -> Option<u64> {
    let is_number =
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_lines_are_asked_for_in_four_ways() {
        let question = |count, before| Some(Question::Last { count, before });
        for (text, right) in [
            ("", question(20, None)),
            ("50", question(50, None)),
            ("500", question(500, None)),
            ("501", question(500, None)),
            ("99999999999999999999999", question(500, None)),
            ("before 1042", question(20, Some(1042))),
            ("7 BEFORE 1042 ", question(7, Some(1042))),
            ("7\tbefore\u{3000}3", question(7, Some(3))),
            ("0", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("ada", None),
            ("7 8", None),
            ("7 before", None),
            ("before", None),
            ("before 7 8", None),
            ("7 before x", None),
            ("7 8 before 9", None),
        ] {
            assert_eq!(last(text), right, "{text:?}");
        }
    }

    #[test]
    fn words_are_searched_for_up_to_a_number() {
        for (text, words, before) in [
            ("two words", "two words", None),
            ("two words before 1042", "two words", Some(1042)),
            ("the day before", "the day before", None),
            ("before 1042", "before 1042", None),
            ("before 7 before 1042", "before 7", Some(1042)),
        ] {
            let words = words.to_owned();
            assert_eq!(search(text), Question::Search { words, before });
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused(text in "\\PC{0,20}") {
            if let Some(Question::Last { count, .. }) = last(&text) {
                prop_assert!((1..=LINES_SHOWN_MAX).contains(&count));
            }
        }
    }
}
