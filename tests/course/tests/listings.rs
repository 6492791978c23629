//! Every listing is a region of its step's source, and every line that
//! changed since the step before is in some listing.

use std::collections::HashSet;
use std::fs;

use chat_checker::patch;
use chat_checker::{catalog, own};
use chat_course::listing::{changed, region};
use chat_course::page::{Block, blocks};

use crate::pages::{Page, pages};

/// How many changed lines one listing may show.
const CHUNK_LINES_MAX: usize = 34;

fn source_of(step: u8) -> Option<String> {
    let step = catalog::step(step)?;
    Some(fs::read_to_string(own::source(step)).expect("a step's source"))
}

#[test]
fn every_listing_is_a_region_of_the_source() {
    for page in pages() {
        let Some(source) = source_of(page.step) else {
            continue;
        };
        let lines: Vec<&str> = source.lines().collect();
        for block in blocks(&page.text) {
            if block.kind == "rust" {
                assert!(
                    region(&lines, &block.lines).is_some(),
                    "{}:{}: not word for word in the source:\n{}",
                    page.file,
                    block.at,
                    block.lines.join("\n")
                );
            }
        }
    }
}

#[test]
fn every_changed_line_is_in_a_listing_of_bearable_length() {
    for page in pages() {
        let Some(source) = source_of(page.step) else {
            continue;
        };
        let before = catalog::step(page.step)
            .and_then(|step| source_of(step.before?))
            .unwrap_or_default();
        let lines: Vec<&str> = source.lines().collect();
        let old: Vec<&str> = before.lines().collect();
        let fresh = changed(&old, &lines);
        let shown = shown(&page, &lines, &fresh);
        for line in fresh {
            assert!(
                shown.contains(&line),
                "{}: line {} of the source changed and is in no listing: {:?}",
                page.file,
                line + 1,
                lines[line]
            );
        }
    }
}

/// The numbers of all lines that the page shows.
fn shown(page: &Page, lines: &[&str], fresh: &[usize]) -> HashSet<usize> {
    let mut shown = HashSet::new();
    for block in blocks(&page.text) {
        if block.kind != "rust" {
            continue;
        }
        let range = region(lines, &block.lines).unwrap_or_default();
        let count = fresh.iter().filter(|line| range.contains(line)).count();
        assert!(
            count <= CHUNK_LINES_MAX,
            "{}:{}: {count} changed lines in one listing",
            page.file,
            block.at
        );
        shown.extend(range);
    }
    shown
}

#[test]
fn every_block_is_of_a_kind_that_is_checked() {
    for page in pages() {
        for block in blocks(&page.text) {
            let kinds = ["rust", "diff", "console", "session", "text"];
            assert!(
                kinds.contains(&block.kind.as_str()),
                "{}:{}: a block of kind {:?}",
                page.file,
                block.at,
                block.kind
            );
        }
    }
}

#[test]
fn every_change_to_try_fits_the_source() {
    for page in pages() {
        let Some(source) = source_of(page.step) else {
            continue;
        };
        for Block { kind, lines, at } in blocks(&page.text) {
            if kind == "diff" {
                let applied = patch::apply(&source, &lines);
                assert!(applied.is_ok(), "{}:{at}: {applied:?}", page.file);
            }
        }
    }
}
