//! Any bytes in any pieces into the opening: how they are cut does not
//! matter, and what comes after the first line does not either. Must not know
//! what a line says.
#![no_main]

use chat_common::protocols::{Opening, Protocol};
use libfuzzer_sys::fuzz_target;

fn judged(bytes: &[u8], piece_bytes: usize) -> Option<Protocol> {
    let mut opening = Opening::default();
    let found = bytes.chunks(piece_bytes).find_map(|p| opening.look(p));
    found.or_else(|| opening.finish())
}

fuzz_target!(|input: &[u8]| {
    let Some((&piece_bytes, bytes)) = input.split_first() else {
        return;
    };
    let whole = judged(bytes, usize::MAX);
    let in_pieces = judged(bytes, usize::from(piece_bytes).max(1));
    assert_eq!(in_pieces.is_some(), whole.is_some(), "pieces do not matter");
    let request = [b"GET / HTTP/1.1\r\n", bytes].concat();
    assert_eq!(judged(&request, 7), Some("HTTP"), "the first line decides");
    let words = [b"hello\n", bytes].concat();
    assert_eq!(judged(&words, 7), None, "and no later one");
});
