//! What does this machine need at least, just now?

use std::process::Command;

use crate::meshes::{Mesh, script};
use crate::process;

/// How long one thread needs to read every file of a mesh and look at each byte once.
#[derive(Clone, Copy)]
pub struct Floor {
    pub seconds: f64,
    pub bytes: f64,
}

impl Floor {
    /// The one of the two that took less.
    pub fn faster(self, other: Self) -> Self {
        if other.seconds < self.seconds {
            other
        } else {
            self
        }
    }
}

/// Measures it: best of three after a first one that warms the page cache.
pub fn floor(mesh: &Mesh) -> Result<Floor, String> {
    let said = process::output(
        Command::new("python3")
            .arg(script("floor.py"))
            .arg(&mesh.folder),
    )?;
    parse(&said).ok_or_else(|| format!("floor.py said: {said}"))
}

/// Such as `0.123 s for 371.0 MB`.
fn parse(said: &str) -> Option<Floor> {
    let (seconds, rest) = said.trim().split_once(" s for ")?;
    let megabytes: f64 = rest.strip_suffix(" MB")?.parse().ok()?;
    Some(Floor {
        seconds: seconds.parse().ok()?,
        bytes: megabytes * 1e6,
    })
}
