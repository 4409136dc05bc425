//! What is kept of what was fetched? Two files an origin below one folder: the manifest as it came,
//! and a note with what to ask for the next time.
//!
//! Several processes write here at once, and any may be killed: a file appears whole, by renaming,
//! or not at all. A note says which bytes it is about, so that one never speaks for another's.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Validators;

/// More than this is not kept: what was used the longest ago goes first.
const MOST_BYTES: u64 = 4 << 30;
/// Nobody writes one file for so long: a temporary file of this age belongs to nobody any more.
const ABANDONED: Duration = Duration::from_secs(60 * 60);
const BODY: &str = "json";
const NOTE: &str = "note";
const TEMPORARY: &str = "part";

/// The folder that keeps what was fetched.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    most_bytes: u64,
}

/// What is known of a manifest that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What to ask with.
    pub validators: Validators,
    /// When it came, in seconds since 1970.
    pub fetched_at: i64,
    /// When its origin last said that it is right.
    pub checked_at: i64,
    /// How many bytes it has.
    pub size: u64,
    /// SHA-256 of these.
    pub digest: String,
}

impl Note {
    /// Whether its origin has said within `age` that it is right. A time to come says nothing:
    /// somebody has set a clock.
    #[must_use]
    pub fn is_fresh(&self, now: i64, age: Duration) -> bool {
        let passed = u64::try_from(now.saturating_sub(self.checked_at));
        passed.is_ok_and(|passed| passed < age.as_secs())
    }
}

/// The folder that fetched manifests are kept in, for this user.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    let folder = etcetera::choose_base_strategy().ok()?.cache_dir();
    Some(folder.join(env!("CARGO_PKG_NAME")).join("manifests"))
}

impl Cache {
    /// A cache in this folder, which need not be there yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            most_bytes: MOST_BYTES,
        }
    }

    /// The same with another bound.
    #[must_use]
    pub fn bounded(mut self, most_bytes: u64) -> Self {
        self.most_bytes = most_bytes;
        self
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether a file is one of this cache's.
    #[must_use]
    pub fn holds(&self, body: &Path) -> bool {
        body.parent() == Some(&self.folder)
    }

    /// The note beside the manifest at `body`.
    #[must_use]
    pub fn note(&self, body: &Path) -> Option<Note> {
        let bytes = fs::read(body.with_extension(NOTE)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// The note, if it is about the bytes that are there: reads them all.
    pub(super) fn note_of_bytes(&self, body: &Path) -> Option<Note> {
        let note = self.note(body)?;
        let is_right =
            fs::metadata(body).ok()?.len() == note.size && digest_of(body).ok()? == note.digest;
        is_right.then_some(note)
    }

    /// A file to write to before it takes the place of `body`.
    pub(super) fn temporary(&self, body: &Path) -> io::Result<(File, Temporary)> {
        fs::create_dir_all(&self.folder)?;
        let (file, path) = create_beside(body)?;
        Ok((file, Temporary(path)))
    }

    /// Puts a file and its note in the place of `body`. Whoever is stopped in between leaves a note
    /// that is not about these bytes, and the next one asks for them anew.
    pub(super) fn keep(&self, temporary: &Temporary, body: &Path, note: &Note) -> io::Result<()> {
        fs::rename(&temporary.0, body)?;
        keep_note(body, note)?;
        self.evict(body);
        Ok(())
    }

    /// Removes what was used the longest ago until the rest fits, but never `used`.
    fn evict(&self, used: &Path) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let mut kept = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
            if has_extension(&path, TEMPORARY) {
                let age = SystemTime::now()
                    .duration_since(modified)
                    .unwrap_or_default();
                if age > ABANDONED {
                    let _ = fs::remove_file(&path);
                }
            } else if has_extension(&path, BODY) {
                // A note is written each time that its manifest is asked for.
                let note = fs::metadata(path.with_extension(NOTE));
                let last = note.and_then(|it| it.modified()).unwrap_or(modified);
                kept.push((last, metadata.len(), path));
            }
        }
        let mut total: u64 = kept.iter().map(|(_, size, _)| size).sum();
        kept.sort_unstable();
        for (_, size, path) in kept {
            if total <= self.most_bytes {
                return;
            }
            if path != used {
                let _ = fs::remove_file(&path);
                let _ = fs::remove_file(path.with_extension(NOTE));
                total = total.saturating_sub(size);
            }
        }
    }
}

/// Puts a note beside `body`.
pub(super) fn keep_note(body: &Path, note: &Note) -> io::Result<()> {
    let place = body.with_extension(NOTE);
    let (mut file, path) = create_beside(&place)?;
    let temporary = Temporary(path);
    serde_json::to_writer(&mut file, note)?;
    fs::rename(&temporary.0, place)
}

/// A file that is removed unless it gets another name.
pub(super) struct Temporary(PathBuf);

impl Temporary {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Creates a file of a name that nobody else takes.
fn create_beside(place: &Path) -> io::Result<(File, PathBuf)> {
    let process = std::process::id();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for _ in 0..16 {
        let salt = random();
        let path = place.with_extension(format!("{process}-{salt:016x}.{TEMPORARY}"));
        match File::options().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// A number that nobody can foretell.
pub(super) fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|it| it == extension)
}

fn digest_of(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = io::Read::read(&mut file, &mut buffer)?;
        if count == 0 {
            return Ok(digits(hash));
        }
        hash.update(buffer.get(..count).unwrap_or_default());
    }
}

/// Bytes as text.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A hash as text.
pub(super) fn digits(hash: Sha256) -> String {
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn note(bytes: &[u8], checked_at: i64) -> Note {
        Note {
            validators: Validators::default(),
            fetched_at: checked_at,
            checked_at,
            size: bytes.len() as u64,
            digest: digits(Sha256::new_with_prefix(bytes)),
        }
    }

    fn keep(cache: &Cache, name: &str, bytes: &[u8]) -> PathBuf {
        let body = cache.folder.join(name).with_extension(BODY);
        let (mut file, temporary) = cache.temporary(&body).unwrap();
        file.write_all(bytes).unwrap();
        cache.keep(&temporary, &body, &note(bytes, 0)).unwrap();
        body
    }

    #[test]
    fn a_note_speaks_for_its_own_bytes_alone() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("deep/down"));
        let body = keep(&cache, "a", b"one");
        assert!(cache.note_of_bytes(&body).is_some());
        fs::write(&body, b"two").unwrap();
        assert!(cache.note(&body).is_some());
        assert_eq!(cache.note_of_bytes(&body), None);
    }

    #[test]
    fn what_was_used_the_longest_ago_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned()).bounded(5);
        let bodies = ["a", "b", "c"].map(|name| {
            let body = keep(&cache.clone().bounded(100), name, b"12");
            let age = Duration::from_secs(if name == "b" { 90 } else { 10 });
            let file = File::options().write(true).open(body.with_extension(NOTE));
            file.unwrap().set_modified(SystemTime::now() - age).unwrap();
            body
        });
        cache.evict(&bodies[0]);
        assert_eq!(bodies.map(|body| body.exists()), [true, false, true]);
    }

    #[test]
    fn what_nobody_finishes_goes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned());
        let body = folder.path().join("a.json");
        let (file, temporary) = cache.temporary(&body).unwrap();
        let path = temporary.path().to_owned();
        std::mem::forget(temporary);
        file.set_modified(SystemTime::now() - 2 * ABANDONED)
            .unwrap();
        keep(&cache, "b", b"x");
        assert!(!path.exists());
    }

    #[test]
    fn a_time_to_come_is_not_fresh() {
        let note = note(b"", 1000);
        let age = Duration::from_secs(60);
        assert!(note.is_fresh(1000, age) && note.is_fresh(1059, age));
        assert!(!note.is_fresh(1060, age) && !note.is_fresh(999, age));
    }
}
