//! What a program writes to a pipe, line by line, collected by a thread so that
//! the program never waits for the test. Must not start the program.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crate::waiting::WAIT_MAX;

/// The lines of one pipe.
#[derive(Clone)]
pub struct Lines {
    shared: Arc<Shared>,
}

/// Between the thread that collects and those who look.
struct Shared {
    /// What has come so far.
    collected: Mutex<Collected>,
    /// Signaled at each line and at the end.
    changed: Condvar,
}

/// Guarded by [`Shared::collected`].
#[derive(Default)]
struct Collected {
    lines: Vec<String>,
    /// How many of them [`Lines::next_with`] has returned or passed over.
    read: usize,
    over: bool,
}

impl Lines {
    /// Collects from this pipe until its end.
    pub fn of(pipe: impl Read + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            collected: Mutex::default(),
            changed: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        thread::spawn(move || theirs.collect(pipe));
        Self { shared }
    }

    /// Waits for a line that contains this text, and returns the first.
    ///
    /// # Panics
    /// When there is none.
    pub fn expect(&self, text: &str) -> String {
        self.wait(&format!("a line with {text:?}"), |seen| {
            seen.lines.iter().find(|line| line.contains(text)).cloned()
        })
    }

    /// Waits for a line that contains this text, behind the one that was
    /// returned last, and passes over those before it.
    ///
    /// # Panics
    /// When there is none.
    pub fn next_with(&self, text: &str) -> String {
        self.wait(&format!("a further line with {text:?}"), |seen| {
            let mut rest = seen.lines[seen.read..].iter();
            seen.read += rest.position(|line| line.contains(text))? + 1;
            Some(seen.lines[seen.read - 1].clone())
        })
    }

    /// Waits for the end of the pipe and returns the lines behind the one
    /// that [`Lines::next_with`] returned last.
    ///
    /// # Panics
    /// When it does not end.
    pub fn rest(&self) -> Vec<String> {
        self.wait("the end", |seen| {
            seen.over.then(|| seen.lines[seen.read..].to_vec())
        })
    }

    /// Waits for the end of the pipe and returns every line.
    ///
    /// # Panics
    /// When it does not end.
    pub fn until_end(&self) -> Vec<String> {
        self.wait("the end", |seen| seen.over.then(|| seen.lines.clone()))
    }

    /// Every line so far.
    pub fn so_far(&self) -> Vec<String> {
        self.shared.lock().lines.clone()
    }

    fn wait<T>(
        &self,
        what: &str,
        look: impl Fn(&mut Collected) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + WAIT_MAX;
        let mut seen = self.shared.lock();
        loop {
            if let Some(found) = look(&mut seen) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !seen.over,
                "no {what} came, but:\n{}",
                seen.lines.join("\n")
            );
            let woken = self.shared.changed.wait_timeout(seen, left);
            seen = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Collected> {
        // A test that has failed may still look at what came.
        self.collected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn collect(&self, pipe: impl Read) {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(pipe.read_until(b'\n', &mut line), Ok(1..)) {
            let text = String::from_utf8_lossy(&line);
            let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
            self.lock().lines.push(text);
            self.changed.notify_all();
            line.clear();
        }
        self.lock().over = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_returned_once_and_those_before_it_are_passed_over() {
        let lines = Lines::of("one\ntwo\none more\nend".as_bytes());
        assert_eq!(lines.next_with("one"), "one");
        assert_eq!(lines.next_with("one"), "one more");
        assert_eq!(lines.rest(), ["end"]);
        assert_eq!(lines.expect("one"), "one");
    }
}
