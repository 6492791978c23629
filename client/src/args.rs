//! What the command line may say. Must not act on it.

use clap::{Parser, ValueEnum};

/// Talk to everybody in a chat room.
///
/// What you type goes to the room, line by line; lines that begin with "/"
/// are commands (/help lists them). /quit, the end of the input (Ctrl-D) and
/// Ctrl-C leave; in a pipe a line "quit" or "exit" does too.
///
/// On a terminal the line you type stays in the last row, and what others
/// say appears above it. When the server goes, it is called again until it
/// is back; when it shows you out, Enter calls it again. With a pipe, with
/// TERM=dumb, or with --plain, lines are appended one below the other.
///
/// Where the server numbers what is said, your own line is faint until the
/// room has it, and what you missed while you were away comes once, under a
/// line that says how much it is.
///
/// Exit codes: 0 you left, 1 the server is gone or was never reached or did
/// not grant the name or showed you out, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(
    name = "chat-client",
    version,
    verbatim_doc_comment,
    after_help = KEYS
)]
pub struct Args {
    /// Where the room is: host:port, a host alone, or a port alone
    #[arg(value_name = "ADDR", default_value = "127.0.0.1:7007")]
    pub address: String,

    /// The name to take; without it you are asked for one
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Append lines, and leave editing to the terminal
    #[arg(long)]
    pub plain: bool,

    /// End with code 1 when the server goes
    #[arg(long)]
    pub no_reconnect: bool,

    /// Keep no file of the lines you enter
    #[arg(long)]
    pub no_history: bool,

    /// When the terminal's bell rings; once a second at most
    #[arg(long, value_name = "WHEN", default_value = "mention")]
    pub bell: BellChoice,
}

/// When the bell rings, as one says it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum BellChoice {
    /// Never
    Off,
    /// When you are mentioned or written to alone
    Mention,
    /// Whenever somebody says something
    All,
}

/// What the keys do.
const KEYS: &str = "\
Keys on a terminal:
  Enter                     send the line
  Tab                       complete a command, or the name of somebody here;
                            again: the next name; \"/\" and Tab: all commands
  Up, Down, Ctrl-P, Ctrl-N  earlier lines and back
  Left, Right, Ctrl-B, Ctrl-F   Home, End, Ctrl-A, Ctrl-E
                            move by a character, or to an end of the line
  Ctrl-Left, Ctrl-Right, Alt-B, Alt-F
                            move by a word
  Backspace, Ctrl-H, Delete, Ctrl-D
                            delete a character
  Ctrl-W, Alt-Backspace, Alt-D  delete a word
  Ctrl-U, Ctrl-K            delete to the beginning, to the end
  Ctrl-Y                    put back what was deleted
  Ctrl-L                    clear the screen
  Ctrl-Z                    suspend; the shell's \"fg\" continues
  Ctrl-C                    drop the line; on an empty line: leave
  Ctrl-D on an empty line   leave
  Several lines pasted      asked about: Enter sends, Esc drops; each is said
                            as text, never as a command, to whom the line
                            speaks: behind \"/msg ada \" to ada alone, behind
                            \"/me \" each as what you do
  \"/reply \"                becomes \"/msg NAME \" as soon as it is typed

NO_COLOR=1 turns off colors, bold and dim. The lines you enter are kept in
$XDG_STATE_HOME/threadroom/history or ~/.local/state/threadroom/history;
beside it, in places/, how far you have heard each room.";
