//! What one can search for in a text: its words, as the index has them and as
//! somebody types them. Must not change without a new version of the tables:
//! what is in the index was made here, and is taken out with what is made here.
//!
//! Case, accents and the width of letters make no difference. Chinese,
//! Japanese, Korean and the languages of South East Asia put no spaces between
//! words, or hang endings on them: there every two neighbors are a word, and
//! each sign alone. A symbol, such as an emoji, is a word.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript as _};

/// Longer words are cut: nobody types so long a word twice.
const WORD_CHARS_MAX: usize = 64;

/// The words of a text.
#[derive(Debug, Default)]
pub struct Words {
    /// As they follow each other.
    in_order: Vec<String>,
    /// Where there are no spaces, each sign once.
    signs: Vec<String>,
}

/// What somebody searches for: all of these, anywhere in the text. Each is
/// words that follow each other.
#[derive(Debug, PartialEq, Eq)]
pub struct Wanted(Vec<Vec<String>>);

/// What a character is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A word between spaces.
    Word,
    /// Writing without spaces.
    Dense,
    /// Nothing else.
    Symbol,
    /// No word.
    Between,
}

impl Kind {
    /// Whether the next of the same kind belongs to it.
    fn goes_on(self) -> bool {
        matches!(self, Self::Word | Self::Dense)
    }
}

impl Words {
    /// Those of this text.
    pub fn of(text: &str) -> Self {
        let mut words = Self::default();
        for (kind, run) in runs(&folded(text)) {
            match kind {
                Kind::Dense => words.add_dense(&run),
                _ => words.in_order.push(run.into_iter().collect()),
            }
        }
        words
    }

    fn add_dense(&mut self, run: &[char]) {
        self.in_order.extend(pairs(run));
        for sign in run.iter().map(char::to_string) {
            if run.len() > 1 && !self.signs.contains(&sign) {
                self.signs.push(sign);
            }
        }
    }

    /// As the index takes them: with a space between each two.
    pub fn indexed(&self) -> String {
        let all: Vec<&str> = self.all().collect();
        all.join(" ")
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.in_order.iter().chain(&self.signs).map(String::as_str)
    }

    /// Whether all that is wanted is among them.
    pub fn have(&self, wanted: &Wanted) -> bool {
        let all: Vec<&str> = self.all().collect();
        wanted
            .0
            .iter()
            .all(|phrase| all.windows(phrase.len()).any(|some| some == phrase))
    }
}

impl Wanted {
    /// What this asks for; `None` if there is no word in it.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut phrases = Vec::new();
        for word in folded(typed).split_whitespace() {
            let mut phrase = Vec::new();
            for (kind, run) in runs(word) {
                if kind == Kind::Dense {
                    // What stands around it may be one with more of it.
                    phrases.push(std::mem::take(&mut phrase));
                    phrases.push(pairs(&run).collect());
                } else {
                    phrase.push(run.into_iter().collect());
                }
            }
            phrases.push(phrase);
        }
        phrases.retain(|phrase: &Vec<String>| !phrase.is_empty());
        (!phrases.is_empty()).then_some(Self(phrases))
    }

    /// As the index is asked for it. No word has a quotation mark.
    pub fn query(&self) -> String {
        let phrases = self.0.iter().map(|it| format!("\"{}\"", it.join(" ")));
        phrases.collect::<Vec<_>>().join(" ")
    }
}

/// Each two neighbors, or the one there is.
fn pairs(run: &[char]) -> impl Iterator<Item = String> {
    run.windows(run.len().min(2))
        .map(|pair| pair.iter().collect())
}

/// Without case, accents and width.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let is_accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let plain = text.nfkd().filter(|c| !is_accent(c));
    plain.default_case_fold().nfc().collect()
}

/// The runs of characters that belong together.
fn runs(text: &str) -> Vec<(Kind, Vec<char>)> {
    let mut runs: Vec<(Kind, Vec<char>)> = Vec::new();
    let mut before = Kind::Between;
    for c in text.chars() {
        let kind = kind(c, before);
        match runs.last_mut() {
            Some((_, run)) if kind == before && kind.goes_on() => {
                let is_long = run.len() >= WORD_CHARS_MAX;
                run.extend((kind == Kind::Dense || !is_long).then_some(c));
            }
            _ if kind != Kind::Between => runs.push((kind, vec![c])),
            _ => (),
        }
        before = kind;
    }
    runs
}

/// What a character is part of behind one of this kind.
fn kind(c: char, before: Kind) -> Kind {
    match c {
        _ if c.is_ascii() => match c.is_ascii_alphanumeric() {
            true => Kind::Word,
            false => Kind::Between,
        },
        // It stretches the vowel before it, in two scripts.
        '\u{30fc}' => Kind::Dense,
        '\u{20a0}'..='\u{20cf}'
        | '\u{2190}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}' => Kind::Symbol,
        _ if is_dense(c.script()) && is_of_a_word(c) => Kind::Dense,
        _ if is_combining_mark(c) && before == Kind::Word => Kind::Word,
        _ if c.is_alphanumeric() => Kind::Word,
        _ => Kind::Between,
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

fn is_dense(script: Script) -> bool {
    matches!(
        script,
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Bopomofo
            | Script::Hangul
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(typed: &str, text: &str) -> bool {
        let wanted = Wanted::parse(typed).expect(typed);
        Words::of(text).have(&wanted)
    }

    #[test]
    fn words_are_cut_as_the_index_has_them() {
        for (text, words) in [
            ("Hello, World!", "hello world"),
            ("it's main.rs", "it s main rs"),
            ("日本語", "日本 本語 日 本 語"),
            ("猫", "猫"),
            ("コーヒー", "コー ーヒ ヒー コ ー ヒ"),
            ("v2.0：東京2026年", "v2 0 東京 2026 年 東 京"),
            ("ＦＵＬＬ ｶﾅ", "full カナ カ ナ"),
            ("Straße Ελλάς ÇA", "strasse ελλασ ca"),
            ("हिन्दी में", "हिन्दी में"),
            ("🎉🎉 ok", "🎉 🎉 ok"),
            ("... -- \u{200b}", ""),
        ] {
            assert_eq!(Words::of(text).indexed(), words, "{text}");
        }
    }

    #[test]
    fn what_is_written_in_a_text_is_found_in_any_language() {
        let texts = [
            ("see you tomorrow at five", &["TOMORROW", "at see"][..]),
            ("Ça va très bien, Zoë?", &["ca", "tres", "zoe", "Zoë"]),
            (
                "你好，世界！今天天气很好",
                &["世界", "天气", "好", "今天天气"],
            ),
            (
                "東京タワーへ行きました",
                &["東京", "タワー", "行き", "ワー"],
            ),
            ("학교에서 만나요", &["학교", "만나", "교에서"]),
            ("เจอกันพรุ่งนี้ที่โรงเรียน", &["พรุ่งนี้", "โรงเรียน"]),
            ("Привет, Ёжик", &["привет", "ежик", "ЁЖИК"]),
            ("שלום עולם", &["עולם"]),
            ("مرحبا بالعالم", &["مرحبا"]),
            ("नमस्ते दुनिया", &["दुनिया"]),
            ("Việt Nam", &["viet", "Việt"]),
            ("İstanbul'da", &["istanbul"]),
            ("party 🎉 in src/main.rs", &["🎉", "main.rs", "src/main.rs"]),
        ];
        for (text, all) in texts {
            for typed in all {
                assert!(finds(typed, text), "{typed} in {text}");
            }
        }
        assert!(!finds("天很", "今天天气很好"), "they must be neighbors");
        assert!(!finds("main.rs", "rs main"), "in this order");
        assert!(!finds("tom", "tomorrow"), "whole words");
        assert_eq!(Wanted::parse("?!.."), None);
    }

    proptest! {
        #[test]
        fn every_word_of_a_text_finds_it(text in "\\PC{0,40}") {
            let words = Words::of(&text);
            for typed in text.split_whitespace() {
                if let Some(wanted) = Wanted::parse(typed) {
                    prop_assert!(words.have(&wanted), "{}", typed);
                }
            }
        }

        #[test]
        fn a_word_is_one_for_the_index_too(text in "\\PC{0,40}") {
            let indexed = Words::of(&text).indexed();
            let ascii = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric();
            prop_assert!(!indexed.contains(|c| c != ' ' && ascii(c)));
            prop_assert!(!indexed.contains(|c: char| c.is_ascii_uppercase()));
        }
    }
}
