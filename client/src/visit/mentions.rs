//! Where somebody is mentioned in what others say. Must not know what is done
//! about it.

use std::ops::Range;

use chat_common::names;

/// Where a name stands in a text as a word of its own.
pub fn mentions(text: &str, me: &str) -> Vec<Range<usize>> {
    let key = names::key(me);
    let in_name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let mut found = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(|c| !in_name(c)) {
        let word = piece.trim_end_matches(|c| !in_name(c));
        // The end of a sentence is no part of a name.
        let bare = word.trim_end_matches('.');
        if let Some(word) = [word, bare]
            .into_iter()
            .find(|word| !word.is_empty() && is_same(word, &key))
        {
            found.push(start..start + word.len());
        }
        start += piece.len();
    }
    found
}

/// Whether this word is the name with this key. Most words are ASCII, and
/// need none of what Unicode knows about sameness.
fn is_same(word: &str, key: &str) -> bool {
    if word.is_ascii() {
        word.eq_ignore_ascii_case(key)
    } else {
        names::has_key(word, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_whole_word() {
        for (text, count) in [
            ("bob", 1),
            ("@bob: hi", 1),
            ("BOB, bob's; (bob). bob", 4),
            ("bobby bob-2 kebob bob_", 0),
            ("", 0),
        ] {
            assert_eq!(mentions(text, "bob").len(), count, "{text:?}");
        }
        assert!(mentions("a b", "").is_empty());
    }
}
