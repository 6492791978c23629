//! Any text as a line of numbered mode, from either end: reading it never
//! panics, and what was read is written as it stood.
#![no_main]

use chat_common::numbered::{ClientLine, Hello, Marked};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    if let Some(marked) = Marked::parse(line) {
        assert_eq!(marked.to_string(), line);
    }
    if let Some(sent) = ClientLine::parse(line) {
        assert_eq!(sent.to_string(), line);
    }
    if let Some(hello) = Hello::parse(line) {
        assert_eq!(hello.to_string(), line);
    }
});
