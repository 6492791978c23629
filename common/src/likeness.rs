//! What a name looks like on a screen, so that two names can be told apart
//! by whoever reads them. Must not know which names there are.
//!
//! Unicode Technical Standard 39 gives every text a skeleton; texts with one
//! skeleton look the same: Cyrillic `сор` and Latin `cop`, `aIice` with a
//! capital I and `alice`. Here a name has several, one for each case it may
//! be written in (`ТОМ` is all Cyrillic and looks like `TOM`, while `том`
//! looks like nothing), and accents make no difference: they are easily
//! overlooked.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::skeleton;

/// Letters that are one stroke or ring, which UTS 39 does not compare with
/// Latin ones, as Latin and these hardly ever stand together in other texts.
const STROKES: [(char, char); 6] = [
    ('丨', 'l'),
    ('工', 'l'),
    ('〇', 'O'),
    // A vowel and a consonant of Korean syllables.
    ('\u{1175}', 'l'),
    ('\u{110b}', 'O'),
    // The long vowel of katakana, and the skeleton of the number one.
    ('ー', '-'),
];

/// How a name looks in each case it may be written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness(Box<[Box<str>]>);

impl Likeness {
    /// Of a name as it is shown, and with its case folded.
    pub fn of(shown: &str, folded: &str) -> Self {
        let mut forms = [
            look(shown),
            look(folded),
            look(&folded.to_uppercase()),
            look(&capitalized(folded)),
        ]
        .to_vec();
        forms.sort_unstable();
        forms.dedup();
        Self(forms.into_iter().map(Into::into).collect())
    }

    /// Whether it has so many bytes in any case: a cheap question that spares
    /// the other.
    pub fn has_form_of(&self, bytes: usize) -> bool {
        self.0.iter().any(|form| form.len() == bytes)
    }

    /// What it looks like in each case.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|form| &**form)
    }

    /// Whether one could be taken for the other.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().any(|form| other.0.contains(form))
    }
}

fn capitalized(folded: &str) -> String {
    let mut rest = folded.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// The skeleton without accents. It writes `m` as `rn`, which is right where
/// letters are printed closely; on a terminal each has a column of its own,
/// and both tom and torn may come.
fn look(text: &str) -> String {
    let mut look = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_accent(*c)) {
        if c.is_ascii_lowercase() {
            look.push(c);
        } else {
            let mut bytes = [0; 4];
            let parts = skeleton(c.encode_utf8(&mut bytes));
            // After the skeleton, which makes such strokes of other letters.
            let parts = parts.filter(|c| !is_stroke(*c)).map(latin_stroke);
            let whole: String = parts.collect();
            look.push_str(&whole.replace("rn", "m"));
        }
    }
    look
}

fn latin_stroke(c: char) -> char {
    let found = STROKES.iter().find(|it| it.0 == c);
    found.map_or(c, |(_, as_if)| *as_if)
}

/// Whether a character is read as a sign between letters: a number or a vowel
/// of another script may be a dash to the reader.
pub fn is_read_as_sign(c: char) -> bool {
    let mut bytes = [0; 4];
    !c.is_alphabetic() || look(c.encode_utf8(&mut bytes)) == "-"
}

/// Whether this is a mark that is put on Latin, Greek and Cyrillic letters.
/// Those of other scripts make other letters.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Whether this is what a skeleton makes of the stroke of `ø` or `đ`.
fn is_stroke(c: char) -> bool {
    matches!(c, '\u{334}'..='\u{338}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> bool {
        let of = |text: &str| Likeness::of(text, &text.to_lowercase());
        assert_eq!(of(one).meets(&of(other)), of(other).meets(&of(one)));
        of(one).meets(&of(other))
    }

    #[test]
    fn what_looks_alike_in_any_case_is_alike() {
        for (one, other) in [
            ("сор", "cop"),
            ("ТОМ", "tom"),
            ("Том", "TOM"),
            ("ТоМ", "Tom"),
            ("ЅҮЅТЕМ", "system"),
            ("ΑΝΝΑ", "anna"),
            ("alıce", "alice"),
            ("aIice", "alice"),
            ("AIice", "Alice"),
            ("bob1", "bobl"),
            ("B0B", "BOB"),
            ("admín", "admin"),
            ("rööt", "root"),
            ("røøt", "root"),
            ("zoe", "Zoë"),
            ("ԁаѕһ", "dash"),
            ("a丨ice", "alice"),
            ("エマ", "工マ"),
            ("ニエ", "ニ工"),
            ("ken一x", "ken-x"),
            ("kenーx", "ken-x"),
        ] {
            assert!(alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn what_can_be_told_apart_is_not_alike() {
        for (one, other) in [
            ("tom", "torn"),
            ("ali", "all"),
            ("ALI", "all"),
            ("мир", "ada"),
            ("bob1", "bob2"),
            ("はな", "ばな"),
            ("राम", "रम"),
            ("日", "月"),
        ] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }
}
