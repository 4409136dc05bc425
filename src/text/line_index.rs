//! Byte offsets to lines and columns, and back.
//!
//! Lines end at `\n`, `\r\n` and a lone `\r`, as the Language Server Protocol has them.

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Utf-16 code units: what every client speaks.
    Utf16,
    /// Characters.
    Utf32,
}

/// A place in a text, both counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0, in units of the [`Encoding`] asked for.
    pub column: u32,
}

/// The line starts of one text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_of_pair =
                bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_of_pair {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// The number of lines, the empty one behind the last line end included.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// Always false: the empty text has one line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The line that `offset` stands in, from 0.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let next = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(next.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Where line `line` starts, in bytes; the text's end for a line that it does not have.
    #[must_use]
    pub fn line_start(&self, text: &str, line: u32) -> u32 {
        self.starts
            .get(line as usize)
            .copied()
            .unwrap_or_else(|| u32::try_from(text.len()).unwrap_or(u32::MAX))
    }

    /// The line and column of a byte offset in `text`, which must be the text indexed. An offset
    /// inside a character counts as that character's start, one behind the end as the end.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32, encoding: Encoding) -> LineColumn {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(u32::try_from(offset).unwrap_or(u32::MAX));
        let start = self.line_start(text, line) as usize;
        let before = text.get(start..offset).unwrap_or("");
        LineColumn {
            line,
            column: width(before, encoding),
        }
    }

    /// The byte offset of a line and column in `text`, which must be the text indexed. A column
    /// behind the line's end counts as the line's end, as the protocol asks.
    #[must_use]
    pub fn offset(&self, text: &str, at: LineColumn, encoding: Encoding) -> u32 {
        let start = self.line_start(text, at.line);
        let end = self.line_start(text, at.line + 1);
        let line = text.get(start as usize..end as usize).unwrap_or("");
        let line = line.trim_end_matches(['\n', '\r']);
        let mut left = at.column;
        for (index, character) in line.char_indices() {
            let units = width(&line[index..index + character.len_utf8()], encoding);
            if left < units || left == 0 {
                return start + u32::try_from(index).unwrap_or(u32::MAX);
            }
            left -= units;
        }
        start + u32::try_from(line.len()).unwrap_or(u32::MAX)
    }
}

fn width(text: &str, encoding: Encoding) -> u32 {
    let units = match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16 if text.is_ascii() => text.len(),
        Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
        Encoding::Utf32 => text.chars().count(),
    };
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_of_every_encoding_comes_back() {
        let text = "a\nüber 🧸\r\nx\ry\n";
        let index = LineIndex::new(text);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (offset, character) in text.char_indices().filter(|(_, c)| *c != '\n') {
                let offset = u32::try_from(offset).unwrap();
                let at = index.line_column(text, offset, encoding);
                assert_eq!(
                    index.offset(text, at, encoding),
                    offset,
                    "{character:?} {encoding:?}"
                );
            }
        }
    }

    #[test]
    fn a_column_behind_the_line_counts_as_its_end() {
        let text = "ab\ncd";
        let index = LineIndex::new(text);
        let far = |line| LineColumn { line, column: 99 };
        assert_eq!(index.offset(text, far(0), Encoding::Utf16), 2);
        assert_eq!(index.offset(text, far(1), Encoding::Utf16), 5);
        assert_eq!(index.offset(text, far(7), Encoding::Utf16), 5);
    }

    #[test]
    fn a_teddy_is_two_units_of_utf_16() {
        let text = "🧸x";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 4, Encoding::Utf16).column, 2);
        assert_eq!(index.line_column(text, 4, Encoding::Utf32).column, 1);
        let inside = LineColumn { line: 0, column: 1 };
        assert_eq!(index.offset(text, inside, Encoding::Utf16), 0);
    }
}
