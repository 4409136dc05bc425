//! How do the bytes of an answer become a manifest that is kept? Bounded in size and in time, read
//! before they take the place of the last good ones.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::cache::{self, Cache, Note, Temporary};
use super::{Body, Fault, FaultKind, Validators};
use crate::manifest::{self, LoadCause, Manifest, ReadError};

/// In each stretch of this time so many bytes have to come.
const STRETCH: Duration = Duration::from_secs(15);
const FEWEST_BYTES: u64 = 16 << 10;

/// All bytes of an answer, in a file of their own.
pub(super) struct Downloaded {
    temporary: Temporary,
    validators: Validators,
    size: u64,
    digest: String,
}

/// Writes the bytes of an answer beside `place`; no more than `most_bytes` of them.
pub(super) async fn download(
    body: Body,
    place: &Path,
    cache: &Cache,
    most_bytes: usize,
) -> Result<Downloaded, Fault> {
    let is_too_large = |size: u64| usize::try_from(size).map_or(true, |size| size > most_bytes);
    if body.size.is_some_and(is_too_large) {
        return Err(too_large(most_bytes));
    }
    let local = |error: std::io::Error| {
        Fault::new(
            FaultKind::Local,
            format!("write into the cache folder: {error}"),
        )
    };
    let (mut file, temporary) = cache.temporary(place).map_err(local)?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut bytes = body.bytes;
    let mut stretch = Stretch::new();
    loop {
        let piece = tokio::time::timeout_at(stretch.end, bytes.next()).await;
        let Ok(piece) = piece else {
            stretch.next()?;
            continue;
        };
        let Some(piece) = piece else { break };
        let piece = piece?;
        size += piece.len() as u64;
        if is_too_large(size) {
            return Err(too_large(most_bytes));
        }
        stretch.bytes += piece.len() as u64;
        if Instant::now() >= stretch.end {
            stretch.next()?;
        }
        hash.update(&piece);
        file.write_all(&piece).map_err(local)?;
    }
    if body.size.is_some_and(|expected| expected != size) {
        return Err(Fault::new(
            FaultKind::Connection,
            "read the answer: it broke off",
        ));
    }
    Ok(Downloaded {
        temporary,
        validators: body.validators,
        size,
        digest: cache::digits(hash),
    })
}

/// A stretch of time, and what came in it.
struct Stretch {
    end: Instant,
    bytes: u64,
}

impl Stretch {
    fn new() -> Self {
        Self {
            end: Instant::now() + STRETCH,
            bytes: 0,
        }
    }

    /// The stretch is over.
    fn next(&mut self) -> Result<(), Fault> {
        if self.bytes < FEWEST_BYTES {
            let message = "read the answer: it comes with less than 1 kB a second";
            return Err(Fault::new(FaultKind::Timeout, message));
        }
        *self = Self::new();
        Ok(())
    }
}

impl Downloaded {
    /// Reads the manifest, and puts it into the place of the last good one. Takes its time.
    pub(super) fn keep(
        self,
        place: &Path,
        cache: &Cache,
        now: i64,
        most_bytes: usize,
    ) -> Result<(Arc<Manifest>, Note), Fault> {
        let manifest = manifest::load_at_most(self.temporary.path(), &mut Vec::new(), most_bytes)
            .map_err(|error| fault_of(&error.cause))?;
        let note = Note {
            validators: self.validators,
            fetched_at: now,
            checked_at: now,
            size: self.size,
            digest: self.digest,
        };
        cache.keep(&self.temporary, place, &note).map_err(|error| {
            Fault::new(
                FaultKind::Local,
                format!("write into the cache folder: {error}"),
            )
        })?;
        Ok((Arc::new(manifest), note))
    }
}

fn too_large(most_bytes: usize) -> Fault {
    let message = format!(
        "it is larger than {} MiB, the most that is taken (`maxManifestMegabytes`)",
        most_bytes >> 20
    );
    Fault::new(FaultKind::TooLarge, message)
}

fn fault_of(cause: &LoadCause) -> Fault {
    let kind = match cause {
        LoadCause::TooLarge(_) => FaultKind::TooLarge,
        LoadCause::Content(error) if error.is_cut_off() => FaultKind::CutOff,
        LoadCause::Content(ReadError::TooLarge { .. }) => FaultKind::TooLarge,
        LoadCause::Content(_) => FaultKind::NotAManifest,
        LoadCause::Missing
        | LoadCause::PermissionDenied
        | LoadCause::Directory
        | LoadCause::NotAFile
        | LoadCause::Changing
        | LoadCause::Replaced
        | LoadCause::System(_) => FaultKind::Local,
    };
    Fault::new(kind, format!("what came cannot be used: {cause}"))
}
