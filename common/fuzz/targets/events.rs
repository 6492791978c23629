//! Any text as a line of the server: reading it back never panics, and what
//! was read is written as it stood.
#![no_main]

use chat_common::events::ServerLine;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    if let Some(heard) = ServerLine::parse(line) {
        let written = heard.to_string();
        assert_eq!(ServerLine::parse(&written), Some(heard), "{written:?}");
    }
});
