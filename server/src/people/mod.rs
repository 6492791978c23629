//! Who comes and goes and what they are called, as far as it is counted,
//! remembered or put into words without the room: four small things, each
//! alone. Must not know of the room, which asks them under its lock.

pub mod crowd;
pub mod former_names;
pub mod last_words;
pub mod refusal;
