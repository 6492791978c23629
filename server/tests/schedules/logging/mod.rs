//! In the place of the server's `logging`: the log and what writes it. Nobody
//! here opens a transcript.

#[path = "../../../src/logging/background_writer.rs"]
pub mod background_writer;
#[path = "../../../src/logging/log.rs"]
pub mod log;
