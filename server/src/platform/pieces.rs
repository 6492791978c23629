//! A queue of bytes in pieces of one size, which go back to the system one by
//! one. Must not know whose bytes they are.
//!
//! One growing block of memory costs up to twice what is in it, and half as
//! much again while it is copied to a larger place. And what a program frees,
//! its C library keeps for it: 200 people who had been a megabyte behind left
//! 300 MB in an empty room, because a line of the history, said meanwhile,
//! lay above them. So each piece is a mapping of its own. The system counts
//! only the pages of it that have been written to, and has them back the
//! moment it is dropped.

use std::collections::VecDeque;
use std::io;

use memmap2::MmapMut;

/// A part of the queue.
pub struct Piece {
    memory: MmapMut,
    /// How much of it is in use.
    len: usize,
}

impl Piece {
    fn new(bytes_max: usize) -> io::Result<Self> {
        let memory = MmapMut::map_anon(bytes_max)?;
        Ok(Self { memory, len: 0 })
    }

    /// What is in it.
    pub fn bytes(&self) -> &[u8] {
        &self.memory[..self.len]
    }

    fn room(&self) -> usize {
        self.memory.len() - self.len
    }

    /// Takes as much as there is room for; returns the rest.
    fn fill<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let (fits, rest) = bytes.split_at(bytes.len().min(self.room()));
        self.memory[self.len..][..fits.len()].copy_from_slice(fits);
        self.len += fits.len();
        rest
    }
}

/// The queue.
pub struct Pieces {
    piece_bytes: usize,
    /// How many bytes are in the queue.
    len: usize,
    pieces: VecDeque<Piece>,
    /// One that has been emptied: whoever stays behind needs another soon.
    spare: Option<Piece>,
}

impl Pieces {
    /// An empty queue, which will be in pieces of this size.
    pub fn new(piece_bytes: usize) -> Self {
        Self {
            piece_bytes,
            len: 0,
            pieces: VecDeque::new(),
            spare: None,
        }
    }

    /// How many bytes are in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends all of the bytes, or none.
    ///
    /// # Errors
    /// When the system has no memory for them.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let before = self.pieces.len();
        let mut room = self.pieces.back().map_or(0, Piece::room);
        while room < bytes.len() {
            match self.another() {
                Ok(piece) => self.pieces.push_back(piece),
                Err(error) => {
                    self.pieces.truncate(before);
                    return Err(error);
                }
            }
            room += self.piece_bytes;
        }
        let mut rest = bytes;
        for piece in self.pieces.iter_mut().skip(before.saturating_sub(1)) {
            rest = piece.fill(rest);
        }
        self.len += bytes.len();
        Ok(())
    }

    /// Takes the first piece.
    pub fn pop(&mut self) -> Option<Piece> {
        let piece = self.pieces.pop_front()?;
        self.len -= piece.len;
        Some(piece)
    }

    /// Keeps an emptied piece for what is put next.
    pub fn reuse(&mut self, mut piece: Piece) {
        piece.len = 0;
        self.spare = Some(piece);
    }

    /// Forgets everything, and keeps no memory.
    pub fn clear(&mut self) {
        *self = Self::new(self.piece_bytes);
    }

    fn another(&mut self) -> io::Result<Piece> {
        match self.spare.take() {
            Some(piece) => Ok(piece),
            None => Piece::new(self.piece_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(pieces: &mut Pieces, text: &str) {
        pieces.push(text.as_bytes()).expect("there is memory");
    }

    fn popped(pieces: &mut Pieces) -> String {
        let piece = pieces.pop().expect("something is in it");
        let text = String::from_utf8_lossy(piece.bytes()).into_owned();
        pieces.reuse(piece);
        text
    }

    #[test]
    fn what_goes_in_comes_out_in_pieces_of_one_size() {
        let mut pieces = Pieces::new(4);
        for text in ["ab", "cdefghi", "", "j", "kl", "m"] {
            pushed(&mut pieces, text);
        }
        assert_eq!(pieces.len(), 13);
        for text in ["abcd", "efgh", "ijkl", "m"] {
            assert_eq!(popped(&mut pieces), text);
        }
        assert!(pieces.is_empty() && pieces.pop().is_none());
    }

    #[test]
    fn an_emptied_piece_is_filled_again_from_its_beginning() {
        let mut pieces = Pieces::new(4);
        pushed(&mut pieces, "abc");
        assert_eq!(popped(&mut pieces), "abc");
        pushed(&mut pieces, "defgh");
        assert_eq!(popped(&mut pieces), "defg");
        assert_eq!(popped(&mut pieces), "h");
    }

    #[test]
    fn without_memory_nothing_is_taken_and_what_was_there_stays() {
        let mut pieces = Pieces::new(4);
        pushed(&mut pieces, "abc");
        // More than any machine has.
        pieces.piece_bytes = usize::MAX / 2;
        assert!(pieces.push(b"de").is_err());
        pushed(&mut pieces, "f");
        assert_eq!(popped(&mut pieces), "abcf");
        assert!(pieces.is_empty());
    }
}
