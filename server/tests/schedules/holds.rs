//! How much one hold of the room's lock does, no more and no less: what cannot
//! be seen from outside.

use chat_common::lines::Line;
use chat_server::config::{BACKLOG_BYTES_MAX_LEAST, Config};

use crate::circumstances::{CALM, explore};
use crate::logging::background_writer::background_writer;
use crate::logging::log::{Level, Log};
use crate::net::connection::{Holds, Terminal, connection};
use crate::platform::clock::Clock;
use crate::room::Room;
use crate::room::client_id::ClientId;
use crate::room::record::Record;
use crate::room::request::Request;
use crate::scenario::newcomer;

/// What ada hears of these words of bob's, and in what pieces.
fn heard(config: &Config, words: &[Line]) -> (Terminal, Vec<usize>) {
    let (writer, _thread) = background_writer(1);
    let log = Log::new(Level::Trouble, Clock, writer);
    let (room, _to_do) = Room::new(config, log, Record::default());
    let [mut ada, _bob] = [1, 2].map(|id| {
        let (terminal, connection) = connection(Holds::AtOnce);
        let newcomer = newcomer(id, connection, config);
        assert_eq!(room.join(&newcomer), Ok(()));
        terminal
    });
    room.propose(ClientId(2), vec![Request::Announce]);
    let before = ada.sizes().len();
    let requests = words.iter().cloned().map(Request::Say).collect();
    room.propose(ClientId(2), requests);
    ada.glance();
    let sizes = ada.sizes()[before..].to_vec();
    (ada, sizes)
}

fn numbers() -> Vec<Line> {
    let numbers = 0..10_000;
    numbers
        .map(|nth: u32| Line::new(&nth.to_string()))
        .collect()
}

#[test]
fn what_arrives_at_once_is_said_in_pieces_of_a_quarter_of_the_backlog() {
    explore(CALM, 1, || {
        let config = Config {
            backlog_bytes_max: BACKLOG_BYTES_MAX_LEAST,
            ..Config::default()
        };
        let words = numbers();
        let (ada, sizes) = heard(&config, &words);
        let largest = sizes.iter().max();
        assert!(largest <= Some(&(BACKLOG_BYTES_MAX_LEAST / 4)), "{sizes:?}");
        let heard = ada.heard();
        let heard: Vec<&str> = heard
            .lines()
            .filter_map(|line| line.split_once("guest-2: "))
            .map(|(_, text)| text)
            .collect();
        let said: Vec<&str> = words.iter().map(Line::as_str).collect();
        assert_eq!(heard, said);
    });
}

#[test]
fn what_one_client_asks_for_at_once_is_one_send_to_each_other() {
    explore(CALM, 1, || {
        let (_ada, sizes) = heard(&Config::default(), &numbers()[..8_000]);
        assert_eq!(sizes.len(), 1, "a piece is a hold and a send: {sizes:?}");
    });
}
