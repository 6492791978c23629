//! The course checks itself.
