//! Where is a span, in lines and columns, and what stands in its line?

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::load;
use crate::manifest::loom;
use crate::text::{Encoding, LineColumn, LineIndex, Span};
use crate::world::World;

/// Longer lines are not shown.
const LONGEST_LINE: usize = 2_000;

/// A span in a file, for those who have no offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Its start; columns in utf-16.
    pub(super) start: LineColumn,
    /// Its end.
    pub(super) end: LineColumn,
    /// The line that it starts in, without its end; `None` where it is too long to be shown.
    pub(super) line: Option<Box<str>>,
    /// The part of it in that line, in bytes.
    pub(super) span: Span,
}

/// So many files are at hand: one, and those that its findings are related to.
const AT_HAND: usize = 4;

/// The files that excerpts are made from; the last ones are at hand.
pub(super) struct Files<'a> {
    world: &'a World,
    /// The one that was asked for last stands at the end.
    last: Vec<File>,
}

struct File {
    path: PathBuf,
    text: Arc<str>,
    lines: LineIndex,
    /// The text without secrets, where it may have some.
    shown: Option<String>,
}

impl<'a> Files<'a> {
    /// The files of this world.
    pub(super) fn of(world: &'a World) -> Self {
        Self {
            world,
            last: Vec::new(),
        }
    }

    /// The excerpt of a span of the file at `path`. A file that is gone by now is empty.
    pub(super) fn excerpt(&mut self, path: &Path, span: Span) -> Excerpt {
        let file = if let Some(at) = self.last.iter().rposition(|file| file.path == path) {
            self.last.remove(at)
        } else {
            self.read(path)
        };
        if self.last.len() == AT_HAND {
            self.last.remove(0);
        }
        let found = excerpt(&file.text, &file.lines, span, file.shown.as_deref());
        self.last.push(file);
        found
    }

    fn read(&self, path: &Path) -> File {
        let text = load::read_text(path).unwrap_or_default();
        let is_loom_config = self.world.user_of_loom_config(path).is_some();
        File {
            path: path.to_path_buf(),
            lines: LineIndex::new(&text),
            shown: is_loom_config.then(|| loom::starred(&text)),
            text,
        }
    }
}

/// The excerpt of a span of `text`, of which `shown` may be seen: the same byte for byte, with stars.
fn excerpt(text: &str, lines: &LineIndex, span: Span, shown: Option<&str>) -> Excerpt {
    let line_column = |offset| lines.line_column(text, offset, Encoding::Utf16);
    let start = line_column(span.start);
    let first = lines.line_start(text, start.line) as usize;
    let last = lines.line_start(text, start.line + 1) as usize;
    let line = shown
        .unwrap_or(text)
        .get(first..last)
        .unwrap_or("")
        .trim_end_matches(['\r', '\n']);
    let in_line = |offset: u32| {
        let mut offset = (offset as usize).saturating_sub(first).min(line.len());
        while !line.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    Excerpt {
        start,
        end: line_column(span.end),
        line: (line.len() <= LONGEST_LINE).then(|| line.into()),
        span: Span::new(in_line(span.start), in_line(span.end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, start: usize, end: usize) -> Excerpt {
        excerpt(text, &LineIndex::new(text), Span::new(start, end), None)
    }

    #[test]
    fn columns_count_utf_16_and_the_line_counts_bytes() {
        let found = of("a\r\n🧸 ref\r\n", 8, 11);
        assert_eq!((found.start.line, found.start.column), (1, 3));
        assert_eq!((found.end.line, found.end.column), (1, 6));
        assert_eq!(found.line.as_deref(), Some("🧸 ref"));
        assert_eq!(found.span, Span::new(5, 8));
    }

    #[test]
    fn a_span_behind_the_text_is_at_its_end() {
        let found = of("a", 7, 9);
        assert_eq!((found.start, found.end), (found.end, found.start));
        assert_eq!(found.span, Span::new(1, 1));
    }

    #[test]
    fn a_long_line_is_not_shown() {
        assert_eq!(of(&"a".repeat(5_000), 1, 2).line, None);
    }
}
