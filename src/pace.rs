//! How does work that can wait let others go first? Between two pieces of it, it offers its core,
//! and while somebody asks it stands still.
//!
//! A thread that answers a question may wake up on the core of one that reads or checks files, and
//! the system may let that one run on for the rest of its slice: some milliseconds, on a Linux that
//! preempts lazily, however nice it is. A question goes through several threads, and each may wake
//! up so. Where nobody waits, the offer costs less than a microsecond.

use std::cell::Cell;
use std::io::{self, Read};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long a question keeps others waiting. Most have their answer after a fraction of it; one that
/// looks at all files must not keep the rest of them from being read.
const LONGEST_WAIT: Duration = Duration::from_millis(10);

/// The questions that have no answer yet, and when the last of them was asked.
static ASKED: Mutex<(usize, Option<Instant>)> = Mutex::new((0, None));
/// Told when the last of them is answered.
static ANSWERED: Condvar = Condvar::new();

/// So long such work goes on before it offers its core again.
const SHORTEST_PIECE: Duration = Duration::from_micros(200);

thread_local! {
    /// When this thread last let others go first; `None` where its work cannot wait.
    static LET_GO: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Somebody waits for an answer, as long as this lives.
pub(crate) struct Urgent(());

impl Urgent {
    /// From now on.
    pub(crate) fn begin() -> Self {
        let mut asked = asked();
        *asked = (asked.0 + 1, Some(Instant::now()));
        Self(())
    }
}

impl Drop for Urgent {
    fn drop(&mut self) {
        let mut asked = asked();
        asked.0 = asked.0.saturating_sub(1);
        if asked.0 == 0 {
            ANSWERED.notify_all();
        }
    }
}

fn asked() -> MutexGuard<'static, (usize, Option<Instant>)> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The work of this thread can wait, all of it.
pub(crate) fn this_thread_can_wait() {
    LET_GO.set(Some(Instant::now()));
}

/// Lets those run that wait for this core, and those who are asked something, where this thread's
/// work can wait. To be called between pieces of less than a millisecond, however short: most calls
/// cost no more than a look at the clock.
pub(crate) fn let_others_go_first() {
    let Some(before) = LET_GO.get() else { return };
    if before.elapsed() < SHORTEST_PIECE {
        return;
    }
    let mut asked = asked();
    let since = |at: Option<Instant>| at.map_or(Duration::MAX, |at| at.elapsed());
    while asked.0 > 0
        && let Some(left) = LONGEST_WAIT.checked_sub(since(asked.1))
    {
        let woken = ANSWERED.wait_timeout(asked, left);
        asked = woken.unwrap_or_else(PoisonError::into_inner).0;
    }
    drop(asked);
    std::thread::yield_now();
    LET_GO.set(Some(Instant::now()));
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
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn work_stands_still_while_somebody_asks() {
        let (done, is_done) = mpsc::channel();
        let asked_at = Instant::now();
        let question = Urgent::begin();
        let worker = std::thread::spawn(move || {
            this_thread_can_wait();
            std::thread::sleep(SHORTEST_PIECE);
            let_others_go_first();
            done.send(asked_at.elapsed()).unwrap();
        });
        // It does not wait for ever.
        let waited = is_done.recv().unwrap();
        assert!(waited >= LONGEST_WAIT, "{waited:?}");
        worker.join().unwrap();
        drop(question);
        // Who answers never waits for itself.
        let _question = Urgent::begin();
        let_others_go_first();
    }

    #[test]
    fn nothing_is_lost_in_pieces() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(3 * PIECE + 5).collect();
        let mut read = Vec::with_capacity(bytes.len() + 1);
        InPieces(&*bytes).read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
    }
}
