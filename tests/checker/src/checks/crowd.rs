//! Crowd: many people at once, and more than the system lets in.

use std::thread;
use std::time::{Duration, Instant};

use crate::PATIENCE_MAX;
use crate::holding::{holding, limit_descriptors};
use crate::person::Person;
use crate::scene::Scene;
use crate::server::Server;
use crate::verdict::{Outcome, Trouble};

/// How many people are in the room at once: more than a pool of threads that
/// somebody thought was large.
const PEOPLE: usize = 40;
/// How many more descriptors a program may open when they run out.
const MORE_DESCRIPTORS: usize = 12;
/// How many people come then.
const STRANGERS: usize = 30;
/// How long the program may take to notice them. One that does not is right,
/// too, if the room goes on.
const NOTICE_MAX: Duration = Duration::from_millis(500);
/// How long it is watched at a time when nobody can come in, how often at
/// most, and how long it may run in that time, in hundredths of a second.
const WATCHED: Duration = Duration::from_millis(250);
const WATCHED_TIMES: usize = 4;
const TICKS_MAX: u64 = 8;
/// Where to look in one that never waits.
const SPINS: &str = "accept fails again at once as long as there is no free \
                     descriptor: sleep for a tenth of a second before the \
                     next try";
/// How often the program is looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// All of them are served, and each hears each.
pub fn crowd(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let mut people = Vec::new();
    for nth in 0..PEOPLE {
        let person = server.enter(&format!("p{nth}"));
        let mut person = person.map_err(|trouble| {
            trouble
                .after(&format!(
                    "{nth} people were there and stayed, and one more came"
                ))
                .look_at(
                    "is there a number of people from which on the next one \
                     waits, such as a pool of threads or an array of fixed \
                     size? Whoever comes needs a place of their own",
                )
        })?;
        person.hush();
        people.push(person);
    }
    for person in &mut people {
        person.says("here")?;
    }
    for person in &mut people {
        hear_all_others(person)?;
    }
    Ok(())
}

fn hear_all_others(person: &mut Person) -> Outcome {
    for nth in 1..PEOPLE {
        let heard = person.hears_words();
        if !heard.to_string().contains(": here") {
            return Err(Trouble::failed(
                format!("{PEOPLE} people were there, and each said a line"),
                format!("each hears {} lines", PEOPLE - 1),
                format!("line {nth} for {} was {heard}", person.name),
                "is there a number of people from which on somebody is left \
                 out, such as an array of fixed size?",
            ));
        }
    }
    Ok(())
}

/// The descriptors run out; those who are in talk on, and when some have
/// left the next one comes in.
pub fn limit(scene: &Scene) -> Outcome {
    let server = scene.server()?;
    let group = group_of(server);
    let mut bob = server.enter("bob")?;
    let mut ada = server.enter("ada")?;
    if limit_descriptors(group, MORE_DESCRIPTORS).is_none() {
        return Err(Trouble::CouldNotTell(
            "the limit of descriptors cannot be set here".to_owned(),
        ));
    }
    let happened = format!(
        "ada and bob were there; the program could open {MORE_DESCRIPTORS} \
         more descriptors, and {STRANGERS} people came"
    );
    let strangers = too_many_come(server);
    waits_meanwhile(group).map_err(|trouble| trouble.after(&happened))?;
    talk_on(server, &mut ada, &mut bob, strangers).map_err(|trouble| {
        trouble
            .after(&format!(
                "{happened}; ada spoke; then they left, and carl came"
            ))
            .look_at(
                "an error of accept, such as \"too many open files\", must \
                 not end the loop around it, nor the program: say so, wait a \
                 moment, and accept again. An error on the way from accept \
                 to the client's thread costs that client only",
            )
    })
}

fn group_of(server: &Server) -> u32 {
    server.program.borrow().group()
}

/// Whoever can let nobody in waits a moment before asking again.
fn waits_meanwhile(group: u32) -> Outcome {
    let ticks = || holding(group).unwrap_or_default().ticks;
    let mut ran = 0;
    for _ in 0..WATCHED_TIMES {
        let before = ticks();
        thread::sleep(WATCHED);
        ran = ticks().saturating_sub(before);
        if ran <= TICKS_MAX {
            return Ok(());
        }
    }
    Err(Trouble::failed(
        "nobody spoke",
        "the program waits a moment before it accepts again",
        format!("in {WATCHED:?} it ran for {} ms", ran * 10),
        SPINS,
    ))
}

fn too_many_come(server: &Server) -> Vec<Person> {
    let mut strangers = Vec::new();
    for nth in 0..STRANGERS {
        // Where they are refused, that is right as well.
        strangers.extend(server.connect(&format!("stranger{nth}")));
    }
    wait_until_noticed(server);
    strangers
}

/// Those who are in talk on, and when the strangers have left carl comes in.
fn talk_on(
    server: &Server,
    ada: &mut Person,
    bob: &mut Person,
    strangers: Vec<Person>,
) -> Outcome {
    ada.says("still here")?;
    bob.hears_said("ada", "still here")?;
    drop(strangers);
    let deadline = Instant::now() + PATIENCE_MAX * 4;
    let mut carl = loop {
        match server.enter("carl") {
            Ok(carl) => break carl,
            // The places of those who left may not be free yet.
            Err(_)
                if server.program.borrow_mut().ended().is_none()
                    && Instant::now() < deadline => {}
            Err(trouble) => return Err(trouble),
        }
    };
    ada.says("welcome")?;
    carl.hears_said("ada", "welcome")
}

/// Waits until the program holds as many descriptors as it may.
fn wait_until_noticed(server: &Server) {
    let group = group_of(server);
    let open = || holding(group).unwrap_or_default().descriptors;
    let deadline = Instant::now() + NOTICE_MAX;
    let mut before = open();
    while Instant::now() < deadline {
        thread::sleep(LOOK_EVERY);
        let now = open();
        if now == before && now > STRANGERS / 2 {
            // It may still be on its way to the error.
            thread::sleep(LOOK_EVERY);
            return;
        }
        before = now;
    }
}
