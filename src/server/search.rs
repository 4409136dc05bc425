//! How far is the search for projects? One is under way at a time; on a disk that does not answer it
//! may never end, and then others do not wait for it.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use super::background;
use super::event::{Event, Events};
use crate::load;

/// So long others wait.
const LONGEST: Duration = Duration::from_secs(20);

/// What is searched, and what is to be.
pub(super) struct Search {
    events: Events,
    running: Option<Running>,
    /// How many there were.
    count: u64,
    /// The folders to search when the search that is under way has ended.
    next: Option<Vec<PathBuf>>,
}

struct Running {
    number: u64,
    /// When nobody waits for it any more.
    due: Instant,
    /// Nobody does. What it finds counts all the same, unless another one has begun.
    is_late: bool,
}

impl Search {
    /// Nothing is searched.
    pub(super) fn new(events: Events) -> Self {
        Self {
            events,
            running: None,
            count: 0,
            next: None,
        }
    }

    /// Looks for the projects below `folders`.
    pub(super) fn find(&mut self, folders: Vec<PathBuf>) {
        if self.is_awaited() {
            // What is found now may be of other folders, or be past what has come.
            self.next = Some(folders);
            return;
        }
        self.count += 1;
        let number = self.count;
        self.running = Some(Running {
            number,
            due: Instant::now() + LONGEST,
            is_late: false,
        });
        let events = self.events.clone();
        // It waits for disks more than it works, and must not keep others from reading.
        std::thread::spawn(move || {
            background::step_back();
            let roots = load::find_projects(&folders);
            let _ = events.send(Event::ProjectsFound(number, roots));
        });
    }

    /// Projects were found, by the search of this number. Returns whether they count: another one
    /// may have begun since, or the folders may have changed.
    pub(super) fn found(&mut self, number: u64) -> bool {
        if self.running.take_if(|it| it.number == number).is_none() {
            return false;
        }
        let next = self.next.take();
        let is_newest = next.is_none();
        if let Some(folders) = next {
            self.find(folders);
        }
        is_newest
    }

    /// Whether others wait for one.
    pub(super) fn is_awaited(&self) -> bool {
        self.running
            .as_ref()
            .is_some_and(|running| !running.is_late)
    }

    /// When nobody does any more.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let running = self.running.as_ref().filter(|running| !running.is_late);
        running.map(|running| running.due)
    }

    /// Whether others have waited for too long. They do not any more then.
    pub(super) fn is_late(&mut self, now: Instant) -> bool {
        let running = self.running.as_mut();
        let Some(running) = running.filter(|it| !it.is_late && it.due <= now) else {
            return false;
        };
        tracing::warn!("the search for projects takes long");
        running.is_late = true;
        if let Some(folders) = self.next.take() {
            self.find(folders);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search() -> Search {
        let (events, _) = tokio::sync::mpsc::unbounded_channel();
        Search::new(events)
    }

    #[test]
    fn only_the_newest_search_counts() {
        let mut search = search();
        search.find(Vec::new());
        search.find(Vec::new());
        assert!(!search.found(1));
        assert!(search.is_awaited());
        assert!(search.found(2));
        assert!(!search.is_awaited());
    }

    #[test]
    fn the_next_search_does_not_wait_for_one_that_hangs() {
        let mut search = search();
        search.find(Vec::new());
        let due = search.deadline().unwrap();
        assert!(!search.is_late(Instant::now()));
        assert!(search.is_late(due));
        assert!(!search.is_awaited());
        search.find(Vec::new());
        assert!(
            !search.found(1),
            "it ends after all, and another one has begun"
        );
        assert!(search.found(2));
    }

    #[test]
    fn a_search_that_is_late_counts_if_it_is_the_last() {
        let mut search = search();
        search.find(Vec::new());
        let due = search.deadline().unwrap();
        assert!(search.is_late(due));
        assert!(search.found(1));
    }
}
