//! Everything that looks at running programs from outside.

pub mod book;
pub mod checker;
