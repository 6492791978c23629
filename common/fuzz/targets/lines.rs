//! Any bytes in any pieces into the line reader: how they are cut does not
//! matter, and every line is short enough and safe to show.
#![no_main]

use chat_common::lines::{Incoming, LineReader};
use chat_common::marks;
use libfuzzer_sys::fuzz_target;

/// Short, so that lines around the limit come often.
const LINE_BYTES_MAX: usize = 24;

/// The first byte says how long the pieces are.
fn read(bytes: &[u8], piece_bytes: usize) -> Vec<Incoming> {
    let mut reader = LineReader::new(LINE_BYTES_MAX);
    let mut found = Vec::new();
    for piece in bytes.chunks(piece_bytes) {
        reader.push(piece, |incoming| found.push(incoming));
    }
    found.extend(reader.finish());
    // A timing mark is no line, and comes when its bytes do.
    found.retain(|incoming| *incoming != Incoming::TimingMark);
    found
}

fuzz_target!(|input: &[u8]| {
    let Some((&piece_bytes, bytes)) = input.split_first() else {
        return;
    };
    let found = read(bytes, usize::from(piece_bytes).max(1));
    assert_eq!(found, read(bytes, 1), "pieces do not matter");
    for incoming in found {
        if let Incoming::Line(line) = incoming {
            assert!(line.as_str().len() <= LINE_BYTES_MAX);
            assert!(!line.as_str().contains(marks::is_unsafe));
        }
    }
});
