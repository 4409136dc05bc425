//! How far is it? One line on stderr that comes after a second and goes at the end.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::load::Progress;

const PATIENCE: Duration = Duration::from_secs(1);
const BETWEEN: Duration = Duration::from_millis(100);

/// The line.
pub(super) struct Line {
    is_watched: bool,
    started: Instant,
    /// When it was last written, in milliseconds from the start; 0 while it never was.
    shown: AtomicU64,
}

impl Line {
    pub(super) fn new(is_watched: bool) -> Self {
        Self {
            is_watched,
            started: Instant::now(),
            shown: AtomicU64::new(0),
        }
    }

    /// Shows a step, if it is time.
    pub(super) fn show(&self, step: Progress) {
        let elapsed = self.started.elapsed();
        if !self.is_watched || elapsed < PATIENCE {
            return;
        }
        let now = milliseconds(elapsed);
        let shown = self.shown.load(Ordering::Relaxed);
        let is_due = now >= shown + milliseconds(BETWEEN);
        let is_mine = || {
            self.shown
                .compare_exchange(shown, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        };
        if is_due && is_mine() {
            let (done, total, things) = match step {
                Progress::Projects(done, total) => (done, total, "projects"),
                Progress::Manifests(done, total) => (done, total, "manifests"),
            };
            print(&format!("\r\x1b[Kreading {things}: {done} of {total}"));
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if self.shown.load(Ordering::Relaxed) > 0 {
            print("\r\x1b[K");
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn print(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // A progress line that nobody can see is no reason to stop.
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}
