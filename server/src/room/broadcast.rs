//! What one hold of the room's lock tells everyone: one text, given to all at
//! the end of the hold, and the time that stands in it. Must not know who is
//! here. Guarded by the room's lock, and empty between two holds.

use std::ops::Range;

use chat_common::events::{Event, ServerLine};

use crate::net::text;
use crate::platform::clock::{Clock, Moment};

/// What one hold tells everyone.
pub struct Broadcast {
    /// Whole lines.
    text: String,
    /// How many bytes this hold has added to an outbox at most.
    bytes: usize,
    /// What of it was said, for the transcript, with the date.
    transcript: String,
    /// The time of this hold, once somebody has asked for it.
    now: Option<Now>,
    clock: Clock,
}

struct Now {
    moment: Moment,
    /// As it stands in a line.
    time: String,
}

impl Broadcast {
    /// Nothing has been told.
    pub fn new(clock: Clock) -> Self {
        Self {
            text: String::new(),
            bytes: 0,
            transcript: String::new(),
            now: None,
            clock,
        }
    }

    /// What time it is: the same during the whole hold. The clock is looked at
    /// under the lock, so that times go forward in the order of what happens.
    pub fn now(&mut self) -> Moment {
        hold_time(&mut self.now, &self.clock).moment
    }

    /// Tells everyone, and says where in the text it stands.
    pub fn tell(&mut self, event: Event<'_>) -> Range<usize> {
        let begin = self.text.len();
        let time = &hold_time(&mut self.now, &self.clock).time;
        text::push_line(&mut self.text, ServerLine::now(time, event));
        self.bytes += self.text.len() - begin;
        begin..self.text.len()
    }

    /// So many bytes are put into one outbox alone.
    pub fn count(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    /// How many bytes this hold has added to an outbox at most.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The line that tells this to one person alone.
    pub fn line(&mut self, event: Event<'_>) -> String {
        let time = &hold_time(&mut self.now, &self.clock).time;
        text::line(ServerLine::now(time, event))
    }

    /// Tells the transcript.
    pub fn write_down(&mut self, event: Event<'_>) {
        let Now { moment, time } = hold_time(&mut self.now, &self.clock);
        let line = format!("{} {time} {event}\n", moment.date());
        self.transcript.push_str(&line);
    }

    /// What has been told so far.
    pub fn text(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Forgets what everyone has been given.
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// It gets later.
    pub fn let_time_pass(&mut self) {
        self.now = None;
    }

    /// What is to be written down; the hold is over.
    pub fn end(&mut self) -> String {
        self.bytes = 0;
        std::mem::take(&mut self.transcript)
    }
}

fn hold_time<'n>(now: &'n mut Option<Now>, clock: &Clock) -> &'n Now {
    now.get_or_insert_with(|| {
        let moment = clock.now();
        let time = moment.time();
        Now { moment, time }
    })
}
