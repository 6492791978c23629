//! In the place of the server's `net`: a listener that panics. The rest is
//! the server's own.

#[path = "../../../src/net/linger.rs"]
pub mod linger;
#[path = "../../../src/net/outbox.rs"]
pub mod outbox;
#[path = "../../../src/net/text.rs"]
pub mod text;

pub use chat_server::net::connection;

pub mod listener {
    //! A listener that is broken.

    use std::cell::Cell;
    use std::io;
    use std::net::{SocketAddr, TcpListener};

    use chat_server::net::listener::{self, Buffers};

    use super::connection::Connection;

    /// Lets in one client and panics at the second.
    pub struct Listener {
        listener: listener::Listener,
        is_used: Cell<bool>,
    }

    impl Listener {
        pub fn breaks(socket: TcpListener) -> Self {
            let listener = listener::Listener::new(socket, Buffers::Small);
            let (listener, _waker) = listener.expect("a listener");
            Self {
                listener,
                is_used: Cell::new(false),
            }
        }

        pub fn accept(&self) -> io::Result<(Connection, SocketAddr)> {
            let arrival = self.listener.accept();
            assert!(!self.is_used.replace(true), "the listener is broken");
            arrival
        }
    }
}
