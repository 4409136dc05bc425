//! How does work that can wait let others go first? Between two pieces of it, it offers its core.
//!
//! A thread that answers a question may wake up on the core of one that reads or checks files, and
//! the system may let that one run on for the rest of its slice: some milliseconds, on a Linux that
//! preempts lazily, however nice it is. Where nobody waits, the offer costs less than a
//! microsecond.

use std::io::{self, Read};

/// Lets those run that wait for this core. To be called between pieces of less than a millisecond.
pub(crate) fn let_others_go_first() {
    std::thread::yield_now();
}

/// Reads from `R` in pieces, and lets others go first between them.
pub(crate) struct InPieces<R>(pub(crate) R);

/// Copied in less than a tenth of a millisecond.
const PIECE: usize = 1 << 18;

impl<R: Read> Read for InPieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let_others_go_first();
        let end = buffer.len().min(PIECE);
        self.0.read(buffer.get_mut(..end).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_in_pieces() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(3 * PIECE + 5).collect();
        let mut read = Vec::with_capacity(bytes.len() + 1);
        InPieces(&*bytes).read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
    }
}
