//! What Tab makes of the text before the cursor. Must not know of any key.

use chat_common::commands::COMMANDS;

use crate::ui::editor::people::People;

/// What is to be done about the text before the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completion {
    /// Nothing begins like that.
    Nothing,
    /// Put this in its place.
    Replace(String),
    /// It could be any of these.
    Choose(Vec<String>),
}

/// Completes a command at the beginning of a line, and elsewhere a name,
/// with or without an `@` before it. The `nth` Tab in a row takes the `nth`
/// name, beginning with whoever spoke last.
pub fn complete(
    before: &str,
    people: &People,
    me: &str,
    nth: usize,
) -> Completion {
    let start = before.rfind(' ').map_or(0, |space| space + 1);
    let (head, word) = before.split_at(start);
    if head.is_empty() && word.starts_with('/') {
        return complete_command(word);
    }
    let word = word.strip_prefix('@').unwrap_or(word);
    if word.is_empty() && !before.ends_with('@') {
        return Completion::Nothing;
    }
    let found = people.beginning_with(word, me);
    match found.get(nth % found.len().max(1)) {
        Some(name) => Completion::Replace(format!("{head}{name} ")),
        None => Completion::Nothing,
    }
}

fn complete_command(word: &str) -> Completion {
    let typed = word.to_lowercase();
    let verbs = COMMANDS.iter().map(|usage| format!("/{}", usage.verb));
    let found: Vec<_> = verbs.filter(|it| it.starts_with(&typed)).collect();
    match found.as_slice() {
        [] => Completion::Nothing,
        [only] => Completion::Replace(format!("{only} ")),
        _ => Completion::Choose(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_common::events::ServerLine;

    fn completed(before: &str, nth: usize) -> Completion {
        let mut people = People::default();
        let here = ServerLine::parse("* here (3): alice, albert, me");
        people.hear(&here.expect("a list"));
        complete(before, &people, "me", nth)
    }

    fn replaced(text: &str) -> Completion {
        Completion::Replace(text.to_owned())
    }

    #[test]
    fn commands_are_completed_or_listed() {
        assert_eq!(completed("/u", 0), replaced("/users "));
        assert_eq!(completed("/U", 0), replaced("/users "));
        let choice = vec!["/me".to_owned(), "/msg".to_owned()];
        assert_eq!(completed("/m", 0), Completion::Choose(choice));
        let Completion::Choose(all) = completed("/", 0) else {
            panic!("no choice");
        };
        assert_eq!(all.len(), COMMANDS.len());
        assert_eq!(completed("/x", 0), Completion::Nothing);
    }

    #[test]
    fn names_are_completed_anywhere_and_one_after_the_other() {
        assert_eq!(completed("@al", 0), replaced("alice "));
        assert_eq!(completed("hi Al", 1), replaced("hi albert "));
        assert_eq!(completed("/msg al", 2), replaced("/msg alice "));
        assert_eq!(completed("hi @", 1), replaced("hi albert "));
        for nothing in ["", "hi ", "m", "zo"] {
            assert_eq!(completed(nothing, 0), Completion::Nothing);
        }
    }
}
