//! The person's own lines that the room has not confirmed yet, each with the
//! number it was sent under. Pure: must not know how they are sent or shown.
//!
//! A number is the room's way to know a line again: one that was taken under
//! it is not taken twice. So a line keeps its number on the connection it was
//! sent on, and loses it when the room says that it has not come.

use std::collections::VecDeque;

use chat_common::commands::Command;
use chat_common::lines::Line;

/// How many lines may be on their way at once: four pastes of the most
/// lines. A room that confirms nothing must not fill the memory.
pub const UNCONFIRMED_LINES_MAX: usize = 2000;

/// What a line of the person's is, as far as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// It waits for the room before it is shown among what was said.
    Waits,
    /// It is a command: it will not become part of what was said.
    Command,
    /// It stands among what was said.
    Shown,
}

/// How far a line has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It has to be sent.
    Unsent,
    /// It was sent under this number.
    Sent(u64),
    /// The room has taken it, and has not said what it became.
    Taken(u64),
}

#[derive(Debug)]
struct OwnLine {
    line: Line,
    look: Look,
    way: Way,
}

/// What has become of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is the one the room has just confirmed; to be shown now.
    Confirmed(Line),
    /// The room had taken it before a loss; to be shown now.
    TakenBefore(Line),
    /// The room has taken a later one, and not this.
    PassedOver(Line),
}

/// Lines in the order in which they were typed.
#[derive(Debug, Default)]
pub struct Unconfirmed {
    lines: VecDeque<OwnLine>,
    /// The last number that was used.
    last: u64,
}

impl Unconfirmed {
    /// Whether the room has confirmed all.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many lines it has not confirmed.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is room for one more.
    pub fn has_room(&self) -> bool {
        self.lines.len() < UNCONFIRMED_LINES_MAX
    }

    /// A number for a line that this program sends for itself.
    pub fn next_number(&mut self) -> u64 {
        // A room may claim to have taken any number of lines.
        self.last = self.last.checked_add(1).unwrap_or(1);
        self.last
    }

    /// Takes in a line that is sent now, and gives it a number.
    pub fn send(&mut self, line: Line) -> u64 {
        let number = self.next_number();
        let look = match Command::parse(line.clone()) {
            Ok(Command::Say(_) | Command::Act(_)) => Look::Waits,
            _ => Look::Command,
        };
        let way = Way::Sent(number);
        self.lines.push_back(OwnLine { line, look, way });
        number
    }

    /// The room has been reached again, and says how many lines it has taken:
    /// what comes behind them has to be sent again, under new numbers.
    pub fn resume(&mut self, taken_to: u64) {
        self.last = taken_to;
        for own in &mut self.lines {
            own.way = match own.way {
                Way::Sent(number) | Way::Taken(number)
                    if number <= taken_to =>
                {
                    Way::Taken(number)
                }
                _ => Way::Unsent,
            };
        }
    }

    /// The room begins to count anew: it cannot say what it has taken.
    pub fn begin_anew(&mut self) -> Vec<Line> {
        self.last = 0;
        self.give_up()
    }

    /// Gives numbers to the lines that have to be sent.
    pub fn send_again(&mut self) -> Vec<(u64, Line)> {
        let mut sent = Vec::new();
        for nth in 0..self.lines.len() {
            if self.lines[nth].way == Way::Unsent {
                let number = self.next_number();
                self.lines[nth].way = Way::Sent(number);
                sent.push((number, self.lines[nth].line.clone()));
            }
        }
        sent
    }

    /// The room has taken the line with this number, and so has passed over
    /// whatever was sent before it and not taken.
    pub fn confirm(&mut self, number: u64) -> Vec<Fate> {
        let mut fates = Vec::new();
        while let Some(own) = self.lines.front() {
            let (Way::Sent(own_number) | Way::Taken(own_number)) = own.way
            else {
                break;
            };
            if own_number > number {
                break;
            }
            let Some(OwnLine { line, look, way }) = self.lines.pop_front()
            else {
                break;
            };
            let is_shown = look == Look::Shown;
            match way {
                _ if own_number == number && !is_shown => {
                    fates.push(Fate::Confirmed(line));
                }
                Way::Taken(_) if !is_shown => {
                    fates.push(Fate::TakenBefore(line));
                }
                Way::Sent(_) if own_number < number => {
                    fates.push(Fate::PassedOver(line));
                }
                _ => (),
            }
        }
        fates
    }

    /// The lines that the room took before a loss, and will say no more
    /// about.
    pub fn settle_taken(&mut self) -> Vec<Line> {
        let taken = |own: &OwnLine| matches!(own.way, Way::Taken(_));
        let count = self.lines.iter().take_while(|own| taken(own)).count();
        let settled = self.lines.drain(..count);
        let unseen = settled.filter(|own| own.look != Look::Shown);
        unseen.map(|own| own.line).collect()
    }

    /// Whether the next line that the room took before a loss said this.
    /// Then it is settled.
    pub fn settle_if_said(&mut self, text: &str) -> Option<Line> {
        let front = self.lines.front()?;
        let says = match Command::parse(front.line.clone()) {
            Ok(Command::Say(said) | Command::Act(said)) => {
                said.as_str() == text
            }
            _ => false,
        };
        let is_taken = matches!(front.way, Way::Taken(_));
        let own = (says && is_taken).then(|| self.lines.pop_front())??;
        Some(own.line)
    }

    /// The commands that nothing waits before: shown now, so that they stand
    /// above their answers.
    pub fn commands_to_show(&mut self) -> Vec<Line> {
        let mut commands = Vec::new();
        for own in &mut self.lines {
            match own.look {
                Look::Waits => break,
                Look::Command => {
                    own.look = Look::Shown;
                    commands.push(own.line.clone());
                }
                Look::Shown => (),
            }
        }
        commands
    }

    /// The lines that are not shown among what was said yet.
    pub fn waiting(&self) -> impl DoubleEndedIterator<Item = &Line> {
        let waiting = self.lines.iter().filter(|own| own.look != Look::Shown);
        waiting.map(|own| &own.line)
    }

    /// Nothing more will be heard of these lines.
    pub fn give_up(&mut self) -> Vec<Line> {
        let lines = std::mem::take(&mut self.lines);
        lines.into_iter().map(|own| own.line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::new(text)
    }

    fn sent(texts: &[&str]) -> Unconfirmed {
        let mut lines = Unconfirmed::default();
        for text in texts {
            lines.send(line(text));
        }
        lines
    }

    #[test]
    fn lines_are_confirmed_in_order() {
        let mut lines = sent(&["one", "two", "three"]);
        assert_eq!(lines.confirm(1), [Fate::Confirmed(line("one"))]);
        assert_eq!(lines.confirm(1), []);
        assert_eq!(
            lines.confirm(3),
            [
                Fate::PassedOver(line("two")),
                Fate::Confirmed(line("three"))
            ]
        );
        assert!(lines.is_empty());
        assert_eq!(lines.confirm(99), []);
    }

    #[test]
    fn what_the_room_has_not_taken_is_sent_again_under_new_numbers() {
        let mut lines = sent(&["one", "two", "three"]);
        lines.resume(1);
        // This program's own request comes first.
        assert_eq!(lines.next_number(), 2);
        // That connection broke as well, before anything else was sent.
        lines.resume(2);
        assert_eq!(lines.settle_taken(), [line("one")]);
        let again = lines.send_again();
        assert_eq!(again, [(3, line("two")), (4, line("three"))]);
        assert_eq!(lines.send_again(), []);
    }

    #[test]
    fn a_taken_line_is_found_again_by_its_number_or_by_its_words() {
        let mut lines = sent(&["one", "two", "three"]);
        lines.resume(3);
        assert_eq!(lines.settle_if_said("two"), None);
        assert_eq!(lines.settle_if_said("one"), Some(line("one")));
        assert_eq!(
            lines.confirm(3),
            [
                Fate::TakenBefore(line("two")),
                Fate::Confirmed(line("three"))
            ]
        );
    }

    #[test]
    fn commands_are_shown_as_soon_as_nothing_waits_before_them() {
        let mut lines = sent(&["/users", "one", "/me waves", "/help"]);
        assert_eq!(lines.commands_to_show(), [line("/users")]);
        assert_eq!(lines.commands_to_show(), []);
        assert_eq!(lines.waiting().count(), 3);
        assert_eq!(lines.confirm(1), []);
        assert_eq!(lines.confirm(2), [Fate::Confirmed(line("one"))]);
        assert_eq!(lines.commands_to_show(), []);
        assert_eq!(lines.confirm(3), [Fate::Confirmed(line("/me waves"))]);
        assert_eq!(lines.commands_to_show(), [line("/help")]);
    }

    #[test]
    fn a_room_that_claims_to_have_taken_any_number_ends_nothing() {
        let mut lines = sent(&["one"]);
        lines.resume(u64::MAX);
        assert_eq!(lines.settle_taken(), [line("one")]);
        lines.send(line("two"));
        lines.resume(0);
        assert_eq!(lines.send_again(), [(1, line("two"))]);
    }
}
