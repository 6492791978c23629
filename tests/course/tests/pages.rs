//! The pages of the book, found by the numbers of their steps.

use std::fs;
use std::path::PathBuf;

use chat_checker::own;
use chat_course::page::words;

/// How many words a page may have besides its listings and its part *Check*.
const PAGE_WORDS_MAX: usize = 900;
/// How many that part may have: it lists what is checked, to look it up.
const CHECK_WORDS_MAX: usize = 350;

/// The last page has no listing: its words lead through the server's files.
const TOUR_WORDS_MAX: usize = 1850;

/// A page about a step.
pub struct Page {
    /// The step, 1 to 12.
    pub step: u8,
    /// The name of its file.
    pub file: String,
    /// What it says.
    pub text: String,
}

/// Every page about a step, in order.
pub fn pages() -> Vec<Page> {
    let docs = own::root().join("docs");
    let mut files: Vec<PathBuf> = fs::read_dir(&docs)
        .expect("the book is in docs/")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            let file = path.file_name()?.to_str()?.to_owned();
            let step = file.strip_prefix("step")?.get(..2)?.parse().ok()?;
            let text = fs::read_to_string(&path).expect("a readable page");
            Some(Page { step, file, text })
        })
        .collect()
}

#[test]
fn every_step_has_a_page_of_its_own_in_the_right_form() {
    let numbers: Vec<u8> = pages().iter().map(|page| page.step).collect();
    let expected: Vec<u8> = (1..=PAGES).collect();
    assert_eq!(numbers, expected);
    for page in pages() {
        let mut text = page.text.as_str();
        for part in PARTS {
            let heading = format!("\n## {part}");
            let at = text.find(&heading);
            let at = at.unwrap_or_else(|| {
                panic!("{}: no part {part:?} in its place", page.file)
            });
            text = &text[at + heading.len()..];
        }
        let check = words(check_part(&page.text));
        let count = words(&page.text) - check;
        let max = match page.step {
            PAGES => TOUR_WORDS_MAX,
            _ => PAGE_WORDS_MAX,
        };
        let file = page.file;
        assert!(count <= max, "{file}: {count} words, at most {max}");
        let max = CHECK_WORDS_MAX;
        assert!(
            check <= max,
            "{file}: {check} words in Check, at most {max}"
        );
    }
}

/// What a page says of the checker.
fn check_part(page: &str) -> &str {
    let from = page.find("\n## Check").unwrap_or(page.len());
    let to = page.find("\n## Explain").unwrap_or(page.len());
    page.get(from..to).unwrap_or_default()
}

#[test]
fn every_link_inside_the_repository_leads_somewhere() {
    let folders = [own::root(), own::root().join("docs")];
    let paths = folders.iter().flat_map(|folder| {
        let entries = fs::read_dir(folder).expect("a folder of pages");
        entries.flatten().map(|entry| entry.path())
    });
    for path in paths.filter(|path| path.extension() == Some("md".as_ref())) {
        let folder = path.parent().expect("a page is in a folder");
        let text = fs::read_to_string(&path).expect("a readable page");
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap_or_default();
            let inside = !target.is_empty() && !target.contains("://");
            assert!(
                !inside || folder.join(target).exists(),
                "{}: nothing at {target}",
                path.display()
            );
        }
    }
}

/// In the built book a page stands alone: a file of the repository that is
/// no page is named as code, from the top of the repository, and not linked.
#[test]
fn every_link_of_the_built_book_leads_somewhere() {
    let docs = own::root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md"));
    let summary = summary.expect("a table of contents");
    let book: Vec<&str> = links(&summary).collect();
    for file in &book {
        let text = fs::read_to_string(docs.join(file)).expect("a page");
        for link in links(&text).filter(|link| !link.contains("://")) {
            let (target, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if target.is_empty() { *file } else { target };
            let picture = target.ends_with(".svg");
            assert!(
                book.contains(&target) || picture,
                "{file}: {target} is no page of the book"
            );
            let target = fs::read_to_string(docs.join(target));
            let target = target.expect("a page or a picture");
            assert!(
                heading.is_empty() || has_heading(&target, heading),
                "{file}: no heading for {link}"
            );
        }
        for path in named_files(&text) {
            assert!(own::root().join(path).exists(), "{file}: no {path}");
        }
    }
}

fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .map(|rest| rest.split([')', ' ']).next().unwrap_or_default())
}

/// Whether a page has a heading that mdBook gives this name.
fn has_heading(page: &str, name: &str) -> bool {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let mut names = headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|letter| {
            letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_')
        });
        kept.collect::<String>().replace(' ', "-")
    });
    names.any(|heading| heading == name)
}

/// Files of Rust that a page names by their whole path.
fn named_files(page: &str) -> impl Iterator<Item = &str> {
    const TOPS: [&str; 3] = ["server/src/", "common/src/", "client/src/"];
    page.split('`').skip(1).step_by(2).filter(|code| {
        code.ends_with(".rs") && TOPS.iter().any(|top| code.starts_with(top))
    })
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let docs = own::root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md"));
    let summary = summary.expect("a table of contents");
    for page in pages() {
        assert!(summary.contains(&page.file), "{} is missing", page.file);
    }
}

/// How many steps the course has.
const PAGES: u8 = 12;

/// The parts of a page, in order.
const PARTS: [&str; 9] = [
    "Predict",
    "Build",
    "Run",
    "Look",
    "Break it",
    "Check",
    "Explain",
    "Exercise",
    "Still wrong",
];
