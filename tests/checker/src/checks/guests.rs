//! Guests: who has no name yet, who is refused one, and who is lost, as the
//! others see them.

use std::thread;
use std::time::{Duration, Instant};

use chat_kit::text::cut_time;

use super::names::{Claim, claim, never_free};
use crate::PATIENCE_MAX;
use crate::person::{Heard, Person};
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};
use crate::words::{EARLIER, wrong_form};

/// How many come at once, each to say a word and to leave.
const AT_ONCE: usize = 6;

const ONCE: &str = "whatever way a session ends, it says once that its \
                    client left: where the client is taken out of the list";

const OWN_COMING: &str = "nobody is told of their own coming: that is for \
                          the others";

/// How long a welcome may take. Where there is none it is waited for in vain.
const WELCOME_MAX: Duration = Duration::from_millis(200);

/// What is heard once when it is time, and never again.
const GONE: [&str; 2] = ["* dan left", "* eve left"];

/// Without a name one is nobody; with one, one comes once and leaves once.
pub fn guests(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut bob = server.enter("bob")?;
    let mut carl = server.enter("carl")?;
    next_is(
        &mut bob,
        "* carl joined",
        "who comes is announced once, with a name; who has given none, and \
         has left, is no news: others are not told of them",
    )?;
    nameless(server, &mut bob, &mut carl)?;
    refused(server, &mut bob, &mut carl)?;
    lost(server, &mut bob, &mut carl)?;
    all_at_once(server, &mut bob, &mut carl)
}

/// Somebody who never says a name is not seen, and sees nothing.
fn nameless(server: &Server, bob: &mut Person, carl: &mut Person) -> Outcome {
    const LOOK: &str = "who has given no name is in the list to be answered \
                        only: others are not told of them, and they are not \
                        told what others say";
    let mut ghost = server.connect("nobody")?;
    let mut late = server.connect("late")?;
    // Whoever is asked for a name is in the list; nobody has to ask.
    for person in [&mut ghost, &mut late] {
        let _ = person.hears_within(WELCOME_MAX);
    }
    carl.says("before anybody has a name")?;
    next_is(bob, "carl: before anybody has a name", LOOK)?;
    carl.sends(b"/users\n")?;
    match carl.hears_notice() {
        Heard::Line(line)
            if !line.contains("None")
                && !line.contains("null")
                && !line.contains("undefined")
                && !line.contains(", ,")
                && !line.trim_end().ends_with(',') => {}
        other => {
            return Err(Trouble::failed(
                "two people have names, two have not; one asked \"/users\"",
                "the names of those who have one",
                carl.came(&other),
                LOOK,
            ));
        }
    }
    ghost.says_no_more();
    while let Heard::Line(line) = ghost.hears() {
        if line.contains("before anybody") {
            return Err(heard_too_early(&ghost, &line, LOOK));
        }
    }
    late.sends(b"dan\n")?;
    let mut answered = false;
    while !answered {
        match late.hears() {
            Heard::Line(line) if line.contains("before anybody") => {
                return Err(heard_too_early(&late, &line, LOOK));
            }
            Heard::Line(line) if line.contains("* dan joined") => {
                return Err(Trouble::failed(
                    "somebody sent the name \"dan\"",
                    "the others are told that dan joined",
                    format!("{} heard {line:?}", late.name),
                    OWN_COMING,
                ));
            }
            Heard::Line(line) => answered = line.starts_with("* you are dan"),
            other => {
                return Err(Trouble::failed(
                    "somebody connected, waited, and sent the name \"dan\"",
                    "\"* you are dan\"",
                    late.came(&other),
                    LOOK,
                ));
            }
        }
    }
    next_is(bob, "* dan joined", LOOK)?;
    carl.says("now")?;
    next_is(&mut late, "carl: now", OWN_COMING)?;
    next_is(bob, "carl: now", LOOK)?;
    late.sends(b"/quit\n")?;
    next_is(bob, "* dan left", LOOK)?;
    carl.says("bye, dan")?;
    next_is(bob, "carl: bye, dan", ONCE)
}

fn heard_too_early(person: &Person, line: &str, look: &str) -> Trouble {
    Trouble::failed(
        "somebody connected and gave no name, and carl said something",
        "only those who have a name hear it",
        format!("{} heard {line:?}", person.name),
        look,
    )
}

/// Who is refused a name and leaves has changed nothing.
fn refused(server: &Server, bob: &mut Person, carl: &mut Person) -> Outcome {
    const LOOK: &str = "a refused name changes nothing: let go of the lock on \
                        that way out too, announce nothing, and when that \
                        client leaves, the name stays with its owner";
    let mut other = server.connect("another")?;
    if claim(&mut other, "carl")? == Claim::Won {
        return Err(Trouble::failed(
            "carl is there, and another client asked for the name \"carl\"",
            "a line with the word \"taken\"",
            "both are called carl",
            LOOK,
        ));
    }
    other.says_no_more();
    while let Heard::Line(_) = other.hears() {}
    carl.says("still here")?;
    next_is(bob, "carl: still here", LOOK)
}

/// A lost connection gives its name back, and is told once.
fn lost(server: &Server, bob: &mut Person, carl: &mut Person) -> Outcome {
    const LOOK: &str = "a reset is an end as well: whatever way a session \
                        ends, its client leaves the list, its name is free, \
                        and that it left is said once";
    for _ in 0..3 {
        let ghost = come_again(server, "eve").map_err(|t| t.look_at(LOOK))?;
        next_is(bob, "* eve joined", LOOK)?;
        ghost.resets();
        next_is(bob, "* eve left", LOOK)?;
        carl.says("who is next?")?;
        next_is(bob, "carl: who is next?", LOOK)?;
    }
    bob.sends(b"/users\n")?;
    match bob.hears_notice() {
        Heard::Line(line) if !line.contains("eve") => Ok(()),
        other => Err(Trouble::failed(
            "eve's connection was lost, and bob asked \"/users\"",
            "an answer without eve",
            bob.came(&other),
            LOOK,
        )),
    }
}

/// Somebody takes a name whose owner has left a moment ago: it may be free a
/// little later than that is told.
fn come_again(server: &Server, name: &str) -> Result<Person, Trouble> {
    let deadline = Instant::now() + PATIENCE_MAX;
    let mut person = server.connect(name)?;
    while claim(&mut person, name)? == Claim::Taken {
        if Instant::now() > deadline {
            return Err(never_free(name));
        }
    }
    Ok(person)
}

/// Several come, speak and leave at once: two listeners hear one story.
fn all_at_once(
    server: &Server,
    bob: &mut Person,
    carl: &mut Person,
) -> Outcome {
    let mut people = Vec::new();
    for nth in 0..AT_ONCE {
        people.push(server.connect(&format!("guest{nth}"))?);
    }
    thread::scope(|scope| {
        let guests: Vec<_> = people
            .into_iter()
            .map(|person| scope.spawn(move || one_stay(person)))
            .collect();
        guests.into_iter().try_for_each(|guest| {
            guest.join().unwrap_or_else(|_| {
                Err(Trouble::CouldNotTell("a guest panicked".to_owned()))
            })
        })
    })?;
    let story = until_all_left(bob)?;
    let other = until_all_left(carl)?;
    if story == other {
        return Ok(());
    }
    let at = story.iter().zip(&other).position(|(one, two)| one != two);
    let at = at.unwrap_or_default();
    Err(Trouble::failed(
        "six people came, said a word and left, all at the same time",
        "everybody hears all of it in the same order",
        format!(
            "line {at} was {:?} for bob and {:?} for carl",
            story.get(at).map_or("", String::as_str),
            other.get(at).map_or("", String::as_str)
        ),
        "say that somebody joined or left under the same lock, and in the \
         same hold, that changes the list; words go out under that lock too",
    ))
}

fn one_stay(mut guest: Person) -> Outcome {
    let name = guest.name.clone();
    guest.hush();
    guest.sends(format!("{name}\nhi\n/quit\n").as_bytes())?;
    while let Heard::Line(_) = guest.hears() {}
    Ok(())
}

fn until_all_left(person: &mut Person) -> Result<Vec<String>, Trouble> {
    let mut story = Vec::new();
    let mut left = 0;
    while left < AT_ONCE {
        match person.hears() {
            Heard::Line(line) => {
                let told = cut_time(&line).unwrap_or(&line).to_owned();
                if told.contains("guest") {
                    left += usize::from(told.contains(" left"));
                    story.push(told);
                }
            }
            other => {
                return Err(Trouble::failed(
                    "six people came, said a word and left, at the same time",
                    "the others hear that all six have left",
                    person.came(&other),
                    ONCE,
                ));
            }
        }
    }
    Ok(story)
}

/// The next line is this one, behind its time, and no other; those that
/// were said earlier do not count.
fn next_is(person: &mut Person, expected: &str, look: &str) -> Outcome {
    let mut heard = person.hears();
    while matches!(&heard, Heard::Line(line) if line.contains(EARLIER)) {
        heard = person.hears();
    }
    let told = match &heard {
        Heard::Line(line) => cut_time(line),
        _ => None,
    };
    if told == Some(expected) {
        return Ok(());
    }
    let again = told.is_some_and(|told| GONE.contains(&told));
    let look = match wrong_form(expected, &heard) {
        Some(form) => form,
        None if again => ONCE,
        None => look,
    };
    Err(person.heard_instead(expected, &heard).look_at(look))
}
