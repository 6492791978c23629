//! Promise: a name belongs to one person at a time, whoever asks first.

use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;

use chat_kit::guest::Guest;
use chat_kit::server::Server;

/// Asks for a name and returns the refusal.
fn refusal(guest: &mut Guest, name: &str) -> String {
    guest.say(&format!("/name {name}"));
    let answer = guest.catch_up().pop().unwrap_or_default();
    assert!(answer.starts_with("* /name: "), "{name:?}: {answer:?}");
    answer
}

#[test]
fn a_taken_name_is_refused_whatever_its_case_or_width() {
    let server = Server::start(&[]);
    let _ada = Guest::named(&server, "Ada");
    let _strasse = Guest::named(&server, "straße");
    let mut bob = Guest::named(&server, "bob");
    for (name, shown) in [
        ("Ada", "Ada"),
        ("ada", "ada"),
        ("ADA", "ADA"),
        ("Ａｄａ", "Ada"),
        ("STRASSE", "STRASSE"),
    ] {
        assert_eq!(
            refusal(&mut bob, name),
            format!(
                "* /name: \"{shown}\" is taken; a name belongs to one \
                 person at a time"
            )
        );
    }
    bob.say("/users");
    bob.hears("* here (3): Ada, straße, bob");
}

#[test]
fn a_name_that_looks_like_another_is_refused() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    for (present, asked) in [
        ("cop", "сор"),
        ("TOM", "ТОМ"),
        ("Anna", "ΑΝΝΑ"),
        ("alice", "alıce"),
        ("Alice", "aIice"),
        ("zoe", "zoë"),
        ("Ören", "oren"),
        ("ken", "kеn"),
    ] {
        let mut guest = Guest::named(&server, present);
        let why = refusal(&mut bob, asked);
        let looks = why.contains(&format!("looks like \"{present}\""));
        let mixed = why.contains("of one script");
        assert!(looks || mixed, "{asked}: {why}");
        guest.say("/quit");
        bob.hears(&format!("[t] * {present} left"));
    }
    bob.say("/users");
    bob.hears("* here (1): bob");
}

#[test]
fn names_that_can_be_told_apart_stand_beside_each_other() {
    let server = Server::start(&[]);
    let _tom = Guest::named(&server, "tom");
    let mut bob = Guest::named(&server, "bob");
    let mut before = "bob".to_owned();
    for name in ["torn", "Ali", "ALI", "мир", "zoë", "Ken_田中", "BOB2"] {
        bob.say(&format!("/name {name}"));
        bob.hears(&format!("[t] * {before} is now {name}"));
        before = name.to_owned();
    }
}

#[test]
fn a_text_too_long_for_a_name_is_answered_in_a_short_sentence() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    // In normal form each of these is 18 characters.
    let long = "\u{fdfa}".repeat(1300);
    let why = refusal(&mut bob, &long);
    assert!(why.contains("1 to 16 characters"), "{why}");
    assert!(why.len() < 400, "{why}");
    bob.say(&format!("/msg {long} hello"));
    let answer = bob.next_line("a refusal");
    assert!(answer.starts_with("* /msg: "), "{answer}");
}

/// How many claim a name at once.
const CLAIMANTS: usize = 20;
/// How many names they claim, one after the other.
const ROUNDS: usize = 20;

/// Claims a name in each round, together with the others; tells which of
/// them were given.
fn claim(mut guest: Guest, together: &Barrier) -> Vec<bool> {
    let mut given = Vec::new();
    for round in 0..ROUNDS {
        // A name is given up only when all have asked for it.
        together.wait();
        guest.say(&format!("/name claimed{round}"));
        let answers = guest.catch_up();
        given.push(!answers.iter().any(|l| l.starts_with("* /name: ")));
        together.wait();
    }
    given
}

#[test]
fn a_name_claimed_by_twenty_at_once_goes_to_exactly_one() {
    let server = Server::start(&["--rate", "off"]);
    let together = Barrier::new(CLAIMANTS);
    let guests: Vec<Guest> =
        (0..CLAIMANTS).map(|_| Guest::enter(&server)).collect();
    let given: Vec<Vec<bool>> = thread::scope(|scope| {
        let claims = guests.into_iter();
        let claims: Vec<_> = claims
            .map(|guest| scope.spawn(|| claim(guest, &together)))
            .collect();
        let claims = claims.into_iter().map(|claim| claim.join());
        claims.map(|given| given.expect("a claim")).collect()
    });
    for round in 0..ROUNDS {
        let owners = given.iter().filter(|given| given[round]).count();
        assert_eq!(owners, 1, "claimed{round}");
    }
}

/// Who has which name, as an observer is told.
#[derive(Default)]
struct Owners(HashSet<String>);

impl Owners {
    fn hear(&mut self, line: &str) {
        let told = line.strip_prefix("[t] * ").unwrap_or_default();
        if let Some(name) = told.strip_suffix(" joined") {
            assert!(self.0.insert(name.to_owned()), "two of them: {line}");
        } else if let Some((from, to)) = told.split_once(" is now ") {
            assert!(self.0.remove(from), "nobody has it: {line}");
            assert!(self.0.insert(to.to_owned()), "two of them: {line}");
        }
    }
}

#[test]
fn names_that_are_fought_over_have_one_owner_at_any_time() {
    let server = Server::start(&["--rate", "off"]);
    let mut observer = Guest::named(&server, "observer");
    let mut fighters: Vec<Guest> = (0..8)
        .map(|nth| Guest::named(&server, &format!("fighter{nth}")))
        .collect();
    for (nth, fighter) in fighters.iter_mut().enumerate() {
        // Taken and given up again, so that there is always a fight.
        let claims = format!("/name ada\n/name fighter{nth}\n").repeat(150);
        fighter.send(claims.as_bytes());
    }
    for fighter in &mut fighters {
        fighter.catch_up();
    }
    let heard = observer.catch_up();
    let mut owners = Owners::default();
    heard.iter().for_each(|line| owners.hear(line));
    let fought = heard.iter().filter(|l| l.contains(" is now "));
    assert!(fought.count() > 50, "nobody fought");
}

#[test]
fn a_name_is_free_as_soon_as_its_owner_has_left() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    // More changes of names than these are more than a burst.
    for _ in 0..5 {
        let mut ada = Guest::named(&server, "ada");
        bob.hears("[t] * ada joined");
        ada.say("/quit");
        bob.hears("[t] * ada left");
        bob.say("/name ada");
        bob.hears_next("[t] * bob is now ada");
        bob.say("/name bob");
        bob.hears_next("[t] * ada is now bob");
    }
}

#[test]
fn a_reserved_name_is_refused() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let names = ["server", "SYSTEM", "ｓｅｒｖｅｒ", "you", "admin"];
    let disguised = ["ЅҮЅТЕМ", "admín", "rööt", "røøt", "r00t", "aII"];
    let guests = [
        "guest-7",
        "GUEST-x",
        "guest",
        "guést-7",
        "guest0x",
        "guestー9",
        "guest一3",
    ];
    let closely = ["adrnin", "rnoderator", "se-rver", "s.erver"];
    let guests = guests.into_iter().chain(closely);
    for name in names.into_iter().chain(disguised).chain(guests) {
        let why = refusal(&mut bob, name);
        assert!(why.contains("nobody's"), "{name:?}: {why}");
    }
}

#[test]
fn a_name_that_breaks_a_rule_is_quoted_with_the_rule() {
    let server = Server::start(&[]);
    let mut bob = Guest::named(&server, "bob");
    let characters = "made of letters (one at least), digits, and - _ .";
    for (name, rule) in [
        ("a2345678901234567", "1 to 16 characters"),
        ("a b", characters),
        ("a:b", characters),
        ("37", characters),
        ("*", characters),
        ("~ada", characters),
        ("[ada]", characters),
        ("🎉", characters),
        ("a\u{200d}b", characters),
        ("аda", "of one script"),
        ("adа", "of one script"),
        ("ก\u{e34}\u{e34}", "at most 4 marks"),
        ("ก\u{e34}\u{e35}\u{e38}\u{e48}\u{e4c}", "at most 4 marks"),
    ] {
        let why = refusal(&mut bob, name);
        assert!(why.contains(&format!("\"{name}\"")), "{why}");
        assert!(why.contains(rule), "{why}");
    }
    bob.say("/users");
    bob.hears("* here (1): bob");
}

#[test]
fn names_of_many_scripts_are_given() {
    let server = Server::start(&[]);
    let mut guest = Guest::enter(&server);
    let mut before = guest.guest_name().to_owned();
    for (name, shown) in [
        ("a", "a"),
        ("Ada_L.-2", "Ada_L.-2"),
        ("a234567890123456", "a234567890123456"),
        ("Jürgen", "Jürgen"),
        ("日本", "日本"),
        ("Алиса", "Алиса"),
        ("שלום", "שלום"),
        ("कृष्ण", "कृष्ण"),
        ("Ｅｖｅ", "Eve"),
        ("e\u{301}", "é"),
    ] {
        guest.say(&format!("/name {name}"));
        guest.hears(&format!("[t] * {before} is now {shown}"));
        before = shown.to_owned();
    }
}

#[test]
fn ones_own_name_can_change_its_case_but_not_stay() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let why = refusal(&mut ada, "ada");
    assert_eq!(why, "* /name: \"ada\" is your name already");
    ada.say("/name Ada");
    ada.hears_next("[t] * ada is now Ada");
}

#[test]
fn a_refusal_is_heard_by_the_one_who_asked_alone() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    refusal(&mut bob, "ada");
    assert_eq!(ada.catch_up(), [""; 0]);
}
