//! Any text into the marks: nothing that a terminal obeys is left, the rest
//! is untouched, and once is enough.
#![no_main]

use chat_common::marks::{defused, is_unsafe};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let shown = defused(text);
    assert!(!shown.contains(is_unsafe));
    assert_eq!(defused(&shown), shown, "once is enough");
    if !text.contains(is_unsafe) {
        assert_eq!(shown, text, "safe text is untouched");
    }
});
