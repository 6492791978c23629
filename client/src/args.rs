//! What the command line may say. May not act on it.

use clap::Parser;

/// Talk to everybody in a chat room.
///
/// What you type goes to the room, line by line; lines that begin with "/"
/// are commands (/help lists them). A line "quit" or "exit", the end of the
/// input (Ctrl-D) and Ctrl-C leave.
///
/// Exit codes: 0 you left, 1 the server is gone or was never reached or did
/// not grant the name, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "chat-client", version, verbatim_doc_comment)]
pub struct Args {
    /// Where the room is: host:port, a host alone, or :port
    #[arg(value_name = "ADDR", default_value = "127.0.0.1:7007")]
    pub address: String,

    /// The name to take; without it you are asked for one
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}
