//! Whether the room has confirmed a name. Must not know how lines arrive, or
//! what is done with the answer.
//!
//! Others rename themselves too, and somebody else may join. What nobody
//! else can cause is the line that says that *my* guest name, which the
//! server told me when I came, is now the name I asked for.

use chat_common::events::Event;
use chat_common::lines::Line;
use chat_common::names::Name;

use crate::visit::room_line::RoomLine;

/// The verb a name is asked for with.
const VERB: &str = "name";

/// A name that was asked for. Follows me when I take another one, so that it
/// can be asked for again on the next connection.
#[derive(Clone, Debug)]
pub struct NameRequest {
    /// What the room calls me now; it says so when I come.
    called: Option<String>,
    /// What I asked for.
    wanted: Name,
}

/// What a line means for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: it is about something else.
    NoAnswer,
    /// The name is mine.
    Confirmed,
    /// It is not, and this is why.
    Refused(String),
}

impl NameRequest {
    /// A request for this name, not made yet.
    pub fn new(wanted: Name) -> Self {
        Self {
            called: None,
            wanted,
        }
    }

    /// What I asked for, or the name I have taken since.
    pub fn name(&self) -> &str {
        self.wanted.as_str()
    }

    /// Whether the room calls me what I want to be called.
    pub fn is_mine(&self) -> bool {
        self.called.as_deref() == Some(self.name())
    }

    /// The room is reached anew: it has not said yet what it calls me.
    pub fn begin(&mut self) {
        self.called = None;
    }

    /// Another name.
    pub fn want(&mut self, wanted: Name) {
        self.wanted = wanted;
    }

    /// The line that asks the room for the name.
    pub fn request(&self) -> Line {
        Line::new(&format!("/{VERB} {}", self.wanted))
    }

    /// Takes in a line of the room.
    pub fn hear(&mut self, line: &RoomLine<'_>) -> Answer {
        let Some(heard) = line.parsed() else {
            return Answer::NoAnswer;
        };
        match heard.event {
            // What was said earlier is a record, not an answer.
            _ if heard.earlier => Answer::NoAnswer,
            Event::YouAre { guest } => {
                self.called = Some(guest.to_owned());
                Answer::NoAnswer
            }
            Event::Renamed { from, to }
                if self.called.as_deref() == Some(from) =>
            {
                self.become_known_as(to)
            }
            // A room that gave back the name of a dead connection.
            Event::Refused { verb: VERB, why } if why == self.is_yours() => {
                self.called = Some(self.name().to_owned());
                Answer::Confirmed
            }
            Event::Refused { verb: VERB, why } => {
                Answer::Refused(why.to_owned())
            }
            _ => Answer::NoAnswer,
        }
    }

    /// Why a room refuses the name that it has given already.
    fn is_yours(&self) -> String {
        format!("\"{}\" is your name already", self.wanted)
    }

    fn become_known_as(&mut self, name: &str) -> Answer {
        self.called = Some(name.to_owned());
        if self.wanted.as_str() == name {
            return Answer::Confirmed;
        }
        // Taken later with `/name`: the one to ask for from now on.
        if let Ok(name) = Name::parse(name) {
            self.wanted = name;
        }
        Answer::NoAnswer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YOU_ARE: &str =
        "* you are guest-3; /name NAME changes that, /help lists the rest";

    fn request_of(name: &str) -> NameRequest {
        NameRequest::new(Name::parse(name).expect("a good name"))
    }

    /// What this line answers.
    fn hear(request: &mut NameRequest, line: &str) -> Answer {
        request.hear(&RoomLine::read(&Line::new(line)))
    }

    /// What the last of these lines answers.
    fn answer(request: &mut NameRequest, lines: &[&str]) -> Answer {
        let answers = lines.iter().map(|line| hear(request, line));
        answers.last().expect("at least one line")
    }

    #[test]
    fn my_guest_name_becoming_the_name_confirms_it() {
        let mut request = request_of("ada");
        assert_eq!(request.request().as_str(), "/name ada");
        let lines = [YOU_ARE, "[14:03:07] * guest-3 is now ada"];
        for (line, right) in
            lines.iter().zip([Answer::NoAnswer, Answer::Confirmed])
        {
            assert_eq!(hear(&mut request, line), right, "{line}");
        }
    }

    #[test]
    fn nothing_anybody_else_does_confirms_it() {
        let mut request = request_of("ada");
        for line in [
            "[14:03:07] * guest-3 is now ada",
            YOU_ARE,
            "[14:03:07] * guest-4 is now ada",
            "[14:03:07] * guest-3 is now bob",
            "[14:03:07] * ada joined",
            "[14:03:07] (earlier) * guest-3 is now ada",
            "[14:03:07] bob: * guest-3 is now ada",
            "* guest-3 is now ada",
            "guest-3 is now ada",
        ] {
            let answer = hear(&mut request, line);
            assert_eq!(answer, Answer::NoAnswer, "{line}");
        }
    }

    #[test]
    fn a_refusal_says_why() {
        let mut request = request_of("ada");
        let why = "\"ada\" is taken".to_owned();
        let line = "* /name: \"ada\" is taken";
        let answer = answer(&mut request, &[YOU_ARE, line]);
        assert_eq!(answer, Answer::Refused(why));
        assert_eq!(
            hear(&mut request, "* /msg: nobody is called ada"),
            Answer::NoAnswer
        );
    }

    #[test]
    fn another_name_can_be_wanted_after_a_refusal() {
        let mut request = request_of("ada");
        answer(&mut request, &[YOU_ARE, "* /name: \"ada\" is taken"]);
        request.want(Name::parse("Ａda2").expect("a good name"));
        assert_eq!(request.request().as_str(), "/name Ada2");
        let line = "[14:03:07] * guest-3 is now Ada2";
        assert_eq!(hear(&mut request, line), Answer::Confirmed);
    }

    #[test]
    fn a_name_that_is_mine_already_is_confirmed() {
        let mut request = request_of("ada");
        let line = "* /name: \"ada\" is your name already";
        assert_eq!(answer(&mut request, &[YOU_ARE, line]), Answer::Confirmed);
        assert!(request.is_mine());
        let mut given = request_of("ada");
        let line =
            "* you are ada; /name NAME changes that, /help lists the rest";
        assert!(!given.is_mine());
        answer(&mut given, &[line]);
        assert!(given.is_mine());
    }

    #[test]
    fn a_name_taken_later_is_the_one_to_claim_again() {
        let mut request = request_of("ada");
        for line in [
            YOU_ARE,
            "[14:03:07] * guest-3 is now ada",
            "[14:03:07] * bob is now eve",
            "[14:03:07] * ada is now lovelace",
        ] {
            hear(&mut request, line);
        }
        assert_eq!(request.request().as_str(), "/name lovelace");
    }
}
