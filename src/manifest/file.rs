//! A manifest in a local file: what may be wrong with the file, and with it while it is read.
//!
//! The file is read, not mapped: one that dbt cuts short while it is mapped ends the process.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flate2::read::MultiGzDecoder;

use crate::pace::InPieces;

use super::{
    Catalog, MAX_BYTES, Manifest, RawCode, ReadError, gzip, json, raw_code_hash, read_at_most,
};

/// Why a manifest's file cannot be read. Its text is one line that says what was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub cause: LoadCause,
}

/// What is wrong with a manifest's file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadCause {
    /// It does not exist.
    Missing,
    /// It may not be read.
    PermissionDenied,
    /// It is a directory.
    Directory,
    /// It is a device, a pipe or a socket.
    NotAFile,
    /// It is larger than a manifest may be: so many bytes.
    TooLarge(usize),
    /// It changed each time while it was read.
    Changing,
    /// It is another one than when the place in it was taken.
    Replaced,
    /// The system's words for anything else.
    System(String),
    /// Its content is no manifest.
    Content(ReadError),
}

impl LoadError {
    /// Whether trying again in a moment may help: the file is being written.
    #[must_use]
    pub fn is_being_written(&self) -> bool {
        match &self.cause {
            LoadCause::Changing => true,
            LoadCause::Content(error) => error.is_cut_off(),
            LoadCause::Missing
            | LoadCause::PermissionDenied
            | LoadCause::Directory
            | LoadCause::NotAFile
            | LoadCause::TooLarge(_)
            | LoadCause::Replaced
            | LoadCause::System(_) => false,
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "read {}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for LoadError {}

impl fmt::Display for LoadCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no such file"),
            Self::PermissionDenied => f.write_str("permission denied"),
            Self::Directory => f.write_str("it is a directory, a manifest is a file"),
            Self::NotAFile => f.write_str("it is a device or a pipe, a manifest is a file"),
            Self::TooLarge(most) => write!(f, "the file is larger than {} MiB", most >> 20),
            Self::Changing => f.write_str("the file changes while it is read"),
            Self::Replaced => f.write_str("the file has been replaced since it was loaded"),
            Self::System(words) => f.write_str(words),
            Self::Content(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for LoadCause {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            _ => Self::System(error.to_string()),
        }
    }
}

/// Reads the manifest in the file `path`. The bytes go through `buffer`, whose room is used again.
///
/// # Errors
/// When the file cannot be read, changes each time while it is read, or holds no manifest.
pub fn load(path: &Path, buffer: &mut Vec<u8>) -> Result<Manifest, LoadError> {
    load_at_most(path, buffer, MAX_BYTES)
}

/// The same of a file that may have no more than `most_bytes`, packed or not.
///
/// # Errors
/// The same, and when it has more.
pub fn load_at_most(
    path: &Path,
    buffer: &mut Vec<u8>,
    most_bytes: usize,
) -> Result<Manifest, LoadError> {
    fill(path, buffer, most_bytes)
        .and_then(|()| read_at_most(buffer, most_bytes).map_err(LoadCause::Content))
        .map_err(|cause| LoadError {
            path: path.to_owned(),
            cause,
        })
}

/// No catalog is larger: columns of a hundred thousand relations.
const LARGEST_CATALOG: usize = 256 << 20;

/// Reads the catalog in the file `path`, as [`load`] reads manifests.
///
/// # Errors
/// When the file cannot be read, changes each time while it is read, or holds no catalog.
pub fn load_catalog(path: &Path, buffer: &mut Vec<u8>) -> Result<Catalog, LoadError> {
    fill(path, buffer, LARGEST_CATALOG)
        .and_then(|()| Catalog::read(buffer).map_err(LoadCause::Content))
        .map_err(|cause| LoadError {
            path: path.to_owned(),
            cause,
        })
}

/// Reads the source text at `place` of the manifest in the file `path`.
///
/// # Errors
/// When the file cannot be read, or the text there has another hash than `expected_hash`: the
/// file has been written anew since its manifest was loaded.
pub fn load_raw_code(path: &Path, place: RawCode, expected_hash: u64) -> Result<String, LoadError> {
    read_at(path, place)
        .and_then(|body| {
            Some(json::decode(&body))
                .filter(|text| raw_code_hash(text) == expected_hash)
                .ok_or(LoadCause::Replaced)
        })
        .map_err(|cause| LoadError {
            path: path.to_owned(),
            cause,
        })
}

/// A buffer of more than 32 MiB is one that glibc's allocator always takes from the system and
/// gives back whole (mallopt(3), `M_MMAP_THRESHOLD`). Smaller ones, once some were freed, come from
/// the heap, and leave holes there that no other memory fills. What is not written to costs nothing.
pub(super) const ALWAYS_GIVEN_BACK: usize = (32 << 20) + 1;

/// Fills `buffer` with the file's bytes as they were at one moment.
fn fill(path: &Path, buffer: &mut Vec<u8>, most_bytes: usize) -> Result<(), LoadCause> {
    const TRIES: usize = 3;
    for _ in 0..TRIES {
        let mut file = open(path)?;
        let before = stamp(&file.metadata()?);
        buffer.clear();
        let size = usize::try_from(before.size).unwrap_or(0).saturating_add(1);
        buffer.reserve(size.max(ALWAYS_GIVEN_BACK));
        let most = (most_bytes as u64).saturating_add(1);
        InPieces(Read::by_ref(&mut file).take(most)).read_to_end(buffer)?;
        if buffer.len() > most_bytes {
            return Err(LoadCause::TooLarge(most_bytes));
        }
        // The path's file, not the open one: it may have been replaced by a newer one.
        let is_same = stamp(&std::fs::metadata(path)?) == before;
        if is_same && u64::try_from(buffer.len()) == Ok(before.size) {
            return Ok(());
        }
    }
    Err(LoadCause::Changing)
}

/// Opens a file, after a look at it: opening a pipe would wait for its other end.
fn open(path: &Path) -> Result<File, LoadCause> {
    check(&std::fs::metadata(path)?)?;
    let file = File::open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

fn check(metadata: &Metadata) -> Result<(), LoadCause> {
    if metadata.is_dir() {
        return Err(LoadCause::Directory);
    }
    if !metadata.is_file() {
        return Err(LoadCause::NotAFile);
    }
    if metadata.len() > MAX_BYTES as u64 {
        return Err(LoadCause::TooLarge(MAX_BYTES));
    }
    Ok(())
}

/// What tells one state of a file from another.
#[derive(PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
}

fn stamp(metadata: &Metadata) -> Stamp {
    Stamp {
        size: metadata.len(),
        modified: metadata.modified().ok(),
    }
}

/// The bytes at `place`, as many of them as there are.
fn read_at(path: &Path, place: RawCode) -> Result<Vec<u8>, LoadCause> {
    let mut file = open(path)?;
    let range = place.range();
    let mut magic = Vec::new();
    Read::by_ref(&mut file).take(2).read_to_end(&mut magic)?;
    let mut body = Vec::new();
    if gzip::is_gzip(&magic) {
        file.rewind()?;
        let mut unpacked = MultiGzDecoder::new(io::BufReader::new(file));
        io::copy(
            &mut unpacked.by_ref().take(range.start as u64),
            &mut io::sink(),
        )?;
        unpacked.take(range.len() as u64).read_to_end(&mut body)?;
    } else {
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.take(range.len() as u64).read_to_end(&mut body)?;
    }
    Ok(body)
}
