//! How many lines may be on their way from the keyboard to the room. Must not
//! know what a line is.
//!
//! A pipe brings lines faster than a room takes them. Whoever reads the
//! keyboard gets a permit for each line before it hands the line on; when
//! the line has gone wherever lines go, its permit is dropped, and the next
//! line may come. A bounded channel is all it takes: a message in it is a
//! permit in use.

use crossbeam_channel::{Receiver, Sender, bounded};

/// Where permits come from. At most the stated number is in use at a time.
#[derive(Debug)]
pub struct Permits {
    used: Sender<()>,
    back: Receiver<()>,
}

/// The right to have one line on its way. Given back when it is dropped.
#[derive(Debug)]
pub struct Permit {
    back: Receiver<()>,
}

impl Permits {
    /// As many permits as this.
    pub fn new(permits_max: usize) -> Self {
        let (used, back) = bounded(permits_max);
        Self { used, back }
    }

    /// Waits until a permit is free, and takes it.
    pub fn take(&self) -> Permit {
        // Cannot fail: this struct holds the receiving end.
        let _ = self.used.send(());
        Permit {
            back: self.back.clone(),
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let _ = self.back.try_recv();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    const DEADLINE: Duration = Duration::from_secs(5);

    #[test]
    fn a_permit_dropped_lets_the_next_be_taken() {
        let permits = Arc::new(Permits::new(2));
        let first = permits.take();
        let _second = permits.take();
        assert!(permits.used.is_full());
        let (taken, third) = bounded(1);
        // Not scoped: a thread that waits forever must not hold the test.
        thread::spawn(move || taken.send(permits.take()));
        assert!(third.try_recv().is_err());
        drop(first);
        let got = third.recv_timeout(DEADLINE);
        got.expect("a third permit after the first came back");
    }
}
