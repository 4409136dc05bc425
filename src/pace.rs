//! How does work that can wait let others go first? Between two pieces of it, it offers its core.
//!
//! A thread that answers a question may wake up on the core of one that reads or checks files, and
//! the system may let that one run on for the rest of its slice: some milliseconds, on a Linux that
//! preempts lazily, however nice it is. A question goes through several threads, and each may wake
//! up so. Where nobody waits, the offer costs less than a microsecond.

use std::cell::Cell;
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// So long work goes on before it offers its core again.
const PIECE_OF_WORK: Duration = Duration::from_micros(200);

thread_local! {
    /// When this thread last let others go first; `None` where its work cannot wait.
    static LET_GO: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The work of this thread can wait, all of it.
pub(crate) fn this_thread_can_wait() {
    LET_GO.set(Some(Instant::now()));
}

/// Lets those run that wait for this core, where this thread's work can wait. To be called between
/// pieces of less than a millisecond, however short: most calls cost no more than a look at the
/// clock.
pub(crate) fn let_others_go_first() {
    if let Some(before) = LET_GO.get()
        && before.elapsed() >= PIECE_OF_WORK
    {
        std::thread::yield_now();
        LET_GO.set(Some(Instant::now()));
    }
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
    fn only_work_that_can_wait_lets_others_go_first() {
        let worker = std::thread::spawn(|| {
            let_others_go_first();
            assert_eq!(LET_GO.get(), None, "nobody said that it can wait");
            this_thread_can_wait();
            let began = LET_GO.get();
            std::thread::sleep(PIECE_OF_WORK);
            let_others_go_first();
            assert!(LET_GO.get() > began);
        });
        worker.join().unwrap();
    }

    #[test]
    fn nothing_is_lost_in_pieces() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(3 * PIECE + 5).collect();
        let mut read = Vec::with_capacity(bytes.len() + 1);
        InPieces(&*bytes).read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
    }
}
