//! What a report shows of a program's screen: its end, and before it, if the
//! program complained, how that began. Knows nothing else of the program.

/// How many lines are shown of how a complaint begins.
const COMPLAINT_LINES_MAX: usize = 8;
/// How many are shown of the end.
const END_LINES_MAX: usize = 6;
/// How the languages people write in begin to complain. Many say where they
/// were after that, and who reads only the end never learns what happened.
const COMPLAINTS: [&str; 5] = [
    "panicked at",
    "Traceback (most recent",
    "Error",
    "error:",
    "Exception",
];

/// A part of the screen that fits into a report.
pub fn excerpt(screen: &str) -> String {
    let lines: Vec<&str> = screen.trim_end().lines().collect();
    if lines.is_empty() {
        return "nothing (or it keeps that back: flush after each line)"
            .to_owned();
    }
    let end = lines.len().saturating_sub(END_LINES_MAX);
    let complaint = lines.iter().position(complains).unwrap_or(end).min(end);
    let told = (complaint + COMPLAINT_LINES_MAX).min(end);
    let mut shown = lines[complaint..told].to_vec();
    if told < end {
        shown.push("...");
    }
    shown.extend(&lines[end..]);
    shown.join("\n")
}

fn complains(line: &&str) -> bool {
    COMPLAINTS.iter().any(|complaint| line.contains(complaint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(lines: std::ops::Range<u32>) -> String {
        lines.map(|nth| format!("at {nth}\n")).collect()
    }

    #[test]
    fn a_calm_program_is_quoted_by_its_last_words() {
        assert!(excerpt(" \n").starts_with("nothing"));
        assert_eq!(excerpt("listening\n"), "listening");
        assert_eq!(excerpt(&numbered(0..9)), numbered(3..9).trim_end());
    }

    #[test]
    fn a_complaint_is_quoted_from_its_beginning() {
        let screen = format!("hello\nError: reset\n{}", numbered(0..30));
        let expected = format!(
            "Error: reset\n{}...\n{}",
            numbered(0..7),
            numbered(24..30)
        );
        assert_eq!(excerpt(&screen), expected.trim_end());
        let screen = format!("hello\nError: reset\n{}", numbered(0..3));
        assert_eq!(excerpt(&screen), screen.trim_end());
    }
}
