//! Promise: a visit leaves nothing behind, however it ends, and a connection
//! that is dead or interrupted is treated as what it is.

use std::time::Duration;

use chat_kit::guest::Guest;
use chat_kit::server::Server;
use chat_kit::sockets::keep_alive_in;
use chat_kit::waiting::eventually;

#[test]
fn two_hundred_visits_leave_no_thread_and_no_descriptor_behind() {
    let server = Server::start(&[]);
    let mut ada = Guest::named(&server, "ada");
    let process = &server.process;
    let before = (process.threads(), process.descriptors());
    for visit in 0..200 {
        let mut guest = Guest::connect(server.address);
        match visit % 4 {
            // Gone at once, perhaps with a reset.
            0 => (),
            1 => guest.hears_next("Welcome to the chatroom!"),
            2 => guest.say("/quit"),
            _ => guest.stop_sending(),
        }
    }
    eventually("as many threads and descriptors as before", || {
        ((process.threads(), process.descriptors()) == before).then_some(())
    });
    ada.say("/users");
    ada.hears("* here (1): ada");
}

#[test]
fn somebody_who_keeps_the_line_open_after_goodbye_is_cut_off() {
    let server = Server::start(&[]);
    let process = &server.process;
    let _ada = Guest::named(&server, "ada");
    let before = (process.threads(), process.descriptors());
    let mut bob = Guest::named(&server, "bob");
    bob.say("/quit");
    bob.hears("* goodbye");
    // Bob has not closed and does not.
    eventually("as many threads and descriptors as before", || {
        ((process.threads(), process.descriptors()) == before).then_some(())
    });
}

#[test]
fn the_machine_of_a_silent_person_is_asked_whether_it_is_there() {
    let server = Server::start(&[]);
    let ada = Guest::named(&server, "ada");
    let here = ada.stream().local_addr().expect("an address");
    let asked_in = eventually("a keep-alive timer", || {
        keep_alive_in(server.address, here)
    });
    // A vanished peer is to be noticed after some 30 seconds.
    assert!(asked_in <= Duration::from_secs(30), "{asked_in:?}");
}

#[test]
fn a_server_that_is_halted_and_goes_on_loses_nobody() {
    // While there is a limit to silence, reading has one too, and Linux ends
    // such a wait early when a halted program goes on.
    let server = Server::start(&["--idle", "600"]);
    let mut ada = Guest::named(&server, "ada");
    let mut bob = Guest::named(&server, "bob");
    ada.hears("[t] * bob joined");
    server.process.pause();
    bob.say("still here?");
    ada.hears_next("[t] bob: still here?");
}
