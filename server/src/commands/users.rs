//! `/users`: who is here. Must not change anything.

use crate::net::text;
use crate::people::refusal::Refusal;
use crate::room::request::Action;
use crate::room::state::RoomState;

/// How many names `/users` shows: some five screens.
pub const NAMES_LISTED_MAX: usize = 200;

/// Tell the asker who is here.
#[derive(Debug)]
pub struct ListUsers;

impl Action for ListUsers {
    fn verb(&self) -> &'static str {
        "users"
    }

    fn run(
        self: Box<Self>,
        room: &mut RoomState,
        nth: usize,
    ) -> Result<(), Refusal> {
        let names = room.names(NAMES_LISTED_MAX);
        let here = text::answers([room.here(&names, NAMES_LISTED_MAX)]);
        room.put_to(nth, here.as_bytes());
        Ok(())
    }
}
