//! Holds listings against sources: is a listing a region of the source, and
//! is every changed line in some listing?

use std::ops::Range;

/// Where `listing` stands in `source`, as a range of line numbers from 0.
pub fn region(source: &[&str], listing: &[String]) -> Option<Range<usize>> {
    if listing.is_empty() {
        return None;
    }
    source
        .windows(listing.len())
        .position(|window| window.iter().eq(listing.iter()))
        .map(|start| start..start + listing.len())
}

/// The numbers, from 0, of the lines of `new` that are not in `old`, by a
/// longest common subsequence. Blank lines never count.
pub fn changed(old: &[&str], new: &[&str]) -> Vec<usize> {
    // longest[i][j] is the length of the longest common subsequence of
    // old[i..] and new[j..].
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] = if old[i] == new[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let mut fresh = Vec::new();
    let (mut i, mut j) = (0, 0);
    while j < new.len() {
        if i < old.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            fresh.push(j);
            j += 1;
        }
    }
    fresh.retain(|line| !new[*line].trim().is_empty());
    fresh
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_found_where_it_stands() {
        let source = ["a", "b", "c"];
        let listing = ["b".to_owned(), "c".to_owned()];
        assert_eq!(region(&source, &listing), Some(1..3));
        assert_eq!(region(&source, &["b ".to_owned()]), None);
    }

    #[test]
    fn only_new_lines_count_as_changed() {
        let old = ["a", "b", "}", "c"];
        let new = ["a", "x", "}", "", "y", "c"];
        assert_eq!(changed(&old, &new), [1, 4]);
    }
}
