//! What clients have proposed and nobody has applied yet, in the order it was
//! proposed. Must not apply anything. Guarded by the queue's lock in
//! [`crate::room::Room`].

use std::collections::VecDeque;

use crate::room::client_id::ClientId;
use crate::room::request::Request;

/// What one client asks for at once. A client proposes nothing more before
/// this has been applied or dropped, so a queue holds at most one for each.
#[derive(Debug)]
pub struct Proposal {
    /// Who asks.
    pub author: ClientId,
    /// For what, in this order.
    pub requests: VecDeque<Request>,
}

/// Which proposal it was: the first is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// What waits.
#[derive(Debug, Default)]
pub struct Queue {
    /// In the order in which it was proposed.
    pub waiting: VecDeque<Proposal>,
    /// How many proposals were ever pushed.
    pushed: u64,
    /// Whether pushes are refused: the room is closed.
    is_closed: bool,
}

impl Queue {
    /// Adds a proposal at the end; `None` when the room is closed.
    pub fn push(
        &mut self,
        author: ClientId,
        requests: Vec<Request>,
    ) -> Option<Ticket> {
        if self.is_closed {
            return None;
        }
        let requests = requests.into();
        self.waiting.push_back(Proposal { author, requests });
        self.pushed += 1;
        Some(Ticket(self.pushed))
    }

    /// Takes off all that waits, unless this proposal waits no more: then
    /// there is nothing left to do for whoever holds the ticket. What has been
    /// taken off is waited for by nobody, whatever happens to whoever applies
    /// it.
    pub fn take_unless_passed(
        &mut self,
        ticket: Ticket,
    ) -> Option<VecDeque<Proposal>> {
        (!self.has_passed(ticket)).then(|| std::mem::take(&mut self.waiting))
    }

    /// Whether this proposal waits no more.
    pub fn has_passed(&self, ticket: Ticket) -> bool {
        ticket.0 <= self.pushed - self.waiting.len() as u64
    }

    /// Puts back in front what one hold of the room's lock had to leave for
    /// the next. Under that same hold, so that nobody has seen it gone. Drops
    /// it when the room is closed.
    pub fn put_back(&mut self, mut rest: VecDeque<Proposal>) {
        if self.is_closed {
            return;
        }
        rest.append(&mut self.waiting);
        self.waiting = rest;
    }

    /// Whether it has been closed: then nobody may find the room open.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Drops what waits and refuses what comes.
    pub fn close(&mut self) {
        self.is_closed = true;
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_common::lines::Line;

    fn say(texts: &[&str]) -> Vec<Request> {
        let lines = texts.iter().map(|text| Line::new(text));
        lines.map(Request::Say).collect()
    }

    #[test]
    fn what_is_taken_off_has_passed_and_what_is_put_back_has_not() {
        let mut queue = Queue::default();
        let first = queue.push(ClientId(1), say(&["a"])).expect("open");
        let second = queue.push(ClientId(2), say(&["b", "c"])).expect("open");
        let mut taken = queue.take_unless_passed(first).expect("it waits");
        assert_eq!(taken.len(), 2);
        let third = queue.push(ClientId(3), say(&["d"])).expect("open");

        assert_eq!(taken.pop_front().map(|it| it.author), Some(ClientId(1)));
        queue.put_back(taken);
        assert!(queue.take_unless_passed(first).is_none());
        let taken = queue.take_unless_passed(second).expect("it waits again");
        let authors: Vec<_> = taken.iter().map(|it| it.author.0).collect();
        assert_eq!(authors, [2, 3], "the order stays");
        assert!(queue.take_unless_passed(third).is_none());
    }

    #[test]
    fn a_closed_queue_holds_nobody_up() {
        let mut queue = Queue::default();
        let ticket = queue.push(ClientId(1), say(&["a"])).expect("open");
        queue.close();
        assert!(queue.take_unless_passed(ticket).is_none());
        assert_eq!(queue.push(ClientId(1), say(&["b"])), None);

        let mut queue = Queue::default();
        let ticket = queue.push(ClientId(1), say(&["a"])).expect("open");
        let taken = queue.take_unless_passed(ticket).expect("it waits");
        queue.close();
        queue.put_back(taken);
        assert!(queue.take_unless_passed(ticket).is_none());
    }
}
