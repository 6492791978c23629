//! Verdicts in words. Decides nothing.

use std::fmt::Write as _;
use std::time::Duration;

use super::verdict::{Failure, Verdict};

/// How many threads a report lists.
const THREADS_MAX: usize = 12;

/// How wide the text beside the labels may be.
const WIDTH_CHARS: usize = 62;

/// What is printed about one check.
#[derive(Clone, Debug)]
pub struct Report {
    /// The check's name.
    pub name: &'static str,
    /// What the check is about, in half a sentence.
    pub promise: &'static str,
    /// What came out.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
    /// Where the threads of the program stood when it had failed.
    pub stands: Vec<String>,
    /// How the program had ended by then, if it had and not in peace.
    pub bad_end: Option<String>,
    /// What matters of what the program had said by then.
    pub last_words: String,
    /// How it fell over, if it did although the check passed.
    pub complaint: Option<String>,
}

impl Report {
    /// One line when it passed, a few when it did not.
    pub fn text(&self) -> String {
        let mut text = self.heading();
        match &self.verdict {
            Verdict::Passed => {
                let note = self.complaint.as_deref().unwrap_or_default();
                part(&mut text, "but", note);
            }
            Verdict::Failed(failure) => self.explain(&mut text, failure),
            Verdict::CouldNotTell(why) => part(&mut text, "because", why),
        }
        text
    }

    fn heading(&self) -> String {
        let word = match self.verdict {
            Verdict::Passed => "passed",
            Verdict::Failed(_) => "FAILED",
            Verdict::CouldNotTell(_) => "could not tell",
        };
        let seconds = self.took.as_secs_f64();
        format!("{word}  {}: {} ({seconds:.1} s)\n", self.name, self.promise)
    }

    /// As [`Report::text`], when an earlier report said the same: what came
    /// may be another line, but what was asked and missed is one mistake.
    pub fn text_after(&self, before: &Self) -> String {
        match (&self.verdict, &before.verdict) {
            (Verdict::Failed(now), Verdict::Failed(then))
                if (&now.sent, &now.expected, &now.look)
                    == (&then.sent, &then.expected, &then.look) =>
            {
                let mut text = self.heading();
                part(&mut text, "because", "the same happened as above");
                text
            }
            _ => self.text(),
        }
    }

    fn explain(&self, text: &mut String, failure: &Failure) {
        let ended = self.bad_end.as_deref();
        if let Some(how) = ended {
            part(text, "it ended", how);
            part(text, "it said", &self.last_words);
        }
        part(text, "sent", &failure.sent);
        part(text, "expected", &failure.expected);
        part(text, "came", &failure.came);
        part(text, "look at", &failure.look);
        if !self.stands.is_empty() {
            part(text, "threads", &folded(&self.stands).join("\n"));
        }
        if ended.is_none() {
            part(text, "it said", &self.last_words);
        }
    }
}

/// A labelled part of a report; further lines stand under the first.
fn part(text: &mut String, label: &str, what: &str) {
    for (nth, line) in what.lines().flat_map(wrapped).enumerate() {
        let label = if nth == 0 {
            format!("{label}:")
        } else {
            String::new()
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "        {label:<10}{line}");
    }
}

/// A line in pieces that fit beside the labels; words stay whole.
fn wrapped(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_inclusive(' ') {
        if let Some(last) = lines.last_mut() {
            if last.chars().count() + word.trim_end().chars().count()
                <= WIDTH_CHARS
            {
                last.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines
        .into_iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// A long list of threads, cut; those of one name that stand in one place
/// take one line, since a runtime has many.
fn folded(stands: &[String]) -> Vec<String> {
    let mut groups: Vec<(&String, usize)> = Vec::new();
    for stand in stands {
        match groups.iter_mut().find(|(known, _)| *known == stand) {
            Some((_, count)) => *count += 1,
            None => groups.push((stand, 1)),
        }
    }
    let line = |(stand, count): &(&String, usize)| match count {
        1 => (*stand).clone(),
        count => format!("{stand} ({count} threads)"),
    };
    let mut lines: Vec<String> =
        groups.iter().take(THREADS_MAX).map(line).collect();
    if groups.len() > THREADS_MAX {
        lines.push(format!("and {} more", groups.len() - THREADS_MAX));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdict: Verdict) -> String {
        Report {
            name: "order",
            promise: "all hear the same",
            verdict,
            took: Duration::from_millis(1234),
            stands: vec!["session 1: reading from ada".to_owned()],
            bad_end: Some("exit status: 101".to_owned()),
            last_words: "listening".to_owned(),
            complaint: None,
        }
        .text()
    }

    #[test]
    fn what_passed_takes_one_line() {
        assert_eq!(
            report(Verdict::Passed),
            "passed  order: all hear the same (1.2 s)\n"
        );
    }

    #[test]
    fn what_could_not_be_told_says_why() {
        let text = report(Verdict::CouldNotTell("no /proc here".to_owned()));
        assert!(text.starts_with("could not tell  order"), "{text}");
        assert!(text.contains("because:  no /proc here"), "{text}");
    }

    #[test]
    fn threads_of_one_name_in_one_place_take_one_line() {
        let stands = ["node: reading", "node: locked", "node: locked"];
        let stands = stands.map(str::to_owned);
        let folded = folded(&stands);
        assert_eq!(folded, ["node: reading", "node: locked (2 threads)"]);
        let many: Vec<String> = (0..20)
            .map(|nth| format!("session {nth}: reading"))
            .collect();
        assert_eq!(super::folded(&many).len(), THREADS_MAX + 1);
    }

    #[test]
    fn what_failed_says_everything_in_narrow_lines() {
        let text = report(Verdict::Failed(Failure {
            sent: "a line".to_owned(),
            expected: "word ".repeat(40),
            came: "nothing".to_owned(),
            look: "the loop".to_owned(),
        }));
        let parts = [
            "sent:",
            "expected:",
            "came:",
            "look at:",
            "threads:",
            "it ended:",
        ];
        for part in parts {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.contains("session 1: reading from ada"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    }
}
