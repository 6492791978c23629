//! The book, as its tests read it.
