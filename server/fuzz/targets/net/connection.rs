//! A connection made of memory, with the name and the methods of the server's.
//! Must not use a socket.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use chat_server::net::connection::{Half, Sending};

/// Its client has sent all it will, in pieces of a size. It takes everything
/// and remembers it. Clones share what was typed and what was taken.
#[derive(Clone)]
pub struct Connection {
    /// What has not been read yet.
    typed: Arc<Mutex<Vec<u8>>>,
    piece_bytes: usize,
    took: Arc<Mutex<Vec<u8>>>,
}

impl Connection {
    pub fn new(typed: Vec<u8>, piece_bytes: usize) -> Self {
        Self {
            typed: Arc::new(Mutex::new(typed)),
            piece_bytes,
            took: Arc::default(),
        }
    }

    /// What its client was sent.
    pub fn took(&self) -> String {
        let took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&took).into_owned()
    }

    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let typed = self.typed.lock();
        let mut typed = typed.unwrap_or_else(PoisonError::into_inner);
        let count = self.piece_bytes.min(buffer.len()).min(typed.len());
        buffer[..count].copy_from_slice(&typed[..count]);
        typed.drain(..count);
        Ok(count)
    }

    pub fn set_read_timeout(&self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }

    pub fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        let took = self.took.lock();
        let mut took = took.unwrap_or_else(PoisonError::into_inner);
        took.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    pub fn send_all(&self, bytes: &[u8]) -> io::Result<()> {
        self.try_send(bytes).map(|_| ())
    }

    pub fn wait_for_end(&self, _: Duration) -> Sending {
        Sending::Ended
    }

    pub fn close(&self, _: Half) {}
}
