//! Which work can wait for those who type? Reading, rendering and findings run on threads of their
//! own, in the order in which they are wanted. While somebody asks or types they leave a core free:
//! a question that wakes up on a core that is taken may wait for the rest of a slice, some
//! milliseconds, however nice the one that has it. Where the system can be told so, they also
//! stand behind everything else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// So long after a question or an edit another one is to be expected.
const STILL: Duration = Duration::from_secs(1);

/// The threads for work that can wait.
#[derive(Clone)]
pub(super) struct Background {
    /// One fewer than there are cores, for work that begins while somebody asks.
    few: Crew,
    /// One for each core, for work that begins while nobody does.
    all: Crew,
    started: Instant,
    /// When somebody asked last: milliseconds since the start, and one more; 0 for never.
    asked: Arc<AtomicU64>,
}

/// Threads that wait for work.
#[derive(Clone)]
struct Crew {
    /// None where the system has no threads to give: then the work runs among the questions.
    threads: Option<Arc<ThreadPool>>,
    count: usize,
}

impl Background {
    /// Threads that wait for work.
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            few: Crew::new("background", cores.saturating_sub(1).max(1)),
            all: Crew::new("meanwhile", cores),
            started: Instant::now(),
            asked: Arc::default(),
        }
    }

    /// Somebody asks for something, or types.
    pub(super) fn somebody_asks(&self) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        self.asked.store(now + 1, Ordering::Relaxed);
    }

    fn crew(&self) -> &Crew {
        let is_still = match self.asked.load(Ordering::Relaxed).checked_sub(1) {
            Some(asked) => self.started.elapsed() > Duration::from_millis(asked) + STILL,
            None => true,
        };
        if is_still { &self.all } else { &self.few }
    }

    /// How many things it works on at a time by now.
    pub(super) fn count(&self) -> usize {
        self.crew().count
    }

    /// Works when there is time. What it does in parallel stays on these threads.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) {
        match &self.crew().threads {
            Some(threads) => threads.spawn(work),
            None => {
                tokio::task::spawn_blocking(work);
            }
        }
    }
}

impl Crew {
    fn new(name: &'static str, count: usize) -> Self {
        let threads = ThreadPoolBuilder::new()
            .num_threads(count)
            .thread_name(move |at| format!("{name} {at}"))
            .start_handler(|_| step_back())
            .panic_handler(|_| tracing::error!("work led into a mistake of the server's own"))
            .build();
        if let Err(error) = &threads {
            tracing::warn!("start threads for reading: {error}");
        }
        Self {
            threads: threads.ok().map(Arc::new),
            count,
        }
    }
}

/// Puts this thread behind those of normal priority. It keeps a tenth of a core that others use
/// too, so that a busy machine does not keep it from ever coming to its end.
#[cfg(target_os = "linux")]
pub(super) fn step_back() {
    // How nice: each step gives a tenth of the processor to others. The system takes a thread's
    // id where it takes a process's (setpriority(2)).
    const NICE: i32 = 10;
    let thread = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(thread), NICE) {
        tracing::info!("lower the priority of a thread: {error}");
    }
}

/// Elsewhere priorities are the process's.
#[cfg(not(target_os = "linux"))]
pub(super) fn step_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_is_free_for_those_who_ask() {
        let background = Background::new();
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        assert_eq!(background.count(), cores);
        background.somebody_asks();
        assert_eq!(background.count(), cores.saturating_sub(1).max(1));
    }
}
