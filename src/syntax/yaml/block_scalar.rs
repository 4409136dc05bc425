//! Literal (`|`) and folded (`>`) texts in the lines below.

use super::cursor::{Reader, ends_line, is_blank};
use super::decode::Decoded;
use super::{Node, Style, Value};
use crate::text::Span;

const TEXT_BEHIND_HEADER: &str = "the text starts in the line below `|` or `>`";
const LONG_EMPTY_LINE: &str = "this empty line is indented deeper than the text below it";

/// What happens to the line ends at a block's end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// How a block text is written.
#[derive(Clone, Copy)]
struct Block {
    style: Style,
    chomping: Chomping,
    /// The column that its lines start in.
    indent: usize,
}

/// The lines read so far.
struct Lines {
    decoded: Decoded,
    /// The first line's start and the last line's end.
    content: Option<Span>,
    /// Empty lines since then.
    empty: usize,
    /// Where they start.
    gap: usize,
    /// Whether the last line starts with a blank, which keeps it from being folded.
    is_indented: bool,
}

impl<'a> Reader<'a> {
    /// The block text whose `|` or `>` is at the next token; its lines are deeper than `parent`.
    pub(super) fn block_scalar(&mut self, parent: isize) -> Node<'a> {
        let start = self.at;
        let style = if self.here() == b'|' {
            Style::Literal
        } else {
            Style::Folded
        };
        let (chomping, increment) = self.block_header();
        let header_end = self.at;
        self.skip_line();
        let first = self.behind_break(self.at);
        let indent = match increment {
            Some(increment) => usize::try_from(parent).unwrap_or(0) + increment,
            None => self.block_indent(first, parent),
        };
        let block = Block {
            style,
            chomping,
            indent,
        };
        let lines = self.block_lines(block, first);
        let content = lines.content.unwrap_or(Span::empty(header_end));
        if lines.content.is_some() {
            self.at = content.end as usize;
        }
        let scalar = lines.decoded.finish(style, content);
        self.finish(
            Value::Scalar(scalar),
            Span::new(start, content.end as usize),
        )
    }

    /// Reads `|2-` and the like, and a comment behind it.
    fn block_header(&mut self) -> (Chomping, Option<usize>) {
        self.at += 1;
        let mut chomping = Chomping::Clip;
        let mut increment = None;
        for _ in 0..2 {
            match self.here() {
                b'-' => chomping = Chomping::Strip,
                b'+' => chomping = Chomping::Keep,
                digit @ b'1'..=b'9' => increment = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        let end = self.at;
        self.skip_blanks();
        if !self.is_at_line_end() {
            let span = Span::new(self.at, self.line_end(self.at));
            self.error(span, TEXT_BEHIND_HEADER);
        }
        self.at = end;
        (chomping, increment)
    }

    /// The column of the first line that is not empty, which must be deeper than `parent`.
    fn block_indent(&mut self, first: usize, parent: isize) -> usize {
        let least = usize::try_from(parent + 1).unwrap_or(0).max(1);
        let mut line = first;
        let mut longest = Span::empty(first);
        loop {
            let spaces = self.spaces(line, usize::MAX);
            let text = line + spaces;
            if text >= self.bytes.len() {
                return least;
            }
            if !ends_line(self.byte(text)) {
                if spaces >= least && longest.len() > spaces {
                    self.error(longest, LONG_EMPTY_LINE);
                }
                return spaces.max(least);
            }
            if spaces > longest.len() {
                longest = Span::new(line, text);
            }
            line = self.behind_break(text).max(text + 1);
        }
    }

    /// How many spaces, up to `most`, stand at `at`.
    fn spaces(&self, at: usize, most: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        rest.iter()
            .take(most)
            .take_while(|byte| **byte == b' ')
            .count()
    }

    fn block_lines(&self, block: Block, first: usize) -> Lines {
        let mut lines = Lines {
            decoded: Decoded::default(),
            content: None,
            empty: 0,
            gap: first,
            is_indented: false,
        };
        let mut at = first;
        while at < self.bytes.len() {
            let spaces = self.spaces(at, block.indent);
            let text = at + spaces;
            if text >= self.bytes.len() {
                break;
            }
            let behind = self.behind_break(text);
            if behind > text {
                lines.empty += 1;
                at = behind;
                continue;
            }
            if spaces < block.indent {
                break;
            }
            let end = self.line_end(text);
            self.block_line(block, &mut lines, Span::new(text, end));
            at = self.behind_break(end);
        }
        self.chomp(block.chomping, &mut lines);
        lines
    }

    fn block_line(&self, block: Block, lines: &mut Lines, line: Span) {
        let start = line.start as usize;
        let is_indented = is_blank(self.byte(start));
        let gap = Span::new(lines.gap, start);
        if lines.content.is_none() {
            lines.decoded.line_ends(lines.empty, gap);
        } else if block.style == Style::Folded && !is_indented && !lines.is_indented {
            lines.decoded.fold(lines.empty + 1, gap);
        } else {
            lines.decoded.line_ends(lines.empty + 1, gap);
        }
        lines
            .decoded
            .copy(self.slice(start, line.end as usize), start);
        lines.content = Some(lines.content.map_or(line, |content| content.cover(line)));
        lines.empty = 0;
        lines.gap = line.end as usize;
        lines.is_indented = is_indented;
    }

    fn chomp(&self, chomping: Chomping, lines: &mut Lines) {
        let last = lines.content.map(|content| content.end as usize);
        let has_break = last.is_some_and(|end| self.behind_break(end) > end);
        let kept = match chomping {
            Chomping::Strip => 0,
            Chomping::Clip => usize::from(has_break),
            Chomping::Keep => usize::from(has_break) + lines.empty,
        };
        let gap = Span::new(lines.gap, self.behind_break(lines.gap));
        lines.decoded.line_ends(kept, gap);
    }
}
