//! A scheduler that runs every schedule with at most so many preemptions: a
//! thread is taken off, although it could go on, so often and no more often.
//! Where a thread waits or ends, any other may go on, as often as that is.
//!
//! Most faults of concurrency need one or two preemptions (Musuvathi and
//! Qadeer, "Iterative context bounding", 2007), and the schedules with a few
//! are few: a scene with two locks fits.

use shuttle::current::TaskId;
use shuttle::scheduler::{Schedule, Scheduler, Task};

/// One decision of a schedule.
struct Decision {
    /// Which of the candidates was chosen.
    chosen: usize,
    /// How many there were.
    candidates: usize,
}

/// Depth first: the last decision that can be another one is made anew.
pub struct Preemptions {
    preemptions_max: usize,
    /// How many the schedule that runs has had.
    preemptions: usize,
    decisions: Vec<Decision>,
    /// How many decisions of the schedule that runs have been made.
    made: usize,
    has_begun: bool,
}

impl Preemptions {
    pub fn at_most(preemptions_max: usize) -> Self {
        Self {
            preemptions_max,
            preemptions: 0,
            decisions: Vec::new(),
            made: 0,
            has_begun: false,
        }
    }
}

impl Scheduler for Preemptions {
    fn new_execution(&mut self) -> Option<Schedule> {
        let is_exhausted = |it: &Decision| it.chosen + 1 == it.candidates;
        while self.decisions.last().is_some_and(is_exhausted) {
            self.decisions.pop();
        }
        match self.decisions.last_mut() {
            Some(last) => last.chosen += 1,
            None if self.has_begun => return None,
            None => self.has_begun = true,
        }
        (self.made, self.preemptions) = (0, 0);
        Some(Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        _: bool,
    ) -> Option<TaskId> {
        let runnable: Vec<TaskId> = runnable.iter().map(|t| t.id()).collect();
        let current = current.filter(|it| runnable.contains(it));
        let others = runnable.into_iter().filter(|it| Some(*it) != current);
        let candidates: Vec<TaskId> = match current {
            Some(it) if self.preemptions == self.preemptions_max => vec![it],
            current => current.into_iter().chain(others).collect(),
        };
        if self.made == self.decisions.len() {
            self.decisions.push(Decision {
                chosen: 0,
                candidates: candidates.len(),
            });
        }
        let chosen = candidates[self.decisions[self.made].chosen];
        self.made += 1;
        if current.is_some_and(|it| it != chosen) {
            self.preemptions += 1;
        }
        Some(chosen)
    }

    fn next_u64(&mut self) -> u64 {
        panic!("nothing but the order is left to chance in these scenes")
    }
}
