//! Promise: every limit is told in words, and costs nobody else anything.

mod descriptors;
mod flood;
mod line;
mod memory;
mod seats;
