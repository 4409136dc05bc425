//! How long does a piece of work take in the middle?

use std::hint::black_box;
use std::time::Instant;

/// The median of `times` runs, in seconds. What a run makes is dropped off the clock.
pub fn median<T>(times: usize, mut work: impl FnMut(usize) -> T) -> f64 {
    let mut taken: Vec<f64> = (0..times)
        .map(|turn| {
            let start = Instant::now();
            let made = black_box(work(turn));
            let seconds = start.elapsed().as_secs_f64();
            drop(made);
            seconds
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken.get(times / 2).copied().unwrap_or(f64::NAN)
}
