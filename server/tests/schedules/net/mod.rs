//! In the place of the server's `net`: connections made of memory. What stands
//! on them is the server's own.

pub mod connection;

pub mod listener {
    //! In the place of the server's `listener`.

    pub use super::connection::Listener;
}

#[path = "../../../src/net/linger.rs"]
pub mod linger;
#[path = "../../../src/net/outbox.rs"]
pub mod outbox;
#[path = "../../../src/net/text.rs"]
pub mod text;
