//! Names of people: what may be one, and when two are the same. Must not know
//! who is here.
//!
//! A name is what others trust, so it must not be made to look like another:
//! it is shown in Unicode normal form NFKC, compared after case folding and by
//! how it looks ([`crate::likeness`]), made of letters that belong together
//! (Unicode Technical Standard 39), and a few names that sound like the
//! server are nobody's.

use std::fmt;

use caseless::{Caseless as _, default_case_fold_str};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::{
    GeneralSecurityProfile as _, RestrictionLevel,
    RestrictionLevelDetection as _,
};

use crate::likeness::{self, Likeness};

/// The longest name, in characters. Sixteen leave most of a terminal's row
/// to what is said.
pub const NAME_CHARS_MAX: usize = 16;

/// No text of more bytes is brought into normal form: some characters become
/// eighteen there. A character of a name can be typed as four, each of at most
/// four bytes.
pub const NAME_BYTES_TYPED_MAX: usize = NAME_CHARS_MAX * 4 * 4;

/// How many marks in a row a letter may carry, as UTS 39 has it: more run
/// into the rows above and below.
pub const MARKS_MAX: usize = 4;

/// How much of a refused text is repeated, in characters.
const QUOTED_CHARS_MAX: usize = 64;

/// How the names begin that the server gives to those who have not said one.
pub const GUEST_PREFIX: &str = "guest-";
/// The word in it.
const GUEST: &str = "guest";

/// Names nobody can take, as they are compared: they would be mistaken for
/// the server, for everyone, or for the reader.
const RESERVED: &[&str] = &[
    "server",
    "system",
    "admin",
    "administrator",
    "moderator",
    "operator",
    "root",
    "threadroom",
    GUEST,
    "everyone",
    "everybody",
    "all",
    "nobody",
    "you",
];

/// A name somebody can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    shown: Box<str>,
    key: Box<str>,
    likeness: Likeness,
}

impl Name {
    /// The name in this text, if the rules allow it.
    ///
    /// # Errors
    /// [`NameError`] quotes the text and says the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let error = |rule| NameError {
            text: quoted(text),
            rule,
        };
        // The cheap question first.
        if text.len() > NAME_BYTES_TYPED_MAX {
            return Err(error(Rule::Length));
        }
        let name = Self::unchecked(text);
        name.broken_rule().map_or(Ok(name), |rule| Err(error(rule)))
    }

    /// The name the server gives to its `number`th client.
    pub fn guest(number: u64) -> Self {
        Self::unchecked(&format!("{GUEST_PREFIX}{number}"))
    }

    /// Whether the server gave it to somebody who has not said one: nobody
    /// can take such a name.
    pub fn is_guests(&self) -> bool {
        self.shown.starts_with(GUEST_PREFIX)
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// Whether both are one name: they differ in case or width at most.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Whether this is the name somebody means who typed a text with this
    /// [`key`].
    pub fn has_key(&self, key: &str) -> bool {
        *self.key == *key
    }

    /// Whether one could be read as the other on a screen although they are
    /// not the same, as Cyrillic `сор` and Latin `cop`.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.likeness.meets(&other.likeness)
    }

    /// What it looks like in each case it may be written in: two names that
    /// have one of these in common could be read as one another.
    pub fn looks(&self) -> impl Iterator<Item = &str> {
        self.likeness.forms()
    }

    fn unchecked(text: &str) -> Self {
        let shown: String = text.nfkc().collect();
        let key = folded(&shown);
        Self {
            likeness: Likeness::of(&shown, &key),
            shown: shown.into(),
            key: key.into(),
        }
    }

    fn broken_rule(&self) -> Option<Rule> {
        let length = self.shown.chars().count();
        let level = RestrictionLevel::HighlyRestrictive;
        if !(1..=NAME_CHARS_MAX).contains(&length) {
            Some(Rule::Length)
        } else if !self.shown.chars().all(is_allowed)
            || !self.shown.chars().any(char::is_alphabetic)
            || self.shown.starts_with(is_combining_mark)
        {
            Some(Rule::Characters)
        } else if !self.shown.check_restriction_level(level) {
            Some(Rule::Script)
        } else if has_heap_of_marks(&self.shown) {
            Some(Rule::Marks)
        } else if is_reserved(&self.shown) {
            Some(Rule::Reserved)
        } else {
            None
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The key of a text that is too long to be a name: no name has it, and none
/// begins like it.
const NO_NAME: &str = "\u{fffd}";

/// Whether a text has this [`key`]. Most have not, and that is found out at
/// the first character.
pub fn has_key(text: &str, key: &str) -> bool {
    text.len() <= NAME_BYTES_TYPED_MAX
        && first_letter(text) == first_letter(key)
        && text.nfkc().default_case_fold().nfkc().eq(key.chars())
}

/// What the first character comes down to, its marks and its case apart.
fn first_letter(text: &str) -> Option<char> {
    let mut first = None;
    decompose_compatible(text.chars().next()?, |part| {
        first.get_or_insert(part);
    });
    first.into_iter().default_case_fold().next()
}

/// What names are compared by: the text in normal form, its case folded.
pub fn key(text: &str) -> String {
    if text.len() > NAME_BYTES_TYPED_MAX {
        return NO_NAME.to_owned();
    }
    folded(&text.nfkc().collect::<String>())
}

fn folded(normal: &str) -> String {
    default_case_fold_str(normal).nfkc().collect()
}

/// The beginning of a text that is refused.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

/// Letters and digits in use today, the marks that belong to a script (not
/// those that can be put on anything), and three signs.
fn is_allowed(c: char) -> bool {
    let shape = c.is_alphanumeric() || is_combining_mark(c);
    let mark_of_all = c.script() == Script::Inherited;
    matches!(c, '-' | '_' | '.')
        || (shape && !mark_of_all && c.identifier_allowed())
}

/// Whether a letter carries more marks than it may, or one of them twice in
/// a row, where nobody sees the second.
fn has_heap_of_marks(shown: &str) -> bool {
    let mut marks = 0;
    let mut last = None;
    shown.nfd().any(|c| {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        let is_twice = marks > 1 && last == Some(c);
        last = Some(c);
        is_twice || marks > MARKS_MAX
    })
}

/// Whether this is nobody's name, or could be taken for one that is: signs and
/// digits around it make no difference, nor do letters that look the same, nor
/// digits that look like letters.
fn is_reserved(shown: &str) -> bool {
    let readings = [["0", "1"], ["o", "l"], ["o", "i"]];
    let count = if shown.contains(['0', '1']) { 3 } else { 1 };
    readings.into_iter().take(count).any(|[zero, one]| {
        reads_reserved(&shown.replace('0', zero).replace('1', one))
    })
}

fn reads_reserved(text: &str) -> bool {
    let core = text.trim_matches(likeness::is_read_as_sign);
    // guest-7 and guest.x are the server's to give.
    let mut parts = core.split(likeness::is_read_as_sign);
    let first = parts.next().unwrap_or(core);
    let joined: String = parts.fold(first.to_owned(), |all, it| all + it);
    // Two letters printed closely, which between people are told apart.
    let closely = folded(&joined).replace("rn", "m").replace("vv", "w");
    [core, &joined, &closely]
        .iter()
        .any(|text| looks_like_one_of(text, RESERVED))
        || looks_like_one_of(first, &[GUEST])
}

/// `names` are of small ASCII letters: so many bytes has each of their looks.
fn looks_like_one_of(text: &str, names: &[&str]) -> bool {
    let likeness = Likeness::of(text, &folded(text));
    names
        .iter()
        .filter(|name| likeness.has_form_of(name.len()))
        .any(|name| likeness.meets(&Likeness::of(name, name)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Length,
    Characters,
    Script,
    Marks,
    Reserved,
}

/// Why a text is not allowed as a name: quotes it and says the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    text: String,
    rule: Rule,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match self.rule {
            Rule::Length => write!(
                f,
                "\"{text}\" is not allowed: a name has 1 to \
                 {NAME_CHARS_MAX} characters"
            ),
            Rule::Characters => write!(
                f,
                "\"{text}\" is not allowed: a name is made of letters (one \
                 at least), digits, and - _ ."
            ),
            Rule::Script => write!(
                f,
                "\"{text}\" is not allowed: the letters of a name are of \
                 one script (Latin may stand beside Chinese, Japanese or \
                 Korean)"
            ),
            Rule::Marks => write!(
                f,
                "\"{text}\" is not allowed: a letter carries at most \
                 {MARKS_MAX} marks, and none of them twice"
            ),
            Rule::Reserved => write!(
                f,
                "\"{text}\" is not allowed: names like server, admin or \
                 guest-7 are nobody's"
            ),
        }
    }
}

impl std::error::Error for NameError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(text: &str) -> Option<Rule> {
        Name::parse(text).err().map(|error| error.rule)
    }

    fn name(text: &str) -> Name {
        Name::unchecked(text)
    }

    #[test]
    fn names_of_many_scripts_are_allowed() {
        for text in [
            "ada",
            "Ada_L.-2",
            "guestbook",
            "observer",
            "é",
            "Jürgen",
            "日本",
            "ひらカタ漢字",
            "Алиса",
            "שלום",
            "कृष्ण",
            "김철수",
            "Ken_田中",
            "さくらV2",
            "zoë",
            "Øyvind",
            "Ali",
            "ALI",
            "ข้าว",
            "a234567890123456",
        ] {
            assert_eq!(rule(text), None, "{text}");
        }
    }

    #[test]
    fn every_rule_is_kept() {
        for (text, broken) in [
            ("", Rule::Length),
            ("a2345678901234567", Rule::Length),
            ("a b", Rule::Characters),
            ("a:b", Rule::Characters),
            ("🎉", Rule::Characters),
            ("37", Rule::Characters),
            ("...", Rule::Characters),
            ("a\u{200d}b", Rule::Characters),
            ("\u{3164}", Rule::Characters),
            ("x\u{301}\u{301}", Rule::Characters),
            ("\u{1b}[2J", Rule::Characters),
            ("аda", Rule::Script),
            ("adа", Rule::Script),
            ("adaдα", Rule::Script),
            ("a\u{5d0}b", Rule::Script),
            ("ก\u{e34}\u{e34}", Rule::Marks),
            ("ก\u{e34}\u{e35}\u{e38}\u{e48}\u{e4c}", Rule::Marks),
            ("Server", Rule::Reserved),
            ("ｓｅｒｖｅｒ", Rule::Reserved),
            ("guest-7", Rule::Reserved),
            ("GUEST-x", Rule::Reserved),
            ("guest_3", Rule::Reserved),
            ("server.", Rule::Reserved),
            ("_Server1", Rule::Reserved),
            ("adm\u{131}n", Rule::Reserved),
            ("\u{430}\u{4cf}\u{4cf}", Rule::Reserved),
            ("you", Rule::Reserved),
            ("ЅҮЅТЕМ", Rule::Reserved),
            ("ΑLL", Rule::Script),
            ("admín", Rule::Reserved),
            ("rööt", Rule::Reserved),
            ("røøt", Rule::Reserved),
            ("r00t", Rule::Reserved),
            ("adm1n.", Rule::Reserved),
            ("aII", Rule::Reserved),
            ("guést-7x", Rule::Reserved),
            ("guest0x", Rule::Reserved),
            ("_guest.x", Rule::Reserved),
        ] {
            assert_eq!(rule(text), Some(broken), "{text:?}");
        }
    }

    #[test]
    fn case_and_width_make_no_difference() {
        assert!(name("Ada").is_same_as(&name("aDA")));
        assert!(name("Ａｄａ").is_same_as(&name("ada")));
        assert!(name("straße").is_same_as(&name("STRASSE")));
        assert!(name("Ada").has_key(&key("ADA")));
        assert!(!name("ada").is_same_as(&name("adah")));
    }

    #[test]
    fn names_are_shown_in_normal_form() {
        assert_eq!(name("Ａｄａ").as_str(), "Ada");
        assert_eq!(name("e\u{301}").as_str(), "é");
    }

    #[test]
    fn names_that_look_alike_are_found() {
        assert!(name("сор").looks_like(&name("cop")));
        assert!(name("ТОМ").looks_like(&name("tom")));
        assert!(name("aIice").looks_like(&name("alice")));
        assert!(name("zoë").looks_like(&name("Zoe")));
        assert!(!name("torn").looks_like(&name("tom")));
        assert!(!name("мир").looks_like(&name("ada")));
    }

    #[test]
    fn a_text_too_long_to_be_a_name_is_not_brought_into_normal_form() {
        // Each of these becomes 18 characters.
        let long = "\u{fdfa}".repeat(1365);
        assert_eq!(rule(&long), Some(Rule::Length));
        assert_eq!(key(&long), NO_NAME);
        assert!(!has_key(&long, &key(&long)));
        let said = Name::parse(&long).expect_err("too long").to_string();
        assert!(said.chars().count() < 150, "{said}");
        // No name is lost: this is the longest way to type one.
        let typed = "\u{1112}\u{1161}\u{11ab}".repeat(NAME_CHARS_MAX);
        assert_eq!(rule(&typed), None);
        assert!(name(&typed).has_key(&key(&typed)));
    }

    #[test]
    fn errors_name_what_was_typed_and_the_rule() {
        let error = name("a b").broken_rule().map(|rule| NameError {
            text: "a b".to_owned(),
            rule,
        });
        let said = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("\"a b\"") && said.contains("digits"));
    }

    #[test]
    fn a_name_is_shown_as_it_was_taken_and_found_as_it_is_typed() {
        assert_eq!(name("Ada").to_string(), "Ada");
        assert!(name("Ada").has_key(&key("aDA")));
        assert!(!name("Ada").has_key(&key("bob")));
    }

    proptest! {
        #[test]
        fn what_is_allowed_cannot_be_read_as_anything_but_a_name(
            text in prop_oneof!["[\\p{L}\\p{N}._-]{1,5}", "[a-zA-ZéЖ]{1,17}", "\\PC{0,5}"]
        ) {
            if let Ok(name) = Name::parse(&text) {
                let shown = name.as_str();
                prop_assert!((1..=NAME_CHARS_MAX).contains(&shown.chars().count()));
                prop_assert!(!shown.contains([' ', ':', '*', '~', '[', '/', ',']));
                prop_assert!(!shown.contains(crate::marks::is_unsafe));
                prop_assert!(!shown.starts_with(GUEST_PREFIX));
                prop_assert!(name.has_key(&key(&text)));
                prop_assert!(has_key(&text, &key(shown)));
                prop_assert!(!has_key(&text, "ada"));
            }
        }

        #[test]
        fn a_text_has_its_own_key(text in "\\PC{0,8}", other in "\\PC{0,2}") {
            prop_assert!(has_key(&text, &key(&text)));
            let is_same = key(&other) == key(&text);
            prop_assert_eq!(has_key(&other, &key(&text)), is_same);
        }

        #[test]
        fn a_name_typed_as_it_is_shown_is_the_same_name(
            text in prop_oneof!["[\\p{L}\\p{N}._-]{1,5}", "[a-zA-ZéЖﬁ]{1,9}"]
        ) {
            if let Ok(name) = Name::parse(&text) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn case_makes_no_other_name(text in "[a-zäéжσ]{1,9}") {
            let (lower, upper) = (name(&text), name(&text.to_uppercase()));
            prop_assert!(lower.is_same_as(&upper) && upper.is_same_as(&lower));
        }
    }
}
