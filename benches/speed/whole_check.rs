//! How long does `check` take over the whole mesh, and how much memory?

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::floor::Floor;
use crate::meshes::Mesh;
use crate::table::Row;

const TIMES_THE_FLOOR: f64 = 4.0;

/// One run of `check`.
#[derive(Clone, Copy)]
pub struct WholeCheck {
    seconds: f64,
    /// The most memory that it held; `None` on systems that do not say.
    peak_bytes: Option<f64>,
}

impl WholeCheck {
    /// Its line in the table.
    pub fn row(self, floor: Floor) -> Row {
        let peak = self.peak_bytes.map_or_else(String::new, |bytes| {
            format!(", at most {:.0} MB", bytes / 1e6)
        });
        Row {
            what: "whole check".to_owned(),
            value: Some(self.seconds / floor.seconds),
            budget: TIMES_THE_FLOOR,
            unit: "x floor",
            detail: format!("{:.2} s{peak}", self.seconds),
            is_right: true,
        }
    }
}

/// The fastest of three runs.
pub fn best_of_three(server: &Path, mesh: &Mesh) -> Result<WholeCheck, String> {
    let mut best = once(server, mesh)?;
    for _ in 0..2 {
        let next = once(server, mesh)?;
        if next.seconds < best.seconds {
            best = next;
        }
    }
    Ok(best)
}

fn once(server: &Path, mesh: &Mesh) -> Result<WholeCheck, String> {
    let start = Instant::now();
    let mut child = Command::new(server)
        .args(["check", "--fail-on", "never"])
        .arg(&mesh.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("start {}: {error}", server.display()))?;
    let id = child.id();
    let watch = thread::spawn(move || watch_peak(id));
    let status = child.wait();
    let seconds = start.elapsed().as_secs_f64();
    match status {
        Ok(status) if status.success() => Ok(WholeCheck {
            seconds,
            peak_bytes: watch.join().ok().flatten(),
        }),
        Ok(status) => Err(format!("check ended with {status}")),
        Err(error) => Err(format!("wait for check: {error}")),
    }
}

/// The kernel's own high-water mark, read until the process is gone.
fn watch_peak(process: u32) -> Option<f64> {
    let mut peak = None;
    while let Some(now) = high_water_mark(process) {
        peak = Some(now);
        thread::sleep(Duration::from_millis(2));
    }
    peak
}

fn high_water_mark(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024.0)
}
