//! Order: all hear all lines, once, whole, and in the same order.

use std::sync::Barrier;
use std::thread;

use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

const AUTHORS: usize = 8;
const LINES_EACH: usize = 50;
const ROUNDS: usize = 4;
/// How many people are silent between the first and the last.
const BETWEEN: usize = 32;
/// How many rounds those two are compared.
const ROUNDS_APART: usize = 8;

const SENT: &str = "8 people said 50 lines each, all at the same time";
const LOOK: &str = "hold one lock while a line goes to everyone in the list: \
                    if each client is written to under a lock of its own, or \
                    under none, two lines can overtake each other";

/// Everyone talks at once; a listener's order is everybody's order.
pub fn order(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut listener = server.enter("listener")?;
    let mut authors = Vec::new();
    for nth in 0..AUTHORS {
        authors.push(server.enter(&format!("p{nth}"))?);
    }
    // Two lines that may overtake each other do not always do it.
    for _ in 0..ROUNDS {
        one_round(&mut listener, &mut authors)?;
    }
    far_apart(server, &mut listener, &mut authors)
}

/// The first and the last of many: whoever lets go of the lock between them
/// has a long way on which others can overtake.
fn far_apart(
    server: &Server,
    first: &mut Person,
    authors: &mut [Person],
) -> Outcome {
    let mut between = Vec::new();
    for nth in 0..BETWEEN {
        between.push(server.enter(&format!("silent{nth}"))?);
    }
    let mut last = server.enter("last")?;
    for _ in 0..ROUNDS_APART {
        talk(authors)?;
        let all = listen(first, AUTHORS * LINES_EACH)?;
        let heard = listen(&mut last, AUTHORS * LINES_EACH)?;
        compare(&last, &heard, all.iter())?;
    }
    Ok(())
}

fn one_round(listener: &mut Person, authors: &mut [Person]) -> Outcome {
    talk(authors)?;
    let all = listen(listener, AUTHORS * LINES_EACH)?;
    for nth in 0..AUTHORS {
        in_turn(&all, &format!("p{nth}: "))?;
    }
    for author in authors {
        let heard = listen(author, (AUTHORS - 1) * LINES_EACH)?;
        let own = format!("{}: ", author.name);
        if let Some(line) = heard.iter().find(|line| line.starts_with(&own)) {
            return Err(heard_itself(author, line));
        }
        let expected = all.iter().filter(|line| !line.starts_with(&own));
        compare(author, &heard, expected)?;
    }
    Ok(())
}

fn talk(authors: &mut [Person]) -> Outcome {
    let together = Barrier::new(authors.len());
    thread::scope(|scope| {
        let threads: Vec<_> = authors
            .iter_mut()
            .map(|author| scope.spawn(|| talk_alone(author, &together)))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| {
                Err(Trouble::CouldNotTell("an author panicked".to_owned()))
            })
        })
    })
}

fn talk_alone(author: &mut Person, together: &Barrier) -> Outcome {
    together.wait();
    for nth in 0..LINES_EACH {
        author.says(&nth.to_string())?;
    }
    Ok(())
}

fn listen(person: &mut Person, count: usize) -> Result<Vec<String>, Trouble> {
    let mut lines = Vec::new();
    while lines.len() < count {
        match person.hears_words() {
            Heard::Line(line) => lines.push(line),
            other => {
                return Err(Trouble::failed(
                    SENT,
                    format!("{} hears {count} lines", person.name),
                    format!(
                        "{} heard {} lines and then {other}",
                        person.name,
                        lines.len()
                    ),
                    "is every line written to everyone in the list, and does \
                     one thread never cut into another's write?",
                ));
            }
        }
    }
    Ok(lines)
}

fn heard_itself(author: &Person, line: &str) -> Trouble {
    Trouble::failed(
        SENT,
        "nobody hears what they said themselves",
        format!("{} heard {line:?}", author.name),
        "skip the author when a line is sent to everyone in the list",
    )
}

/// What one author said came in the order it was said, and is whole.
fn in_turn(all: &[String], author: &str) -> Outcome {
    let heard: Vec<&str> = all
        .iter()
        .filter_map(|line| line.strip_prefix(author))
        .collect();
    let expected: Vec<String> =
        (0..LINES_EACH).map(|nth| nth.to_string()).collect();
    if heard == expected {
        return Ok(());
    }
    if let Some(line) = all.iter().find(|line| !is_whole(line)) {
        return Err(Trouble::failed(
            SENT,
            "every line comes whole",
            format!("the listener heard {line:?}"),
            LOOK,
        ));
    }
    Err(Trouble::failed(
        SENT,
        format!(
            "the listener hears {author}0 to {}, in turn",
            LINES_EACH - 1
        ),
        format!("the listener heard {}", heard.join(" ")),
        LOOK,
    ))
}

/// Whether a line is what somebody said.
fn is_whole(line: &str) -> bool {
    let said = line
        .strip_prefix('p')
        .and_then(|rest| rest.split_once(": "));
    said.is_some_and(|(author, nth)| {
        author.parse().is_ok_and(|author: usize| author < AUTHORS)
            && nth.parse().is_ok_and(|nth: usize| nth < LINES_EACH)
    })
}

fn compare<'a>(
    author: &Person,
    heard: &[String],
    expected: impl Iterator<Item = &'a String>,
) -> Outcome {
    let name = &author.name;
    for (nth, (own, other)) in heard.iter().zip(expected).enumerate() {
        if own != other {
            return Err(Trouble::failed(
                SENT,
                "all hear them in the same order",
                format!(
                    "not counting {name}'s own, line {nth} was {other:?} for \
                     the listener and {own:?} for {name}"
                ),
                LOOK,
            ));
        }
    }
    Ok(())
}
