//! Which work can wait for those who type? Reading, rendering and findings run on threads of their
//! own, in the order in which they are wanted. They leave a core to whoever asks meanwhile: a
//! question that wakes up on a core that is taken may wait for the rest of a slice, some
//! milliseconds, however nice the one that has it. Where the system can be told so, they also
//! stand behind everything else.

use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::pace;

/// The threads for work that can wait.
#[derive(Clone)]
pub(super) struct Background {
    /// None where the system has no threads to give: then the work runs among the questions.
    threads: Option<Arc<ThreadPool>>,
    count: usize,
}

impl Background {
    /// Threads that wait for work.
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let count = cores.saturating_sub(1).max(1);
        let threads = ThreadPoolBuilder::new()
            .num_threads(count)
            .thread_name(|at| format!("background {at}"))
            .start_handler(|_| {
                step_back();
                pace::this_thread_can_wait();
            })
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

    /// How many things it works on at a time.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Works when there is time. What it does in parallel stays on these threads.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) {
        match &self.threads {
            Some(threads) => threads.spawn(work),
            None => {
                tokio::task::spawn_blocking(work);
            }
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
