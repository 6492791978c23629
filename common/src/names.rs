//! Names of people: what may be one, and when two are the same. Must not know
//! who is here.
//!
//! A name is what others trust, so it may not be made to look like another:
//! it is shown in Unicode normal form NFKC, compared after case folding, made
//! of letters of one script (Unicode Technical Standard 39), and a few names
//! that sound like the server are nobody's.

use std::fmt;

use caseless::default_case_fold_str;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::{
    GeneralSecurityProfile as _, MixedScript as _, skeleton,
};

/// The longest name, in characters. Sixteen leave most of a terminal's row
/// to what is said.
pub const NAME_CHARS_MAX: usize = 16;

/// How the names begin that the server gives to those who have not said one.
pub const GUEST_PREFIX: &str = "guest-";

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
    "guest",
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
}

impl Name {
    /// The name in this text, if the rules allow it.
    ///
    /// # Errors
    /// [`NameError`] quotes the text and says the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = Self::unchecked(text);
        match name.broken_rule() {
            None => Ok(name),
            Some(rule) => Err(NameError {
                text: text.to_owned(),
                rule,
            }),
        }
    }

    /// The name the server gives to its `number`th client.
    pub fn guest(number: u64) -> Self {
        Self::unchecked(&format!("{GUEST_PREFIX}{number}"))
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
    /// not the same, as Cyrillic `сор` and Latin `cop`. Within one script
    /// people can tell `l` from `1`, and both `tom` and `torn` may come.
    pub fn looks_like(&self, other: &Self) -> bool {
        script_of(&self.shown) != script_of(&other.shown)
            && skeleton(&self.key).eq(skeleton(&other.key))
    }

    fn unchecked(text: &str) -> Self {
        Self {
            shown: text.nfkc().collect::<String>().into(),
            key: key(text).into(),
        }
    }

    fn broken_rule(&self) -> Option<Rule> {
        let length = self.shown.chars().count();
        if !(1..=NAME_CHARS_MAX).contains(&length) {
            Some(Rule::Length)
        } else if !self.shown.chars().all(is_allowed)
            || !self.shown.chars().any(char::is_alphabetic)
            || self.shown.starts_with(is_combining_mark)
        {
            Some(Rule::Characters)
        } else if !self.shown.is_single_script() {
            Some(Rule::Script)
        } else if is_reserved(&self.key) {
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

/// What names are compared by: the text in normal form, its case folded.
pub fn key(text: &str) -> String {
    let normal: String = text.nfkc().collect();
    default_case_fold_str(&normal).nfkc().collect()
}

/// Letters and digits in use today, the marks that belong to a script (not
/// those that can be put on anything), and three signs.
fn is_allowed(c: char) -> bool {
    let shape = c.is_alphanumeric() || is_combining_mark(c);
    let mark_of_all = c.script() == Script::Inherited;
    matches!(c, '-' | '_' | '.')
        || (shape && !mark_of_all && c.identifier_allowed())
}

/// Whether this is nobody's name, or could be taken for one that is: signs and
/// digits around it make no difference, nor do letters that look the same.
fn is_reserved(key: &str) -> bool {
    let core = key.trim_matches(|c: char| !c.is_alphabetic());
    let looks_reserved =
        |reserved: &&str| skeleton(core).eq(skeleton(reserved));
    let guest = key.strip_prefix("guest");
    guest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        || RESERVED.iter().any(looks_reserved)
}

/// The script of the first letter.
fn script_of(text: &str) -> Option<Script> {
    text.chars().find(|c| c.is_alphabetic()).map(|c| c.script())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Length,
    Characters,
    Script,
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
                 one script"
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
    fn only_another_script_looks_alike() {
        assert!(name("сор").looks_like(&name("cop")));
        assert!(!name("torn").looks_like(&name("tom")));
        assert!(!name("мир").looks_like(&name("ada")));
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
            }
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
