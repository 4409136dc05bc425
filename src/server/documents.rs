//! What do the editor's buffers say? The texts of open files, changed as the editor changes them.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ropey::{Rope, RopeSlice};
use tower_lsp_server::ls_types::{Position, TextDocumentContentChangeEvent, Uri};

use crate::text::Encoding;

/// All open files, by path.
#[derive(Default)]
pub(super) struct Documents {
    open: HashMap<PathBuf, Document>,
    /// How often one was opened or changed so far.
    touched: u64,
    uris: Arc<HashMap<PathBuf, Uri>>,
}

/// An open file.
pub(super) struct Document {
    /// Shared with the world.
    text: Arc<str>,
    /// The greater, the later it was opened or changed.
    pub(super) touched: u64,
    /// The editor's count of its changes.
    pub(super) version: i32,
    /// The last changes, for one that comes late: Helix sends some behind those that follow them.
    last: VecDeque<Applied>,
}

/// A change that was applied.
struct Applied {
    version: i32,
    changes: Vec<TextDocumentContentChangeEvent>,
    /// In the order in which they were made.
    replaced: Vec<Replaced>,
}

/// A part of the text that another was put in the place of.
struct Replaced {
    /// The characters that stand there now.
    range: Range<usize>,
    before: String,
}

/// So many changes a late one may come behind. What somebody types while the server starts, Helix
/// may send in any order.
const LATEST: usize = 128;
/// So many bytes of earlier text are kept for that, but for the last change's.
const MOST_BYTES: usize = 1 << 20;

impl Applied {
    fn bytes(&self) -> usize {
        self.replaced.iter().map(|part| part.before.len()).sum()
    }
}

impl Document {
    /// Whether it ever said something else than when it was opened.
    pub(super) fn was_changed(&self) -> bool {
        !self.last.is_empty()
    }

    fn apply(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let mut buffer = Rope::from_str(&self.text);
        let mut replaced = Vec::new();
        for change in &changes {
            let old = match change.range {
                None => 0..buffer.len_chars(),
                Some(range) => {
                    let start = character(&buffer, range.start, encoding);
                    start..character(&buffer, range.end, encoding).max(start)
                }
            };
            let start = old.start;
            let before = buffer.slice(old.clone()).to_string();
            buffer.remove(old);
            buffer.insert(start, &change.text);
            let range = start..start + change.text.chars().count();
            replaced.push(Replaced { range, before });
        }
        self.text = String::from(buffer).into();
        self.version = version;
        self.last.push_back(Applied {
            version,
            changes,
            replaced,
        });
        let mut bytes: usize = self.last.iter().map(Applied::bytes).sum();
        while self.last.len() > LATEST || (self.last.len() > 1 && bytes > MOST_BYTES) {
            bytes -= self.last.pop_front().map_or(0, |oldest| oldest.bytes());
        }
    }

    /// Takes back the changes that `version` should have come before.
    fn rewind(&mut self, version: i32) -> Vec<Applied> {
        let is_later = |applied: &Applied| applied.version > version;
        let Some(at) = self.last.iter().position(is_later) else {
            return Vec::new();
        };
        let later: Vec<Applied> = self.last.drain(at..).collect();
        let mut buffer = Rope::from_str(&self.text);
        let parts = later.iter().flat_map(|applied| &applied.replaced);
        for part in parts.rev() {
            buffer.remove(part.range.clone());
            buffer.insert(part.range.start, &part.before);
        }
        self.text = String::from(buffer).into();
        later
    }
}

impl Documents {
    /// The editor opened a file. Returns its text.
    pub(super) fn open(&mut self, path: &Path, uri: Uri, version: i32, text: &str) -> Arc<str> {
        let text: Arc<str> = text.into();
        let document = Document {
            text: Arc::clone(&text),
            touched: self.touched,
            version,
            last: VecDeque::new(),
        };
        self.touched += 1;
        self.open.insert(path.to_owned(), document);
        Arc::make_mut(&mut self.uris).insert(path.to_owned(), uri);
        text
    }

    /// The editor changed an open file. Returns its text, `None` for a file that is not open.
    pub(super) fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Option<Arc<str>> {
        let document = self.open.get_mut(path)?;
        document.touched = self.touched;
        self.touched += 1;
        let later = document.rewind(version);
        document.apply(version, changes, encoding);
        for applied in later {
            document.apply(applied.version, applied.changes, encoding);
        }
        Some(Arc::clone(&document.text))
    }

    /// The editor closed a file; false where it was not open.
    pub(super) fn close(&mut self, path: &Path) -> bool {
        Arc::make_mut(&mut self.uris).remove(path);
        self.open.remove(path).is_some()
    }

    /// An open file.
    pub(super) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    /// The paths of the open files below a folder, in no certain order.
    pub(super) fn paths_below(&self, folder: &Path) -> impl Iterator<Item = &Path> {
        // Asked at each keystroke, of hundreds of files: comparing part by part takes ten times
        // as long as seeing that the letters differ.
        let start = folder.as_os_str().as_encoded_bytes();
        let paths = self.open.keys().map(PathBuf::as_path);
        paths.filter(move |path| {
            path.as_os_str().as_encoded_bytes().starts_with(start) && path.starts_with(folder)
        })
    }

    /// The names that the editor has for the open files: it may spell a URI unlike us, and takes
    /// another spelling for another file.
    pub(super) fn uris(&self) -> Arc<HashMap<PathBuf, Uri>> {
        Arc::clone(&self.uris)
    }
}

/// The index of the character at `position`. Behind the end of a line counts as its end, behind
/// the last line as the end of the text, inside a character as its start.
fn character(buffer: &Rope, position: Position, encoding: Encoding) -> usize {
    let line = position.line as usize;
    if line >= buffer.len_lines() {
        return buffer.len_chars();
    }
    let start = buffer.line_to_char(line);
    let content = without_line_end(buffer.line(line));
    let column = position.character as usize;
    start
        + match encoding {
            Encoding::Utf8 => content.byte_to_char(column.min(content.len_bytes())),
            Encoding::Utf16 => content.utf16_cu_to_char(column.min(content.len_utf16_cu())),
            Encoding::Utf32 => column.min(content.len_chars()),
        }
}

fn without_line_end(line: RopeSlice<'_>) -> RopeSlice<'_> {
    let mut end = line.len_chars();
    while end > 0 && matches!(line.get_char(end - 1), Some('\n' | '\r')) {
        end -= 1;
    }
    line.slice(..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower_lsp_server::ls_types::Range;

    fn edited(text: &str, range: [u32; 4], insert: &str, encoding: Encoding) -> String {
        let path = Path::new("/a.sql");
        let mut documents = Documents::default();
        documents.open(path, "file:///a.sql".parse().unwrap(), 1, text);
        let [line, column, end_line, end_column] = range;
        let range = Range::new(
            Position::new(line, column),
            Position::new(end_line, end_column),
        );
        let change = TextDocumentContentChangeEvent {
            range: Some(range),
            range_length: None,
            text: insert.into(),
        };
        documents
            .change(path, 2, vec![change], encoding)
            .unwrap()
            .to_string()
    }

    #[test]
    fn columns_count_in_the_encoding_agreed_on() {
        let text = "-- \u{1F9F8} ü\r\nselect 1";
        assert_eq!(
            edited(text, [0, 5, 0, 7], "", Encoding::Utf16),
            "-- \u{1F9F8}\r\nselect 1"
        );
        assert_eq!(
            edited(text, [0, 7, 0, 10], "", Encoding::Utf8),
            "-- \u{1F9F8}\r\nselect 1"
        );
        assert_eq!(
            edited(text, [0, 4, 0, 6], "", Encoding::Utf32),
            "-- \u{1F9F8}\r\nselect 1"
        );
    }

    #[test]
    fn positions_outside_of_the_text_count_as_the_nearest_inside() {
        let text = "a\r\nb\n";
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            assert_eq!(edited(text, [0, 99, 0, 99], "!", encoding), "a!\r\nb\n");
            assert_eq!(edited(text, [9, 0, 9, 9], "!", encoding), "a\r\nb\n!");
            assert_eq!(edited(text, [1, 1, 0, 0], "!", encoding), "a\r\nb!\n");
        }
    }

    #[test]
    fn a_change_that_comes_late_is_put_in_its_place() {
        let path = Path::new("/a.sql");
        let mut documents = Documents::default();
        documents.open(path, "file:///a.sql".parse().unwrap(), 0, "''");
        let mut text = None;
        for (version, letter) in [(1, "a"), (3, "c"), (2, "b"), (5, "e"), (6, "f"), (4, "d")] {
            let place = Position::new(0, u32::try_from(version).unwrap());
            let change = TextDocumentContentChangeEvent {
                range: Some(Range::new(place, place)),
                range_length: None,
                text: letter.into(),
            };
            text = documents.change(path, version, vec![change], Encoding::Utf8);
        }
        assert_eq!(text.as_deref(), Some("'abcdef'"));
        assert_eq!(documents.get(path).unwrap().version, 6);
        // One that opens the file anew counts anew.
        documents.open(path, "file:///a.sql".parse().unwrap(), 1, "x");
        let whole = TextDocumentContentChangeEvent {
            range: None,
            range_length: None,
            text: "y".into(),
        };
        let text = documents.change(path, 2, vec![whole], Encoding::Utf8);
        assert_eq!(text.as_deref(), Some("y"));
    }

    #[test]
    fn a_burst_in_any_order_reads_as_it_was_typed() {
        let path = Path::new("/a.sql");
        let mut documents = Documents::default();
        let opened = "-- what was there\n";
        documents.open(path, "file:///a.sql".parse().unwrap(), 0, opened);
        let typed: String = ('a'..='z').chain('0'..='9').collect();
        let letters: Vec<String> = typed.chars().map(String::from).collect();
        let mut order: Vec<usize> = (0..letters.len()).collect();
        order.rotate_left(13);
        order[20..].reverse();
        let mut text = None;
        for at in order {
            let place = Position::new(1, u32::try_from(at).unwrap());
            let mut changes = Vec::new();
            // What a pair of brackets brings, and what takes it away again.
            for (range, letters) in [(0, "()"), (2, &*letters[at])] {
                let end = Position::new(1, place.character + range);
                changes.push(TextDocumentContentChangeEvent {
                    range: Some(Range::new(place, end)),
                    range_length: None,
                    text: letters.into(),
                });
            }
            let version = i32::try_from(at).unwrap() + 1;
            text = documents.change(path, version, changes, Encoding::Utf16);
        }
        assert_eq!(text.as_deref(), Some(&*format!("{opened}{typed}")));
    }

    #[test]
    fn little_is_kept_of_large_texts() {
        let path = Path::new("/a.sql");
        let mut documents = Documents::default();
        documents.open(path, "file:///a.sql".parse().unwrap(), 0, "");
        for version in 1..9 {
            let whole = TextDocumentContentChangeEvent {
                range: None,
                range_length: None,
                text: "x".repeat(MOST_BYTES / 3),
            };
            documents.change(path, version, vec![whole], Encoding::Utf8);
        }
        let document = documents.get(path).unwrap();
        assert_eq!(document.last.len(), 3);
        assert!(document.was_changed());
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        assert_eq!(edited("a\rb", [1, 0, 1, 1], "c", Encoding::Utf16), "a\rc");
    }

    #[test]
    fn a_file_that_is_not_open_is_not_changed() {
        let mut documents = Documents::default();
        assert!(
            documents
                .change(Path::new("/a.sql"), 1, Vec::new(), Encoding::Utf8)
                .is_none()
        );
        assert!(!documents.close(Path::new("/a.sql")));
    }
}
