//! Changes written as a reader sees them: lines with `-` go, lines with `+`
//! come, lines with a space say where.

/// Applies each part of `patch` to `source`; parts are divided by a line
/// `...`.
///
/// # Errors
/// When the old lines of a part do not stand in the source exactly once.
pub fn apply(source: &str, patch: &[String]) -> Result<String, String> {
    let mut text = source.to_owned();
    for part in patch.split(|line| line.trim() == "...") {
        text = apply_part(&text, part)?;
    }
    Ok(text)
}

fn apply_part(source: &str, part: &[String]) -> Result<String, String> {
    let old = side(part, '-');
    let new = side(part, '+');
    match source.matches(&old).count() {
        1 => Ok(source.replacen(&old, &new, 1)),
        count => Err(format!("stands {count} times in the source:\n{old}")),
    }
}

/// The lines of one side, each with its line break.
fn side(part: &[String], mark: char) -> String {
    part.iter()
        .filter_map(|line| match line.chars().next() {
            None => Some(""),
            Some(first) if first == mark || first == ' ' => Some(&line[1..]),
            Some(_) => None,
        })
        .map(|line| format!("{line}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_patch_replaces_what_it_names() {
        let patch = lines(" a\n-b\n+x\n+y");
        assert_eq!(apply("a\nb\nc\n", &patch), Ok("a\nx\ny\nc\n".into()));
    }

    #[test]
    fn a_patch_that_does_not_fit_is_refused() {
        assert!(apply("a\na\n", &lines("-a")).is_err());
        assert!(apply("a\n", &lines("-b")).is_err());
    }
}
