//! Whether what is written is still read. Must not find that out itself.

/// Whether anybody can still read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// As far as one can know.
    There,
    /// Nobody: the other end of the pipe is closed.
    Gone,
}
