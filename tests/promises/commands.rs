//! Promise: every command does what `/help` says, under each of its names,
//! and what cannot be done is answered to the sender alone with what was
//! typed and with the rule.

use chat_kit::guest::Guest;
use chat_kit::server::Server;

const NOTHING: [&str; 0] = [];

/// Ada and bob, who know of each other.
fn two() -> (Server, Guest, Guest) {
    let server = Server::start(&["--rate", "off"]);
    let mut ada = Guest::named(&server, "ada");
    let bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    (server, ada, bob)
}

#[test]
fn help_lists_every_command_with_its_other_names() {
    let (_server, mut ada, mut bob) = two();
    for help in ["/help", "/HELP"] {
        ada.say(help);
        let list = ada.catch_up();
        let beginnings = [
            "* /name NAME (or /nick): ",
            "* /users (or /who, /names): ",
            "* /me TEXT: ",
            "* /msg NAME TEXT (or /w, /tell): ",
            "* /reply TEXT: ",
            "* /last [N] [before NUMBER]: ",
            "* /since TIME: ",
            "* /search WORDS [before NUMBER]: ",
            "* /help: ",
            "* /quit (or /exit): ",
            "* anything else is said to everyone; //x says /x",
        ];
        assert_eq!(list.len(), beginnings.len(), "{list:?}");
        for (line, beginning) in list.iter().zip(beginnings) {
            assert!(line.starts_with(beginning), "{line}");
        }
    }
    assert_eq!(bob.catch_up(), NOTHING);
}

#[test]
fn a_command_behind_a_space_is_refused_to_its_sender_alone() {
    let (_server, mut ada, mut bob) = two();
    for (line, verb) in [
        (" /msg bob secret", "msg"),
        ("\t /W bob secret", "W"),
        ("\u{3000}/reply secret", "reply"),
        ("\u{feff}/tell bob secret", "tell"),
        ("\u{ff0f}msg bob secret", "msg"),
        (" /quit", "quit"),
        ("\u{202e}/msg bob secret", "msg"),
        (" \u{2066}\u{85}/msg bob secret", "msg"),
        ("\u{200b}/m\u{200b}sg bob secret", "msg"),
        ("\u{fffe}\u{301}/w bob secret", "w"),
        ("\u{1b}OA\u{9b}200~/msg bob secret", "msg"),
    ] {
        ada.say(line);
        let told = ada.catch_up();
        let beginning = format!("* /{verb}: nothing was said; ");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(&beginning), "{told:?}");
    }
    assert_eq!(bob.catch_up(), NOTHING);
    ada.say(" //msg is how it is done");
    bob.hears_next("[t] ada:  /msg is how it is done");
    ada.say(" /etc is a folder");
    bob.hears_next("[t] ada:  /etc is a folder");
}

#[test]
fn users_lists_who_is_here_to_the_one_who_asks() {
    let (_server, mut ada, mut bob) = two();
    for verb in ["/users", "/who", "/names", "/WHO", "/Users please"] {
        ada.say(verb);
        ada.hears_next("* here (2): ada, bob");
    }
    assert_eq!(bob.catch_up(), NOTHING);
}

#[test]
fn name_and_nick_change_the_name() {
    let (_server, mut ada, mut bob) = two();
    ada.say("/nick eve");
    ada.hears_next("[t] * ada is now eve");
    ada.say("/NAME  ada ");
    ada.hears_next("[t] * eve is now ada");
    bob.hears_next("[t] * ada is now eve");
    bob.hears_next("[t] * eve is now ada");
}

#[test]
fn me_is_told_to_everyone_else() {
    let (_server, mut ada, mut bob) = two();
    ada.say("/me waves");
    ada.say("/ME  waves  again ");
    bob.hears_next("[t] ~ ada waves");
    bob.hears_next("[t] ~ ada waves  again");
    assert_eq!(ada.catch_up(), NOTHING);
}

#[test]
fn msg_reaches_one_person_alone() {
    let (server, mut ada, mut bob) = two();
    let mut cy = Guest::named(&server, "cy");
    ada.hears("[t] * cy joined");
    bob.hears("[t] * cy joined");
    for verb in ["/msg bob", "/w BOB", "/tell Ｂｏｂ", "/Msg bob"] {
        ada.say(&format!("{verb} psst, you"));
        ada.hears_next("* said to bob alone");
        bob.hears_next("[t] ada -> you: psst, you");
    }
    assert_eq!(cy.catch_up(), NOTHING);
}

#[test]
fn msg_to_nobody_or_to_oneself_is_refused() {
    let (_server, mut ada, mut bob) = two();
    ada.say("/msg zoe hello");
    ada.hears_next(
        "* /msg: nobody called \"zoe\" is here; /users lists who is",
    );
    ada.say("/tell Ada hello");
    ada.hears_next("* /msg: \"ada\" is you; name somebody else");
    assert_eq!(bob.catch_up(), NOTHING);
}

#[test]
fn reply_answers_whoever_wrote_last() {
    let (server, mut ada, mut bob) = two();
    let mut cy = Guest::named(&server, "cy");
    bob.say("/msg ada from bob");
    ada.hears("[t] bob -> you: from bob");
    cy.say("/msg ada from cy");
    ada.hears_next("[t] cy -> you: from cy");
    ada.say("/reply hello cy");
    ada.hears_next("* said to cy alone");
    cy.hears("[t] ada -> you: hello cy");
    // To the person, whatever they are called by now.
    cy.say("/name dee");
    ada.hears("[t] * cy is now dee");
    ada.say("/REPLY hello dee");
    cy.hears("[t] ada -> you: hello dee");
    let heard = bob.catch_up();
    assert!(!heard.iter().any(|l| l.contains("hello")), "{heard:?}");
}

#[test]
fn reply_to_nobody_and_to_somebody_who_has_left_is_refused() {
    let (server, mut ada, mut bob) = two();
    ada.say("/reply hello");
    ada.hears_next(
        "* /reply: nobody has written to you alone; /msg NAME TEXT begins",
    );
    bob.say("/msg ada hello");
    ada.hears_next("[t] bob -> you: hello");
    bob.say("/quit");
    ada.hears_next("[t] * bob left");
    // Somebody else of that name is somebody else.
    let mut other = Guest::named(&server, "bob");
    ada.hears_next("[t] * bob joined");
    ada.say("/reply hello");
    ada.hears_next(
        "* /reply: nobody called \"bob\" is here; /users lists who is",
    );
    assert_eq!(other.catch_up(), NOTHING);
}

#[test]
fn quit_and_exit_leave() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    for verb in ["/quit", "/exit", "/QUIT", "/Exit now"] {
        let mut bob = Guest::named(&server, "bob");
        bob.say(verb);
        bob.say("never said");
        assert_eq!(bob.lines_until_goodbye(), ["* goodbye"]);
        ada.hears("[t] * bob joined");
        ada.hears_next("[t] * bob left");
    }
}

#[test]
fn an_unknown_command_is_quoted_to_the_sender_alone() {
    let (_server, mut ada, mut bob) = two();
    for verb in ["/dance", "/Dance", "/namex", "/m", "/"] {
        ada.say(&format!("{verb} now"));
        let answer = ada.next_line("an answer");
        let rule = "there is no such command; /help lists them";
        assert!(answer.starts_with(&format!("* {verb}: {rule}")), "{answer}");
    }
    assert_eq!(bob.catch_up(), NOTHING);
}

#[test]
fn a_missing_argument_is_named() {
    let (_server, mut ada, mut bob) = two();
    for (typed, right) in [
        ("/name", "/name NAME"),
        ("/nick ", "/nick NAME"),
        ("/me", "/me TEXT"),
        ("/ME  ", "/ME TEXT"),
        ("/msg", "/msg NAME TEXT"),
        ("/msg bob", "/msg NAME TEXT"),
        ("/w bob ", "/w NAME TEXT"),
        ("/tell", "/tell NAME TEXT"),
        ("/reply", "/reply TEXT"),
    ] {
        ada.say(typed);
        let verb = typed.split(' ').next().unwrap_or_default();
        ada.hears_next(&format!(
            "* {verb}: something is missing; it is written {right}"
        ));
    }
    assert_eq!(bob.catch_up(), NOTHING);
}

#[test]
fn two_slashes_say_one() {
    let (_server, mut ada, mut bob) = two();
    ada.say("//quit");
    ada.say("///");
    ada.say(" //quit");
    bob.hears_next("[t] ada: /quit");
    bob.hears_next("[t] ada: //");
    bob.hears_next("[t] ada:  /quit");
}

#[test]
fn a_blank_line_says_nothing() {
    let (_server, mut ada, mut bob) = two();
    ada.send(b"\n\r\n   \n\t\n \r\n");
    ada.say("hello");
    bob.hears_next("[t] ada: hello");
    assert_eq!(ada.catch_up(), NOTHING);
}
