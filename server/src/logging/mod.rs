//! What the person who runs the server reads. Must not wait for whoever reads
//! it, and must not hold what people say.
//!
//! Read `background_writer`, then `log`. `transcript` opens the file of what is
//! said, and knows nothing of what it will hold.

pub mod background_writer;
pub mod log;
pub mod transcript;
