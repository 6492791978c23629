//! Everything that looks at a running program from outside.
pub mod load;
